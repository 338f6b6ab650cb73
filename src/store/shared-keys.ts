import type { KeyHolder } from '../model/scene.js';
import { eventIdText, timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/**
 * Access keys that the records show with more than one principal: as signing, or as issued to. What a record does not
 * tell is no second principal; nor is the holder of a key that was issued to its own caller, as in AWS's example of
 * AssumeRoot.
 * @param after only keys after this one, in their own order, at most `limit`
 */
export function sharedKeys(db: Sqlite, after: string, limit: number): string[] {
  return prepared<{ key: string }>(
    db,
    `SELECT access_key_id AS key FROM identity INDEXED BY identity_key WHERE access_key_id > :after
       GROUP BY access_key_id HAVING min(principal) <> max(principal)
     UNION
     SELECT s.access_key_id FROM issuance s JOIN identity i ON i.access_key_id = s.access_key_id
       WHERE s.access_key_id > :after AND s.granted = 1 AND i.principal <> s.told_principal
     UNION
     SELECT access_key_id FROM issuance WHERE access_key_id > :after AND granted = 1
       GROUP BY access_key_id HAVING min(told_principal) <> max(told_principal)
     ORDER BY 1 LIMIT :limit`,
  )
    .all({ after, limit })
    .map(({ key }) => key);
}

/** Access keys that an identity signed with, or that were issued to a session: what a touched row may be about. */
export function keysTouched(db: Sqlite, touched: { identity: number } | { session: string }): string[] {
  const rows =
    'identity' in touched
      ? prepared<{ key: string | null }>(db, 'SELECT access_key_id AS key FROM identity WHERE id = ?').all(
          touched.identity,
        )
      : prepared<{ key: string | null }>(
          db,
          `SELECT DISTINCT i.access_key_id AS key FROM session s JOIN issuance i ON i.session = s.sid WHERE s.id = ?`,
        ).all(touched.session);
  return rows.flatMap(({ key }) => key ?? []);
}

/** Principals of one access key, by time. */
export function keyHolders(db: Sqlite, key: string): KeyHolder[] {
  const rows = prepared<Omit<KeyHolder, 'time' | 'eventId'> & { event: number; eventId: Buffer | string }>(
    db,
    `SELECT h.principalId, h."as", h.accountId, h.event, e.event_id AS eventId FROM (
       SELECT p.text AS principalId, i.type AS "as", i.account AS accountId, min(e.key) AS event
       FROM identity i JOIN principal p ON p.id = i.principal JOIN actor a ON a.identity = i.id
         JOIN event e ON e.actor = a.id
       WHERE i.access_key_id = :key GROUP BY 1, 2, 3
       UNION ALL
       SELECT p.text, s.name, s.account, min(s.event)
       FROM issuance s JOIN principal p ON p.id = s.told_principal JOIN event e ON e.key = s.event
         JOIN actor a ON a.id = e.actor JOIN identity i ON i.id = a.identity
       WHERE s.access_key_id = :key AND s.granted = 1 AND i.access_key_id IS NOT s.access_key_id GROUP BY 1, 2, 3
     ) h JOIN event e ON e.key = h.event ORDER BY h.event, 1, 2`,
  ).all({ key });
  return rows.map(({ event, eventId, ...row }) => ({
    ...row,
    time: timeOf(event),
    eventId: eventIdText(eventId),
  }));
}
