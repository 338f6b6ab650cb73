import { actionOf } from '../model/action.js';
import type { Deed } from '../model/scene.js';
import { eventIdText, firstKey, lastSecond, latestTime, timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

interface Row extends Omit<Deed, 'action' | 'denied' | 'readOnly' | 'eventId' | 'inSession'> {
  denied: number;
  readOnly: number;
  eventId: Buffer | string;
}

/** Inside `[from, to)`, epoch seconds. */
export interface Within {
  from: number;
  to: number;
}

/** All that the store can hold. */
export const always: Within = { from: 0, to: latestTime + 1 };

/** Counted calls of a session, equal ones folded, by the time of the first. */
export function deedsOfSession(db: Sqlite, sid: number, within = always): Deed[] {
  return deeds(db, 'i.session = ?', sid, within);
}

/** Counted calls of one identity, in the same way but each day (UTC) for itself: a user's key has no end. */
export function deedsOfIdentity(db: Sqlite, identity: number, within = always): Deed[] {
  return deeds(db, 'i.id = ?', identity, within, `, e.key / ${firstKey(86_400)}`);
}

function deeds(db: Sqlite, condition: string, id: number, { from, to }: Within, apart = ''): Deed[] {
  return prepared<Row>(
    db,
    `SELECT c.event_source AS eventSource, c.event_name AS eventName, c.region, c.account AS accountId,
       nullif(c.error_code, '') AS errorCode, c.denied, c.read_only AS readOnly, d.invokedBy, d.count, d.first, d.last,
       e.event_id AS eventId
     FROM (
       SELECT e.call, i.invoked_by AS invokedBy, sum(e.counted) AS count, min(e.key) AS first,
         max(${lastSecond}) AS last
       FROM identity i CROSS JOIN actor a ON a.identity = i.id CROSS JOIN event e ON e.actor = a.id
       WHERE ${condition} AND e.key >= ? AND e.key < ? AND e.counted > 0 GROUP BY e.call, i.invoked_by${apart}
     ) d JOIN call c ON c.id = d.call JOIN event e ON e.key = d.first
     ORDER BY d.first`,
  )
    .all(id, firstKey(from), firstKey(to))
    .map((row) => ({
      ...row,
      action: actionOf(row.eventSource, row.eventName),
      denied: row.denied === 1,
      readOnly: row.readOnly < 0 ? null : row.readOnly === 1,
      first: timeOf(row.first),
      eventId: eventIdText(row.eventId),
      inSession: false,
    }));
}
