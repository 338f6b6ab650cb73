import { defineDetector } from './define.js';
import { listText, roleText, span, succeeded } from './say.js';
import { sensitiveActions } from './sensitive-actions.js';

export default defineDetector({
  id: 'unobserved-origin',
  summary: 'a sensitive call was made in a session whose origin the logs do not show',
  severity: 'medium',
  attack: ['T1078.004'],
  cannotSee: ['who it was: that is what it says'],
  falsePositives: ['logs that begin in the middle of a session: ingest the day before'],
  triage: [
    'Read the reason: collect the account or the time that it names.',
    'Until then treat the call as made by nobody you know.',
  ],
  options: {},
  detect({ session, origin, deeds, roleArn }) {
    if (session === null || origin.kind !== 'unobserved') return null;
    const calls = deeds.filter((deed) => succeeded(deed) && sensitiveActions.has(deed.action.toLowerCase()));
    if (calls.length === 0) return null;
    const actions = calls.map(({ action }) => action);
    const reason = session.link.reason ?? 'several sessions may be the one before it, with different origins';
    return {
      title: `nobody knows who called ${listText(actions)} as ${roleText(roleArn)}: ${reason}`,
      ...span(calls),
      about: [session.id],
      actions,
    };
  },
});
