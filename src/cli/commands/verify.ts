import { verify } from '../../app/verify.js';
import { exit, RolecallError } from '../../errors.js';
import { renderVerify } from '../../report/index.js';
import { prepare, windowAsked } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall verify`: exit 1 when a promise was broken. */
export const act: Act = async (_args, options, context) => {
  const asked = windowAsked(options, context);
  const { store, policy, report } = prepare(context);
  if (policy === null)
    throw new RolecallError('POLICY_NONE', `nothing was promised: there is no ${context.policyPath} here`);
  const answer = verify(store, { policy, window: asked?.window ?? null });
  return { text: renderVerify(answer, report), exit: answer.counts.fail > 0 ? exit.findings : exit.ok };
};
