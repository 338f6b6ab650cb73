import { timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** An issuance that does not tell the principal id of its session. */
export interface Untold {
  event: number;
  time: number;
  arn: string;
  sessionName: string | null;
  principal: number | null;
}

const untold = `SELECT s.event, r.arn, s.session_name AS sessionName, s.principal FROM issuance s
  JOIN issuer r ON r.id = s.issuer WHERE s.told_principal IS NULL AND s.granted = 1`;

const timed = (row: Untold): Untold => ({ ...row, time: timeOf(row.event) });

/** The issuance, when it does not tell its principal. */
export function untoldAt(db: Sqlite, event: number): Untold | null {
  const row = prepared<Untold>(db, `${untold} AND s.event = ?`).get(event);
  return row ? timed(row) : null;
}

/** Issuances of the issuer's role that do not tell their principal. */
export function untoldOf(db: Sqlite, issuer: number): Untold[] {
  return prepared<Untold>(
    db,
    `${untold} AND s.issuer = (SELECT o.id FROM issuer r JOIN issuer o ON o.arn = r.arn AND o.role_id = ''
       AND o.type = 'Role' WHERE r.id = ? AND r.role_id <> '')`,
  )
    .all(issuer)
    .map(timed);
}

/** Ids that a role has had, as far as any record told them. A role deleted and made again has several. */
export function roleIds(db: Sqlite, arn: string): string[] {
  return prepared<{ id: string }>(
    db,
    `SELECT role_id AS id FROM issuer WHERE arn = ? AND role_id <> '' AND type = 'Role' ORDER BY role_id`,
  )
    .all(arn)
    .map((row) => row.id);
}

/** Whether a principal shows a creation date of that second or the one before. */
export function wasCreated(db: Sqlite, principal: string, time: number): boolean {
  return (
    prepared(
      db,
      `SELECT 1 FROM identity WHERE principal = (SELECT id FROM principal WHERE text = ?)
         AND created_at BETWEEN ? AND ? LIMIT 1`,
    ).get(principal, time - 1, time) !== undefined
  );
}

/** Keeps what was learned; null when the id is not known. */
export function learnPrincipal(db: Sqlite, event: number, principal: string | null): void {
  if (principal !== null) prepared(db, 'INSERT OR IGNORE INTO principal (text) VALUES (?)').run(principal);
  prepared(
    db,
    'UPDATE issuance SET principal = (SELECT id FROM principal WHERE text = ?) WHERE event = ?',
  ).run(principal, event);
}

/** Text of a principal row. */
export function principalText(db: Sqlite, row: number | null): string | null {
  if (row === null) return null;
  return prepared<{ text: string }>(db, 'SELECT text FROM principal WHERE id = ?').get(row)?.text ?? null;
}
