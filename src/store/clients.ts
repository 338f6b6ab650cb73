import type { Client } from '../model/scene.js';
import { eventIdText, lastSecond, timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

interface Row extends Omit<Client, 'console' | 'eventId'> {
  console: number;
  eventId: Buffer | string;
}

/** Where a session's counted calls came from, by the time of the first. */
export function clientsOfSession(db: Sqlite, sid: number): Client[] {
  return prepared<Row>(
    db,
    `SELECT cl.source_ip AS address, cl.user_agent AS userAgent, d.invokedBy, d.console, d.calls, d.first, d.last,
       e.event_id AS eventId
     FROM (
       SELECT a.client, i.invoked_by AS invokedBy, ifnull(i.more ->> 'fromConsole', 0) AS console, sum(e.counted) AS calls,
         min(e.key) AS first, max(${lastSecond}) AS last
       FROM identity i CROSS JOIN actor a ON a.identity = i.id CROSS JOIN event e ON e.actor = a.id
       WHERE i.session = ? AND e.counted > 0 GROUP BY 1, 2, 3
     ) d JOIN client cl ON cl.id = d.client JOIN event e ON e.key = d.first
     ORDER BY d.first`,
  )
    .all(sid)
    .map((row) => ({
      ...row,
      console: row.console === 1,
      first: timeOf(row.first),
      eventId: eventIdText(row.eventId),
    }));
}

/** Identities of a principal that are looked back at: an instance has one or two for each session. */
const mostBefore = 40;

/** Where a session's principal spoke from in its sessions that were created in `[from, to)`; sorted. */
export function clientsOfPrincipal(
  db: Sqlite,
  principalId: string,
  from: number,
  to: number,
): Pick<Client, 'address' | 'userAgent'>[] {
  return prepared<Pick<Client, 'address' | 'userAgent'>>(
    db,
    `SELECT DISTINCT cl.source_ip AS address, cl.user_agent AS userAgent
     FROM (
       SELECT i.id FROM principal p JOIN identity i ON i.principal = p.id
       WHERE p.text = ? AND i.created_at >= ? AND i.created_at < ? AND i.invoked_by IS NULL
       ORDER BY i.created_at DESC, i.hash LIMIT ${mostBefore}
     ) d JOIN actor a ON a.identity = d.id JOIN client cl ON cl.id = a.client ORDER BY 1, 2`,
  ).all(principalId, from, to);
}
