import { show } from '../../app/show.js';
import { exit } from '../../errors.js';
import { renderShow } from '../../report/index.js';
import { prepare } from '../answering.js';
import { athenaOptions } from '../athena-options.js';
import { s3Options } from '../aws-options.js';
import type { Act } from '../row.js';

/** `rolecall show <id>`. */
export const act: Act = async ([id], options, context) => {
  const { store, report } = prepare(context);
  const answer = await show(store, id!, {
    raw: options.given('raw'),
    s3: s3Options(options, context),
    athena: { options: athenaOptions(options, context), onCost: (sentence) => context.note(sentence) },
  });
  return { text: renderShow(answer, report), exit: exit.ok };
};
