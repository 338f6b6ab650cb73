import type { Problem } from '../model/record.js';
import { query, type Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** Records of one account, region and hour. Times are epoch seconds; `hour` is its start. */
export interface HourSeen {
  account: string;
  region: string;
  hour: number;
  records: number;
  first: number;
  last: number;
}

/** Hours that touch `[from, to)`, by account, region and time. */
export function hoursSeen(db: Sqlite, from: number, to: number): HourSeen[] {
  return prepared<HourSeen>(db, query('coverage')).all({ from, to });
}

/** Says which hours have records, where the records themselves are not all here. */
export function setHoursSeen(db: Sqlite, hours: readonly HourSeen[]): void {
  db.transaction(() => {
    prepared(db, 'DELETE FROM coverage').run();
    const add = prepared(
      db,
      'INSERT INTO coverage (account, region, hour, records, first, last) VALUES (?, ?, ?, ?, ?, ?)',
    );
    for (const { account, region, hour, records, first, last } of hours)
      add.run(account, region, hour, records, first, last);
  })();
}

/** Accounts and regions that have any record at all. */
export function placesSeen(db: Sqlite): { account: string; region: string }[] {
  return prepared<{ account: string; region: string }>(
    db,
    'SELECT DISTINCT account, region FROM coverage ORDER BY account, region',
  ).all();
}

/** How many records each account and region has. */
export function recordsByPlace(db: Sqlite): { account: string; region: string; records: number }[] {
  return prepared<{ account: string; region: string; records: number }>(
    db,
    'SELECT account, region, sum(records) AS records FROM coverage GROUP BY account, region ORDER BY account, region',
  ).all();
}

/** Time of an account's first record, epoch seconds; null when it has none. */
export function firstSeen(db: Sqlite, account: string): number | null {
  return prepared<{ first: number | null }>(
    db,
    'SELECT min(first) AS first FROM coverage WHERE account = ?',
  ).get(account)!.first;
}

/** How many objects the ledger holds, how many of them a query engine answered with, and what could not be read of them. */
export function ledgerState(db: Sqlite): { objects: number; queried: number; damaged: Problem[] } {
  const { objects, queried } = prepared<{ objects: number; queried: number }>(
    db,
    "SELECT count(*) AS objects, count(*) FILTER (WHERE name GLOB 'athena://*') AS queried FROM object",
  ).get()!;
  const damaged = prepared<Problem>(
    db,
    `SELECT o.name AS source, p.at, p.reason FROM problem p JOIN object o ON o.id = p.object
       ORDER BY o.name, p.rowid`,
  ).all();
  return { objects, queried, damaged };
}

/** Days (epoch seconds / 86,400) on which an account has a record, in order. */
export function daysSeen(db: Sqlite, account: string): number[] {
  return prepared<{ day: number }>(
    db,
    'SELECT DISTINCT hour / 86400 AS day FROM coverage WHERE account = ? ORDER BY 1',
  )
    .all(account)
    .map(({ day }) => day);
}
