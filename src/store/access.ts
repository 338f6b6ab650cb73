import { eventIdText, firstKey, timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** An identity that acts without a role. Times are epoch seconds. */
export interface DirectIdentity {
  identity: number;
  type: 'IAMUser' | 'Root' | 'FederatedUser';
  accessKeyId: string | null;
  principalId: string | null;
  arn: string | null;
  userName: string | null;
  accountId: string | null;
  mfa: boolean;
  /** Row number of the session when it acts with temporary credentials. */
  session: number | null;
}

const direct = `SELECT i.id AS identity, i.type, i.access_key_id AS accessKeyId, p.text AS principalId, i.arn,
     i.user_name AS userName, i.account AS accountId, ifnull(i.mfa, 0) AS mfa, i.session
   FROM identity i LEFT JOIN principal p ON p.id = i.principal
   WHERE i.type IN ('IAMUser', 'Root', 'FederatedUser') AND ifnull(i.more ->> 'assumedRoot', 0) = 0
     AND i.invoked_by IS NULL`;

/** IAM users, root and federated users of some accounts (null: all) with a call inside `[from, to)` or around it. */
export function directIdentities(
  db: Sqlite,
  accounts: string[] | null,
  from: number,
  to: number,
): DirectIdentity[] {
  // Two questions: "these or all" would read every identity to find a few.
  const among = accounts === null ? '' : 'AND i.account IN (SELECT value FROM json_each(:accounts))';
  return prepared<Row>(db, `${direct} AND i.first < :to AND i.last >= :from ${among} ORDER BY i.hash`)
    .all({ from, to, ...(accounts === null ? {} : { accounts: JSON.stringify(accounts) }) })
    .map(withMfa);
}

/** The identity in a row, when it acts without a role; also one whose calls no longer count. */
export function directIdentity(db: Sqlite, row: number): DirectIdentity | null {
  const found = prepared<Row>(db, `${direct} AND i.id = ?`).get(row);
  return found === undefined ? null : withMfa(found);
}

type Row = Omit<DirectIdentity, 'mfa'> & { mfa: number };

function withMfa(row: Row): DirectIdentity {
  return { ...row, mfa: Boolean(row.mfa) };
}

/** Addresses of an identity, sorted. */
export function addressesOf(db: Sqlite, identity: number): string[] {
  return prepared<{ ip: string }>(
    db,
    `SELECT DISTINCT cl.source_ip AS ip FROM actor a JOIN client cl ON cl.id = a.client
       WHERE a.identity = ? AND cl.source_ip <> '' ORDER BY 1`,
  )
    .all(identity)
    .map((row) => row.ip);
}

/** One refused attempt to get a role's credentials. */
export interface Refusal {
  time: number;
  eventId: string;
  roleArn: string;
  /** ARN of the caller, or what else names them. */
  caller: string;
  errorCode: string;
}

/** Attempts inside `[from, to)` that failed, by time; a call's copies count once. */
export function refusals(db: Sqlite, from: number, to: number): Refusal[] {
  return prepared<Omit<Refusal, 'time' | 'eventId'> & { key: number; eventId: Buffer | string }>(
    db,
    `SELECT s.event AS key, e.event_id AS eventId, r.arn AS roleArn, c.error_code AS errorCode,
       coalesce(i.arn, CASE WHEN ir.type = 'Role' AND p.text LIKE '%:%' THEN
         'arn:' || substr(ir.arn, 5, instr(substr(ir.arn, 5), ':') - 1) || ':sts::' || ir.account || ':assumed-role/'
           || ir.name || '/' || substr(p.text, instr(p.text, ':') + 1) END,
         i.user_name, i.invoked_by, p.text, i.account, i.type) AS caller
     FROM issuance s JOIN event e ON e.key = s.event JOIN call c ON c.id = e.call JOIN actor a ON a.id = e.actor
       JOIN identity i ON i.id = a.identity JOIN issuer r ON r.id = s.issuer LEFT JOIN principal p ON p.id = i.principal
       LEFT JOIN issuer ir ON ir.id = i.issuer
     WHERE s.event >= ? AND s.event < ? AND s.granted = 0 AND e.counted > 0 AND r.arn <> '' ORDER BY s.event`,
  )
    .all(firstKey(from), firstKey(to))
    .map(({ key, eventId, ...row }) => ({ ...row, time: timeOf(key), eventId: eventIdText(eventId) }));
}
