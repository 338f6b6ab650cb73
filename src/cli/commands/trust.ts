import { trustReview } from '../../app/trust-review.js';
import { exit } from '../../errors.js';
import { renderTrust } from '../../report/index.js';
import { prepare, windowAsked } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall trust`. */
export const act: Act = async (_args, options, context) => {
  const asked = windowAsked(options, context);
  const { store, policy, report } = prepare(context);
  const weak = options.given('weak');
  const review = trustReview(store, policy, asked?.window ?? null, {
    account: options.text('account'),
    role: options.text('role'),
    weak,
  });
  return { text: renderTrust(review, { when: asked?.text ?? null, weak }, report), exit: exit.ok };
};
