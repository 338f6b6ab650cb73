import type { ObjectResult } from '../model/batch.js';
import { firstKey, latestTime, timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** What the ledger says about an object that was read before. */
export interface LedgerRow {
  id: number;
  etag: string;
  /** False when part of it could not be read. */
  complete: boolean;
  /** Records of it that could not be read. */
  rejected: number;
  /** SHA-256 of the content, hex; null when it was not asked for. */
  sha256: string | null;
}

/** What the ledger has on an object of this name; null when it was never read. */
export function ledgerRow(db: Sqlite, name: string): LedgerRow | null {
  const row = prepared<Omit<LedgerRow, 'complete'> & { complete: number }>(
    db,
    'SELECT id, etag, complete, rejected, lower(hex(sha256)) AS sha256 FROM object WHERE name = ?',
  ).get(name);
  return row ? { ...row, complete: row.complete === 1, sha256: row.sha256 || null } : null;
}

/**
 * Gives an object that was read under a passing name its own. Where an object of that name was read before, the two
 * are one: their records are put together under the older row.
 * @param id of the row with the passing name
 * @param o.keepOld the older row already says all: only the new one goes
 */
export function renameObject(db: Sqlite, id: number, name: string, o: { keepOld: boolean }): void {
  const old = prepared<{ id: number }>(db, 'SELECT id FROM object WHERE name = ?').get(name)?.id;
  if (old === undefined) {
    prepared(db, 'UPDATE object SET name = ? WHERE id = ?').run(name, id);
    return;
  }
  const { stored } = prepared<{ stored: number }>(db, 'SELECT stored FROM object WHERE id = ?').get(id)!;
  // The same content read again stores nothing new, unless a filter had left some of it out.
  if (stored > 0) prepared(db, 'UPDATE event SET object = ? WHERE object = ?').run(old, id);
  if (!o.keepOld) {
    prepared(
      db,
      `UPDATE object SET (etag, bytes, read, stored, duplicate, rejected, complete) =
         (SELECT etag, bytes, read, stored, duplicate, rejected, complete FROM object WHERE id = ?) WHERE id = ?`,
    ).run(id, old);
    prepared(db, 'DELETE FROM problem WHERE object = ?').run(old);
    prepared(db, 'UPDATE problem SET object = ? WHERE object = ?').run(old, id);
  }
  prepared(db, 'DELETE FROM problem WHERE object = ?').run(id);
  prepared(db, 'DELETE FROM object WHERE id = ?').run(id);
}

/** Opens (or opens again) an object's row; returns its id. Nothing was wrong with it yet. */
export function openRow(db: Sqlite, name: string, etag: string): number {
  const { id } = prepared<{ id: number }>(
    db,
    `INSERT INTO object (name, etag, bytes, read, stored, duplicate, rejected, complete)
     VALUES (?, ?, 0, 0, 0, 0, 0, 0)
     ON CONFLICT (name) DO UPDATE SET etag = excluded.etag RETURNING id`,
  ).get(name, etag)!;
  prepared(db, 'DELETE FROM problem WHERE object = ?').run(id);
  return id;
}

/** What reading an object came to. */
export function fillRow(
  db: Sqlite,
  id: number,
  {
    bytes,
    read,
    stored,
    duplicate,
    rejected,
    complete,
    problems,
    sha256,
  }: ObjectResult & { stored: number; duplicate: number },
): void {
  prepared(
    db,
    `UPDATE object SET bytes = ?, read = ?, stored = ?, duplicate = ?, rejected = ?, complete = ?, sha256 = ?
     WHERE id = ?`,
  ).run(
    bytes,
    read,
    stored,
    duplicate,
    rejected,
    Number(complete),
    sha256 === undefined ? null : Buffer.from(sha256, 'hex'),
    id,
  );
  const add = prepared(db, 'INSERT INTO problem (object, at, reason) VALUES (?, ?, ?)');
  for (const problem of problems) add.run(id, problem.at, problem.reason);
}

/** Another object has all that one had: its row goes. Looks through all records. */
export function replaceRow(db: Sqlite, old: number, id: number): void {
  prepared(db, 'DELETE FROM problem WHERE object = ?').run(old);
  prepared(db, 'UPDATE event SET object = ? WHERE object = ?').run(id, old);
  prepared(db, 'DELETE FROM object WHERE id = ?').run(old);
}

/** Earliest and latest event time in the store, epoch seconds; null while it is empty. */
export function storeSpan(db: Sqlite): { from: number; to: number } | null {
  // Two questions: SQLite finds one end of a table at once, but reads all of it for both together.
  const first = prepared<{ key: number | null }>(db, 'SELECT min(key) AS key FROM event').get()!.key;
  const last = prepared<{ key: number | null }>(db, 'SELECT max(key) AS key FROM event').get()!.key;
  return first === null || last === null ? null : { from: timeOf(first), to: timeOf(last) };
}

/** Row id that every object read for the first time from now on is above. */
export function lastObject(db: Sqlite): number {
  return prepared<{ id: number }>(db, 'SELECT ifnull(max(id), 0) AS id FROM object').get()!.id;
}

/** Time of the newest record before `end`, epoch seconds; null when there is none. */
export function newestBefore(db: Sqlite, end: number): number | null {
  const { key } = prepared<{ key: number | null }>(db, 'SELECT max(key) AS key FROM event WHERE key < ?').get(
    firstKey(Math.min(end, latestTime)),
  )!;
  return key === null ? null : timeOf(key);
}

/** Row id that every session made from now on is above. */
export function lastSession(db: Sqlite): number {
  return prepared<{ sid: number }>(db, 'SELECT ifnull(max(sid), 0) AS sid FROM session').get()!.sid;
}

/**
 * How many of the sessions touched since are new, and how many were there before.
 * @param before `lastSession` of then
 */
export function sessionsChanged(
  db: Sqlite,
  touched: ReadonlySet<number>,
  before: number,
): { new: number; changed: number } {
  const exists = prepared(db, 'SELECT 1 FROM session WHERE sid = ?');
  const count = { new: 0, changed: 0 };
  for (const sid of touched) {
    if (sid <= before) count.changed++;
    else if (exists.get(sid) !== undefined) count.new++;
  }
  return count;
}
