import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** Who got a session, as the fullest record of its issuance shows it. Times are epoch seconds. */
export interface CallerShown {
  type: string;
  principalId: string | null;
  arn: string | null;
  accountId: string | null;
  invokedBy: string | null;
  /** ARN of the role that the caller acted in. */
  roleArn: string | null;
  identityProvider: string | null;
  userName: string | null;
  subject: string | null;
  provider: string | null;
  sourceIdentity: string | null;
  /** ARN of who switched, in the console's own record. */
  switchFrom: string | null;
}

const columns = `i.type, p.text AS principalId, i.arn, i.account AS accountId, i.invoked_by AS invokedBy,
  CASE ir.type WHEN 'Role' THEN nullif(ir.arn, '') END AS roleArn, i.more ->> 'identityProvider' AS identityProvider,
  i.user_name AS userName`;
const beside = 'LEFT JOIN issuer ir ON ir.id = i.issuer LEFT JOIN principal p ON p.id = i.principal';

const shown = `${columns}, x.more ->> 'subject' AS subject, x.more ->> 'provider' AS provider,
    x.source_identity AS sourceIdentity, x.more ->> 'switchFrom' AS switchFrom
  FROM session s JOIN issuance x ON x.event = s.issuance JOIN event e ON e.key = x.event JOIN actor a ON a.id = e.actor
    JOIN identity i ON i.id = a.identity ${beside}`;

/** Null when no record shows how the session was issued. */
export function callerOfSession(db: Sqlite, sid: number): CallerShown | null {
  return prepared<CallerShown>(db, `SELECT ${shown} WHERE s.sid = ?`).get(sid) ?? null;
}

/** An identity as the caller of its own calls. */
export function callerOfIdentity(db: Sqlite, identity: number): CallerShown | null {
  return (
    prepared<CallerShown>(
      db,
      `SELECT ${columns}, NULL AS subject, NULL AS provider, i.source_identity AS sourceIdentity, NULL AS switchFrom
         FROM identity i ${beside} WHERE i.id = ?`,
    ).get(identity) ?? null
  );
}

/** Whoever got a session of some roles (row numbers of issuers), by time of issue. One at a time. */
export function callersOfRoles(
  db: Sqlite,
  issuers: readonly number[],
): IterableIterator<CallerShown & { issuedAt: number }> {
  return db
    .prepare(
      `SELECT s.issued_at AS issuedAt, ${shown}
       WHERE s.issuer IN (SELECT value FROM json_each(?)) ORDER BY s.issued_at`,
    )
    .iterate(JSON.stringify(issuers)) as IterableIterator<CallerShown & { issuedAt: number }>;
}

/** Role ids (`AROA…`) and the ARNs that records tie them to. */
export function roleArnsById(db: Sqlite): Map<string, string> {
  return new Map(
    prepared<{ id: string; arn: string }>(
      db,
      `SELECT role_id AS id, arn FROM issuer WHERE type = 'Role' AND role_id <> '' AND arn <> '' ORDER BY arn`,
    )
      .all()
      .map(({ id, arn }) => [id, arn]),
  );
}

/** Row number of the issuer that came last: as long as it stays, `roleArnsById` does. */
export function latestIssuer(db: Sqlite): number {
  return prepared<{ id: number | null }>(db, 'SELECT max(id) AS id FROM issuer').get()?.id ?? 0;
}

/** One refused attempt to get a role's credentials, with its caller. */
export interface RefusedCall extends CallerShown {
  key: number;
  eventId: Buffer | string;
  /** ARN of the role asked for. */
  askedFor: string | null;
  /** Row number of the session that the caller acted in. */
  session: number | null;
}

const refused = `SELECT s.event AS key, e.event_id AS eventId, nullif(r.arn, '') AS askedFor, i.session, ${columns},
    s.more ->> 'subject' AS subject, s.more ->> 'provider' AS provider, s.source_identity AS sourceIdentity,
    NULL AS switchFrom`;
const attempt = `s.granted = 0 AND e.counted > 0 AND c.denied = 1 AND s.name LIKE 'Assume%'`;

/** Attempts that were refused for want of permission, by time; a call's copies count once. One at a time. */
export function refusedCalls(db: Sqlite): IterableIterator<RefusedCall> {
  return db
    .prepare(
      `${refused} FROM issuance s JOIN event e ON e.key = s.event JOIN call c ON c.id = e.call
         JOIN actor a ON a.id = e.actor JOIN identity i ON i.id = a.identity LEFT JOIN issuer r ON r.id = s.issuer ${beside}
       WHERE ${attempt} ORDER BY s.event`,
    )
    .iterate() as IterableIterator<RefusedCall>;
}

/** What one identity was refused. */
export function refusedTo(db: Sqlite, identity: number): RefusedCall[] {
  return prepared<RefusedCall>(
    db,
    `${refused} FROM identity i CROSS JOIN actor a ON a.identity = i.id CROSS JOIN event e ON e.actor = a.id
       JOIN issuance s ON s.event = e.key JOIN call c ON c.id = e.call LEFT JOIN issuer r ON r.id = s.issuer ${beside}
     WHERE i.id = ? AND i.denied > 0 AND ${attempt}`,
  ).all(identity);
}
