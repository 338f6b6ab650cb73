import type { EventDetail } from '../model/answers.js';
import { eventIdStored, eventIdText, firstKey, timeOf } from './event-key.js';
import { sessionArn } from './intern.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

export interface EventFound {
  event: EventDetail;
  /** Session that the caller acted in. */
  session: number | null;
  /** Session that the call handed out. */
  issued: number | null;
  /** Of its object in the ledger. */
  bytes: number;
}

interface Row extends Omit<EventDetail, 'eventId' | 'time' | 'readOnly' | 'counted' | 'calls'> {
  key: number;
  eventId: Buffer | string;
  readOnly: number;
  counted: number;
  session: number | null;
  issued: number | null;
  bytes: number;
  issuerType: string | null;
  issuerArn: string | null;
}

/** Records with an event id: one per account that delivered it. Looks through all records. */
export function eventsById(db: Sqlite, eventId: string): EventFound[] {
  return prepared<Row>(
    db,
    `SELECT e.key, e.event_id AS eventId, c.event_source AS eventSource, c.event_name AS eventName, c.region,
       c.account AS accountId, nullif(c.error_code, '') AS errorCode, c.read_only AS readOnly, p.text AS principalId,
       i.arn, i.type AS identityType, i.access_key_id AS accessKeyId, i.invoked_by AS invokedBy,
       nullif(cl.source_ip, '') AS sourceIp, nullif(cl.user_agent, '') AS userAgent, e.counted, o.name AS source,
       o.bytes, e.position AS record, i.session, s.session AS issued, r.type AS issuerType, r.arn AS issuerArn
     FROM event e JOIN call c ON c.id = e.call JOIN actor a ON a.id = e.actor JOIN identity i ON i.id = a.identity
       JOIN client cl ON cl.id = a.client JOIN object o ON o.id = e.object LEFT JOIN principal p ON p.id = i.principal
       LEFT JOIN issuer r ON r.id = i.issuer LEFT JOIN issuance s ON s.event = e.key
     WHERE e.event_id = ? ORDER BY e.counted DESC, e.key`,
  )
    .all(eventIdStored(eventId))
    .map(({ key, session, issued, bytes, issuerType, issuerArn, ...row }) => ({
      session,
      issued,
      bytes,
      event: {
        ...row,
        eventId: eventIdText(row.eventId),
        time: timeOf(key),
        readOnly: row.readOnly < 0 ? null : row.readOnly === 1,
        counted: row.counted > 0,
        calls: Math.max(1, row.counted),
        arn: row.arn ?? sessionArn({ issuerType, issuerArn, principalId: row.principalId }),
      },
    }));
}

/**
 * Ids of events that begin so, each once. Looks through all records.
 * @param hex digits of a UUID, without hyphens
 */
export function eventIdsByPrefix(db: Sqlite, hex: string, most: number): string[] {
  const [first, last] = ['0', 'f'].map((digit) => Buffer.from(hex.padEnd(32, digit), 'hex'));
  return prepared<{ id: Uint8Array }>(
    db,
    'SELECT DISTINCT event_id AS id FROM event WHERE event_id BETWEEN ? AND ? ORDER BY 1 LIMIT ?',
  )
    .all(first, last, most)
    .map(({ id }) => eventIdText(id));
}

/** Whether the store has calls that came as sums: of those it knows the first event alone. */
export function hasSums(db: Sqlite): boolean {
  return prepared(db, 'SELECT 1 FROM fold LIMIT 1').get() !== undefined;
}

/** Seconds that a session's creation date and the records of its issuance may lie apart. */
const reach = 2;

/** Sessions that a record is of: the one that acted, and the one that was handed out. @param time epoch seconds */
export function sessionsOfEvent(db: Sqlite, eventId: string, time: number): number[] {
  return prepared<{ acted: number | null; issued: number | null }>(
    db,
    `SELECT i.session AS acted, (SELECT session FROM issuance WHERE event = e.key) AS issued
       FROM event e JOIN actor a ON a.id = e.actor JOIN identity i ON i.id = a.identity
       WHERE e.key >= ? AND e.key < ? AND e.event_id = ?`,
  )
    .all(firstKey(time), firstKey(time + 1), eventIdStored(eventId))
    .flatMap(({ acted, issued }) => [acted, issued].filter((sid) => sid !== null));
}

/** Row of the object that a record is in; null when there is none about that time. @param time epoch seconds */
export function objectOfEvent(db: Sqlite, eventId: string, time: number): number | null {
  return (
    prepared<{ object: number }>(
      db,
      'SELECT max(object) AS object FROM event WHERE key >= ? AND key < ? AND event_id = ?',
    ).get(firstKey(time - reach), firstKey(time + reach), eventIdStored(eventId))?.object ?? null
  );
}
