import { defineDetector } from './define.js';
import { callerText, listText, originKey } from './say.js';

export default defineDetector({
  id: 'assume-root',
  summary: 'somebody acted as root of a member account through AssumeRoot',
  severity: 'high',
  attack: ['T1078.004', 'T1548.005'],
  cannotSee: ['the task policy that limited the session: it is in the record'],
  falsePositives: ['central root access put to its purpose: except the role that does it'],
  triage: [
    'Read what was done with the session: it lasts 15 minutes at most.',
    'Ask whoever stands at the origin for the ticket.',
  ],
  options: {},
  detect({ session, assumption, origin, deeds }) {
    if (session?.kind !== 'assumed-root') return null;
    const by = assumption === null ? 'somebody not observed' : listText(assumption.callers.map(callerText));
    return {
      title: `${by} became root of account ${session.accountId} through AssumeRoot`,
      time: session.issuedAt,
      evidence: assumption?.evidence ?? deeds.slice(0, 1).map(({ eventId }) => eventId),
      about: [originKey(origin), session.accountId ?? '', session.id],
    };
  },
});
