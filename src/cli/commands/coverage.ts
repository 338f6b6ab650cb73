import { coverage } from '../../app/coverage.js';
import { exit } from '../../errors.js';
import { renderCoverage } from '../../report/index.js';
import { accountIds, prepare, windowAsked } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall coverage`. */
export const act: Act = async (_args, options, context) => {
  const asked = windowAsked(options, context);
  const { store, policy, report } = prepare(context);
  const answer = coverage(store, {
    window: asked?.window ?? null,
    accounts: accountIds(options.list('accounts'), policy),
    regions: options.list('regions'),
  });
  return { text: renderCoverage(answer, report), exit: exit.ok };
};
