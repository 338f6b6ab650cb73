import { eventIdText, firstKey, lastSecond, timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** Counted calls of a set of identities. Times are epoch seconds. */
export interface CallSums {
  calls: number;
  denied: number;
  first: number;
  last: number;
}

/** Calls of one session inside `[from, to)`; null when there are none. */
export function callsWithin(db: Sqlite, sid: number, from: number, to: number): CallSums | null {
  return sums(db, 'i.session = ?', sid, from, to);
}

/** Calls of one identity inside `[from, to)`; null when there are none. */
export function identityCallsWithin(db: Sqlite, identity: number, from: number, to: number): CallSums | null {
  return sums(db, 'i.id = ?', identity, from, to);
}

function sums(db: Sqlite, condition: string, id: number, from: number, to: number): CallSums | null {
  const row = prepared<{ calls: number; denied: number; first: number | null; last: number | null }>(
    db,
    `SELECT sum(e.counted) AS calls, ifnull(sum(c.denied * e.counted), 0) AS denied, min(e.key) AS first,
       max(${lastSecond}) AS last
       FROM identity i CROSS JOIN actor a ON a.identity = i.id
         CROSS JOIN event e ON e.actor = a.id AND e.key >= ? AND e.key < ? JOIN call c ON c.id = e.call
       WHERE ${condition} AND e.counted > 0`,
  ).get(firstKey(from), firstKey(to), id)!;
  if (row.first === null || row.last === null) return null;
  return { calls: row.calls, denied: row.denied, first: timeOf(row.first), last: row.last };
}

/** What a session did, most frequent first. */
export function actionsOf(db: Sqlite, sid: number) {
  const rows = prepared<{
    eventSource: string;
    eventName: string;
    calls: number;
    denied: number;
    first: number;
    last: number;
  }>(
    db,
    `SELECT c.event_source AS eventSource, c.event_name AS eventName, sum(e.counted) AS calls,
       sum(c.denied * e.counted) AS denied, min(e.key) AS first, max(${lastSecond}) AS last
     FROM identity i CROSS JOIN actor a ON a.identity = i.id CROSS JOIN event e ON e.actor = a.id
       JOIN call c ON c.id = e.call
     WHERE i.session = ? AND e.counted > 0
     GROUP BY 1, 2 ORDER BY calls DESC, 1, 2`,
  ).all(sid);
  return rows.map((row) => ({ ...row, first: timeOf(row.first), last: row.last }));
}

/** One counted call on a time line, or equal ones that came as their sum. */
export interface CallOnLine {
  time: number;
  session: number;
  eventId: string;
  eventSource: string;
  eventName: string;
  region: string;
  accountId: string;
  errorCode: string | null;
  readOnly: boolean | null;
  sourceIp: string | null;
  calls: number;
  /** Row of the session that the call handed out. */
  issued: number | null;
}

/** Counted calls of some sessions in the order of time, one by one. */
export function* callsOf(db: Sqlite, sessions: number[]): Generator<CallOnLine> {
  const rows = db
    .prepare(
      `SELECT e.key, e.event_id AS eventId, i.session, c.event_source AS eventSource, c.event_name AS eventName,
         c.region, c.account AS accountId, nullif(c.error_code, '') AS errorCode, c.read_only AS readOnly,
         nullif(cl.source_ip, '') AS sourceIp, e.counted AS calls, s.session AS issued
       FROM identity i CROSS JOIN actor a ON a.identity = i.id CROSS JOIN event e ON e.actor = a.id
         JOIN call c ON c.id = e.call JOIN client cl ON cl.id = a.client LEFT JOIN issuance s ON s.event = e.key
       WHERE i.session IN (SELECT value FROM json_each(?)) AND e.counted > 0 ORDER BY e.key`,
    )
    .iterate(JSON.stringify(sessions)) as IterableIterator<
    Omit<CallOnLine, 'time' | 'eventId' | 'readOnly'> & {
      key: number;
      eventId: Buffer | string;
      readOnly: number;
    }
  >;
  for (const { key, eventId, readOnly, ...row } of rows)
    yield {
      ...row,
      time: timeOf(key),
      eventId: eventIdText(eventId),
      readOnly: readOnly < 0 ? null : readOnly === 1,
    };
}
