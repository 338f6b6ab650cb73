import { eventIdText, firstKey } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

const sids = (rows: { sid: number }[]) => rows.map((row) => row.sid);

/** Sessions of a principal that are valid at a moment. */
export function sessionsOfPrincipal(db: Sqlite, principal: string, at: number): number[] {
  return sids(
    prepared<{ sid: number }>(
      db,
      `SELECT s.sid FROM session s JOIN principal p ON p.id = s.principal
         WHERE p.text = ? AND s.issued_at <= ? AND s.expires_at > ? AND s.candidates IS NULL ORDER BY s.id`,
    ).all(principal, at, at),
  );
}

/** Sessions of a role (by account and name, path dropped) and session name that are valid at a moment. */
export function sessionsNamed(
  db: Sqlite,
  role: { accountId: string; roleName: string; sessionName: string },
  at: number,
): number[] {
  return sids(
    prepared<{ sid: number }>(
      db,
      `SELECT s.sid FROM issuer r JOIN session s ON s.issuer = r.id JOIN principal p ON p.id = s.principal
         WHERE r.account = ? AND r.name = ? AND substr(p.text, instr(p.text, ':') + 1) = ?
           AND s.issued_at <= ? AND s.expires_at > ? AND s.candidates IS NULL ORDER BY s.id`,
    ).all(role.accountId, role.roleName, role.sessionName, at, at),
  );
}

/** Sessions (or users) that authorised a sign-in session, with the event that shows it. */
export function signInsOf(
  db: Sqlite,
  signInSessionArn: string,
): {
  session: number | null;
  eventId: string;
  userName: string | null;
  type: string;
  account: string | null;
}[] {
  return prepared<{
    session: number | null;
    eventId: Buffer | string;
    userName: string | null;
    type: string;
    account: string | null;
  }>(
    db,
    `SELECT i.session, e.event_id AS eventId, i.user_name AS userName, i.type, i.account
       FROM issuance s JOIN event e ON e.key = s.event JOIN actor a ON a.id = e.actor JOIN identity i ON i.id = a.identity
       WHERE s.name = 'CreateOAuth2Token' AND s.granted = 1 AND s.more ->> 'signInSessionArn' = ? ORDER BY s.event`,
  )
    .all(signInSessionArn)
    .map((row) => ({ ...row, eventId: eventIdText(row.eventId) }));
}

/** An IAM user or root by principal id, as its own account's records name it. */
export function userOfPrincipal(
  db: Sqlite,
  principal: string,
): { userName: string | null; account: string | null } | null {
  return (
    prepared<{ userName: string | null; account: string | null }>(
      db,
      `SELECT i.user_name AS userName, i.account FROM principal p JOIN identity i ON i.principal = p.id
         WHERE p.text = ? AND i.type = 'IAMUser' AND i.user_name IS NOT NULL LIMIT 1`,
    ).get(principal) ?? null
  );
}

/** Whether somebody was handed credentials in that second or the one after without the record saying which. */
export function blindIssuance(db: Sqlite, account: string, createdAt: number): boolean {
  return (
    prepared(
      db,
      `SELECT 1 FROM issuance s JOIN event e ON e.key = s.event JOIN call c ON c.id = e.call
         WHERE s.event >= ? AND s.event < ? AND s.granted = 1 AND s.access_key_id IS NULL AND s.principal IS NULL
           AND s.name LIKE 'Assume%' AND s.name <> 'AssumeRoleForPodIdentity' AND c.account = ? LIMIT 1`,
    ).get(firstKey(createdAt), firstKey(createdAt + 2), account) !== undefined
  );
}

/** Time of the first record of an account; null when none is there. */
export function firstSeen(db: Sqlite, account: string): number | null {
  return (
    prepared<{ first: number | null }>(db, 'SELECT min(first) AS first FROM coverage WHERE account = ?').get(
      account,
    )?.first ?? null
  );
}

/** Row numbers of session ids; those that are not there are left out. */
export function rowsOfIds(db: Sqlite, ids: string[]): number[] {
  return sids(
    prepared<{ sid: number }>(
      db,
      'SELECT sid FROM session WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id',
    ).all(JSON.stringify(ids)),
  );
}

/** Sessions that a session's identities issued, by time of issue. */
export function issuedBy(db: Sqlite, sid: number): number[] {
  return sids(
    prepared<{ sid: number }>(
      db,
      `SELECT DISTINCT s.session AS sid FROM identity i JOIN actor a ON a.identity = i.id JOIN event e ON e.actor = a.id
         JOIN issuance s ON s.event = e.key WHERE i.session = ? AND s.session IS NOT NULL AND s.session <> i.session`,
    ).all(sid),
  );
}
