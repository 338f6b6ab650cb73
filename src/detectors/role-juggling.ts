import { defineDetector } from './define.js';
import { chainText, originKey, originText, roleText } from './say.js';

export default defineDetector({
  id: 'role-juggling',
  summary: 'a chain returns to a role that it already held, and so lives on past the end of its credentials',
  severity: 'high',
  attack: ['T1550', 'T1078.004'],
  cannotSee: ['renewals through accounts whose logs were not collected'],
  falsePositives: ['a role that assumes itself to narrow its permissions with a session policy'],
  triage: [
    'See when the first session of the chain began: that is for how long this origin has held access.',
    'Revoke the older sessions of each role in the ring at the same moment; one alone is renewed by the other.',
    'Remove the role from its own trust policy, or one of the two from that of the other.',
  ],
  options: {
    minLength: { default: 3600, help: 'seconds from the first session of the ring to the last one issued' },
  },
  detect({ session, above, switches, origin, assumption, roleArn }, { option }) {
    if (session === null || assumption === null || roleArn === null) return null;
    const first = above.find((each) => each.roleArn === roleArn);
    // The console renews a switched role by itself, as long as somebody is signed in.
    if (first === undefined || switches > 0) return null;
    const length = session.issuedAt - first.issuedAt;
    const past = session.expiresAt > first.expiresAt;
    if (!past || length < option<number>('minLength')) return null;
    return {
      title: `${originText(origin)} came back to ${roleText(roleArn)} and held it for longer than one session lasts`,
      detail: [
        chainText(above, session),
        `The chain has held the role since ${new Date(first.issuedAt * 1000).toISOString().slice(0, 19)}Z.`,
      ],
      time: assumption.at,
      evidence: [first.issuance?.eventId, ...assumption.evidence].filter((id) => id !== undefined),
      about: [originKey(origin), ...new Set([...above, session].map((each) => each.roleArn ?? each.kind))],
    };
  },
});
