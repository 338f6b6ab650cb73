import type { HeldSession, Session } from '../model/session.js';
import type { Sqlite } from '../store/open.js';
import { callsWithin } from '../store/session-calls.js';

/**
 * A session as far as it concerns `[from, to)`; null when it was neither valid nor used then.
 * @param sid its row number
 */
export function heldWithin(
  store: Sqlite,
  sid: number,
  session: Session,
  window: { from: number; to: number },
): HeldSession | null {
  const from = Math.max(session.issuedAt, window.from);
  const to = Math.min(session.expiresAt, window.to);
  const held = from < to ? { from, to } : null;
  const used = usedWithin(store, sid, session, window);
  return held === null && used === null ? null : { ...session, held, used, adminBy: null };
}

function usedWithin(
  store: Sqlite,
  sid: number,
  { firstUsedAt: first, lastUsedAt: last, calls, denied }: Session,
  { from, to }: { from: number; to: number },
): HeldSession['used'] {
  if (first === null || last === null || first >= to || last < from) return null;
  // All of it lies inside: the sums are known.
  if (first >= from && last < to) return calls === 0 ? null : { calls, denied, first, last };
  return callsWithin(store, sid, from, to);
}
