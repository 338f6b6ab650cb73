import { sessions } from '../../app/sessions.js';
import { exit } from '../../errors.js';
import { renderSessions } from '../../report/index.js';
import { prepare, windowAsked } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall sessions`. */
export const act: Act = async (_args, options, context) => {
  const asked = windowAsked(options, context);
  const { store, policy, report } = prepare(context);
  const answer = sessions(store, {
    account: options.text('account'),
    role: options.text('role'),
    origin: options.text('origin'),
    name: options.text('name'),
    window: asked?.window ?? null,
    unobserved: options.given('unobserved'),
    ambiguous: options.given('ambiguous'),
    minDepth: options.count('min-depth'),
    limit: options.count('limit')!,
    policy,
  });
  return { text: renderSessions(answer, report), exit: exit.ok };
};
