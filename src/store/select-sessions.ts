import type { SessionKind } from '../model/session.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** Every condition that is not null must hold. Times are epoch seconds. */
export interface SessionSelection {
  /** Row numbers of issuers (roles). */
  issuers: number[] | null;
  /** Accounts that the credential acts in. */
  accounts: string[] | null;
  /** Valid at some moment of `[from, to)`. */
  window: { from: number; to: number } | null;
  kinds: SessionKind[] | null;
}

/** A role as its records name it. */
export interface RoleRow {
  id: number;
  arn: string;
}

/** All roles in the store; one that was deleted and made again is there once per id. */
export function roles(db: Sqlite): RoleRow[] {
  return prepared<RoleRow>(db, "SELECT id, arn FROM issuer WHERE type = 'Role' AND arn <> ''").all();
}

/** A role by account and name: its ARN with the path, where any record tells it, and its sessions issued in a time. */
export function roleHeld(
  db: Sqlite,
  { accountId, name }: { accountId: string; name: string },
  { from, to, most }: { from: number; to: number; most: number },
): { arn: string | null; sids: number[] } {
  const role = `type = 'Role' AND arn <> '' AND account = ? AND name = ?`;
  const arns = prepared<{ arn: string }>(
    db,
    `SELECT arn FROM issuer WHERE ${role} ORDER BY length(arn) DESC, arn LIMIT 1`,
  ).get(accountId, name);
  const rows = prepared<{ sid: number }>(
    db,
    `SELECT sid FROM session WHERE issuer IN (SELECT id FROM issuer WHERE ${role})
       AND issued_at >= ? AND issued_at < ? ORDER BY issued_at, id LIMIT ?`,
  ).all(accountId, name, from, to, most);
  return { arn: arns?.arn ?? null, sids: rows.map(({ sid }) => sid) };
}

/** Row numbers of sessions, issued last first. */
export function selectSessions(db: Sqlite, selection: SessionSelection): number[] {
  const { issuers, accounts, window, kinds } = selection;
  const where: string[] = [];
  const values: Record<string, unknown> = {};
  const among = (column: string, name: string, list: readonly unknown[] | null) => {
    if (list === null) return;
    where.push(`${column} IN (SELECT value FROM json_each(:${name}))`);
    values[name] = JSON.stringify(list);
  };
  among('issuer', 'issuers', issuers);
  among('account', 'accounts', accounts);
  among('kind', 'kinds', kinds);
  if (window !== null) {
    where.push('issued_at < :to AND expires_at > :from');
    values.from = window.from;
    values.to = window.to;
  }
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  return prepared<{ sid: number }>(db, `SELECT sid FROM session ${condition} ORDER BY issued_at DESC, id`)
    .all(values)
    .map((row) => row.sid);
}

/** ARN of the role of a session; null for a session that is none of a role. */
export function roleOfSession(db: Sqlite, sid: number): string | null {
  return (
    prepared<{ arn: string }>(
      db,
      `SELECT r.arn FROM session s JOIN issuer r ON r.id = s.issuer WHERE s.sid = ? AND r.arn <> ''`,
    ).get(sid)?.arn ?? null
  );
}

/** Ids of sessions after one, in their own order: all of them, some at a time. */
export function sessionIdsAfter(db: Sqlite, after: string, limit: number): string[] {
  return prepared<{ id: string }>(db, 'SELECT id FROM session WHERE id > ? ORDER BY id LIMIT ?')
    .all(after, limit)
    .map(({ id }) => id);
}

/** The session issued last. */
export function latestSession(db: Sqlite): number | null {
  return (
    prepared<{ sid: number }>(db, 'SELECT sid FROM session ORDER BY issued_at DESC, id LIMIT 1').get()?.sid ??
    null
  );
}

/** Sessions whose id begins so, at most `limit`. */
export function sessionsByPrefix(db: Sqlite, prefix: string, limit: number): { sid: number; id: string }[] {
  return prepared<{ sid: number; id: string }>(
    db,
    'SELECT sid, id FROM session WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
  ).all(prefix, `${prefix}~`, limit);
}

/** Sessions that a key was issued to, or signed for. */
export function sessionsByKey(db: Sqlite, key: string): number[] {
  return prepared<{ sid: number }>(
    db,
    `SELECT session AS sid FROM issuance WHERE access_key_id = ? AND session IS NOT NULL
     UNION SELECT session FROM identity WHERE access_key_id = ? AND session IS NOT NULL`,
  )
    .all(key, key)
    .map((row) => row.sid);
}

/** Sessions issued to callers that signed with a key, or that have a principal id. */
export function sessionsIssuedTo(db: Sqlite, caller: { key: string } | { principal: string }): number[] {
  const [condition, value] =
    'key' in caller
      ? ['i.access_key_id = ?', caller.key]
      : ['i.principal = (SELECT id FROM principal WHERE text = ?)', caller.principal];
  return prepared<{ sid: number }>(
    db,
    `SELECT DISTINCT s.session AS sid FROM identity i JOIN actor a ON a.identity = i.id JOIN event e ON e.actor = a.id
       JOIN issuance s ON s.event = e.key WHERE ${condition} AND s.session IS NOT NULL AND s.name <> 'SwitchRole'`,
  )
    .all(value)
    .map((row) => row.sid);
}

/** Sessions of a principal id; of a bare `AROA…` all sessions of that role. */
export function sessionsByPrincipal(db: Sqlite, principal: string): number[] {
  const [low, high] = principal.includes(':')
    ? [principal, principal]
    : [`${principal}:`, `${principal}:\u{10ffff}`];
  return prepared<{ sid: number }>(
    db,
    `SELECT s.sid FROM session s JOIN principal p ON p.id = s.principal WHERE p.text BETWEEN ? AND ?
       ORDER BY s.issued_at DESC, s.id`,
  )
    .all(low, high)
    .map((row) => row.sid);
}

/** Id of the session in a row. */
export function sessionIdAt(db: Sqlite, sid: number): string | null {
  return prepared<{ id: string }>(db, 'SELECT id FROM session WHERE sid = ?').get(sid)?.id ?? null;
}

/** Ids of all sessions of a role, by account and name. */
export function sessionIdsOfRole(db: Sqlite, account: string, role: string): string[] {
  return prepared<{ id: string }>(
    db,
    'SELECT s.id FROM issuer r JOIN session s ON s.issuer = r.id WHERE r.account = ? AND r.name = ?',
  )
    .all(account, role)
    .map(({ id }) => id);
}

/** Sessions that an identity asked for, by id, and sign-ins that it allowed, by ARN: one of the two is set. */
export function signedFor(
  db: Sqlite,
  identity: number,
): ({ session: string; signIn: null } | { session: null; signIn: string })[] {
  return prepared<{ session: string; signIn: null } | { session: null; signIn: string }>(
    db,
    `SELECT DISTINCT n.id AS session, CASE WHEN n.id IS NULL THEN s.more ->> 'signInSessionArn' END AS signIn
       FROM actor a JOIN event e ON e.actor = a.id JOIN issuance s ON s.event = e.key
       LEFT JOIN session n ON n.sid = s.session
     WHERE a.identity = ? AND (n.id IS NOT NULL OR s.more ->> 'signInSessionArn' IS NOT NULL)`,
  ).all(identity);
}
