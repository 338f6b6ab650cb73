import type { SessionFacts } from '../model/facts.js';
import type { UnobservedReason } from '../model/session.js';
import { blindIssuance, firstSeen } from '../store/find-sessions.js';
import type { Sqlite } from '../store/open.js';

/** Why the issuance of a session that is known from its uses alone is not in the store. */
export function whyUnobserved(db: Sqlite, facts: SessionFacts): UnobservedReason {
  const { accountId, issuedAt } = facts;
  const first = accountId === null ? null : firstSeen(db, accountId);
  if (accountId === null || first === null) return 'source account not collected';
  if (blindIssuance(db, accountId, issuedAt)) return 'response missing';
  return issuedAt < first ? 'before the collected window' : 'not in the collected logs';
}
