import type { Window } from '../model/answers.js';
import type { Session } from '../model/session.js';
import type { Policy } from '../policy/index.js';
import type { Sqlite } from '../store/open.js';
import { selectSessions } from '../store/select-sessions.js';
import { partOf } from './admin-by.js';
import { heldWithin } from './held.js';
import { Lineage } from './lineage.js';
import { textMatcher } from './text-matcher.js';
import { scopeOf } from './which-roles.js';

/** Every condition that is given must hold. */
export interface SessionsQuestion {
  account: string | null;
  role: string | null;
  /** What names the origin, or a glob. */
  origin: string | null;
  /** Session name, or a glob. */
  name: string | null;
  window: Window | null;
  /** Only those whose origin the logs do not show. */
  unobserved: boolean;
  /** Only those with several possible parents. */
  ambiguous: boolean;
  minDepth: number | null;
  /** How many to return at most. */
  limit: number;
  policy: Policy | null;
}

/**
 * Sessions, issued last first.
 * @returns at most `limit` of them, and how many there are
 * @throws RolecallError ACCOUNT_UNKNOWN, ROLE_UNKNOWN
 */
export function sessions(store: Sqlite, question: SessionsQuestion): { sessions: Session[]; total: number } {
  const { window, limit } = question;
  const { accountIds, issuers, byEvidence, ground } = scopeOf(store, question);
  const rows = selectSessions(store, { issuers, accounts: accountIds, window, kinds: null });
  const matches = conditions(question);
  const lineage = new Lineage(store);
  const found: Session[] = [];
  let total = 0;
  for (const sid of rows) {
    // Once the list is full, only conditions on what is concluded need another look.
    if (found.length >= limit && matches.length === 0 && window === null && byEvidence === null) {
      total = rows.length;
      break;
    }
    const session = lineage.session(sid);
    if (session === null || !matches.every((matching) => matching(session))) continue;
    const part = window === null ? null : heldWithin(store, sid, session, window);
    if (window !== null && part === null) continue;
    if (!ground(session.roleArn, part === null ? lifetime(session) : partOf(part)).belongs) continue;
    total++;
    if (found.length < limit) found.push(session);
  }
  return { sessions: found, total };
}

function lifetime({ issuedAt, expiresAt, lastUsedAt }: Session): { from: number; to: number } {
  return { from: issuedAt, to: Math.max(expiresAt, (lastUsedAt ?? 0) + 1) };
}

function conditions(question: SessionsQuestion): ((session: Session) => boolean)[] {
  const { origin, name, unobserved, ambiguous, minDepth } = question;
  const list: ((session: Session) => boolean)[] = [];
  if (origin !== null) {
    const matching = textMatcher(origin);
    list.push((session) => matching(session.origin.id) || matching(session.origin.detail));
  }
  if (name !== null) {
    const matching = textMatcher(name);
    list.push((session) => matching(session.sessionName));
  }
  if (unobserved) list.push((session) => session.origin.kind === 'unobserved');
  if (ambiguous) list.push((session) => session.link.confidence === 'ambiguous');
  if (minDepth !== null) list.push((session) => session.depth !== null && session.depth >= minDepth);
  return list;
}
