import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** A credential as the linking decided it. Times are epoch seconds. */
export interface SessionRow {
  id: string;
  kind: string;
  principal: number | null;
  issuer: number | null;
  account: string | null;
  /** Event key of the fullest issuance record. */
  issuance: number | null;
  /** Null when no record tells it: then the first use stands for it. */
  issuedAt: number | null;
  /** Null when no record tells it: one hour, or the last use if that is later. */
  expiresAt: number | null;
  expiry: 'response' | 'duration' | 'assumed';
  /** Session ids. */
  candidates: string[];
}

/** Writes a session; returns its row number and whether anything about it is new. */
export function saveSession(db: Sqlite, s: SessionRow): { sid: number; changed: boolean } {
  const values = [
    s.kind,
    s.principal,
    s.issuer,
    s.account,
    s.issuance,
    s.issuedAt ?? 0,
    s.expiresAt ?? 0,
    s.issuedAt === null ? 'unknown' : s.expiry,
    s.candidates.length === 0 ? null : JSON.stringify(s.candidates),
  ];
  const known = prepared<{ sid: number }>(db, 'SELECT sid FROM session WHERE id = ?').get(s.id);
  if (known === undefined) {
    const { lastInsertRowid } = prepared(
      db,
      `INSERT INTO session (kind, principal, issuer, account, issuance, issued_at, expires_at, expiry, candidates, id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(...values, s.id);
    return { sid: Number(lastInsertRowid), changed: true };
  }
  prepared(
    db,
    `UPDATE session SET kind = ?, principal = ?, issuer = ?, account = ?, issuance = ?, issued_at = ?, expires_at = ?,
       expiry = ?, candidates = ? WHERE sid = ?`,
  ).run(...values, known.sid);
  return { sid: known.sid, changed: false };
}

/** @returns whether the identity was elsewhere, or nowhere, before. */
export function tieIdentity(db: Sqlite, identity: number, session: number, tie: string): boolean {
  return (
    prepared(
      db,
      'UPDATE identity SET session = ?, tie = ? WHERE id = ? AND (session IS NOT ? OR tie IS NOT ?)',
    ).run(session, tie, identity, session, tie).changes > 0
  );
}

/** @returns whether the issuance was elsewhere, or nowhere, before. */
export function tieIssuance(db: Sqlite, event: number, session: number): boolean {
  return (
    prepared(db, 'UPDATE issuance SET session = ? WHERE event = ? AND session IS NOT ?').run(
      session,
      event,
      session,
    ).changes > 0
  );
}

/** Deletes a session that nothing belongs to any more. */
export function dropIfEmpty(db: Sqlite, session: number): void {
  prepared(
    db,
    `DELETE FROM session WHERE sid = ? AND NOT EXISTS (SELECT 1 FROM identity WHERE session = ?)
       AND NOT EXISTS (SELECT 1 FROM issuance WHERE session = ?)`,
  ).run(session, session, session);
}

/** Times that no record tells follow the uses: first and last are known only after everything is counted. */
export function settleTimes(db: Sqlite, session: number): void {
  prepared(
    db,
    `UPDATE session SET
       issued_at = CASE expiry WHEN 'unknown' THEN ifnull(u.first, 0) ELSE issued_at END,
       expires_at = max(CASE expiry WHEN 'unknown' THEN ifnull(u.first, 0) ELSE issued_at END + 3600, ifnull(u.last, 0) + 1)
     FROM (SELECT min(first) AS first, max(last) AS last FROM identity WHERE session = ?) u
     WHERE sid = ? AND expiry IN ('assumed', 'unknown')`,
  ).run(session, session);
}

/** Session rows of some identities. */
export function sessionOfIdentity(db: Sqlite, identity: number): number | null {
  return (
    prepared<{ session: number | null }>(db, 'SELECT session FROM identity WHERE id = ?').get(identity)
      ?.session ?? null
  );
}

/** What the issuer row says, for choosing among several. */
export function issuerText(
  db: Sqlite,
  issuer: number,
): { arn: string; roleId: string; account: string | null } | null {
  return (
    prepared<{ arn: string; roleId: string; account: string | null }>(
      db,
      'SELECT arn, role_id AS roleId, account FROM issuer WHERE id = ?',
    ).get(issuer) ?? null
  );
}
