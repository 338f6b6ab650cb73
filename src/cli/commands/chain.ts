import { chain } from '../../app/chain.js';
import { exit } from '../../errors.js';
import { renderChain } from '../../report/index.js';
import { prepare } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall chain <id>`. */
export const act: Act = async ([id], options, context) => {
  const { store, report } = prepare(context);
  const answer = chain(store, id!, { limit: options.count('limit')! });
  return { text: renderChain(answer, report), exit: exit.ok };
};
