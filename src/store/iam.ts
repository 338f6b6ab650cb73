import type { DatedChange, DatedExposure, IamChange, TargetUse } from '../model/iam.js';
import { always, type Within } from './deeds.js';
import { eventIdText, firstKey, slots, timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

interface ChangeRow extends Omit<DatedChange, 'at' | 'eventId'> {
  key: number;
  eventId: Buffer | string;
}

/**
 * By time. Within one second, which is as exact as records are, by what must have come first: a role is made before
 * anything is attached to it, and empty before it is deleted. Beyond that the event id decides, as it does everywhere.
 */
const byTime = `e.key / ${slots}, CASE c.change WHEN 'create' THEN 0 WHEN 'detach' THEN 2 WHEN 'remove' THEN 2
  WHEN 'delete' THEN 3 ELSE 1 END, e.event_id`;

const changeSelect = `SELECT e.key, e.event_id AS eventId, c.change, c.entity, c.account AS accountId, c.name, c.policy,
    d.text AS document, a.identity, i.session, i.invoked_by AS invokedBy
  FROM iam_change c JOIN event e ON e.key = c.event JOIN actor a ON a.id = e.actor JOIN identity i ON i.id = a.identity
    LEFT JOIN document d ON d.id = c.document
  WHERE e.counted > 0`;

/** Changes of one role, user, group or managed policy, by time. */
export function changesOf(
  db: Sqlite,
  { accountId, entity, name }: Pick<IamChange, 'accountId' | 'entity' | 'name'>,
): DatedChange[] {
  return changes(db, `AND c.account = ? AND c.entity = ? AND c.name = ? ORDER BY ${byTime}`, [
    accountId,
    entity,
    name,
  ]);
}

/** Changes of every entity of a kind: by account and name, then by time. */
export function allChanges(db: Sqlite, entity: IamChange['entity']): DatedChange[] {
  return changes(db, `AND c.entity = ? ORDER BY c.account, c.name, ${byTime}`, [entity]);
}

/** Changes of the permissions of every role: by account and name, then by time. Their trust policies stay behind. */
export function permissionChanges(db: Sqlite): DatedChange[] {
  return allChanges(db, 'role').flatMap((each) => {
    if (each.change === 'trust') return [];
    return [each.change === 'create' ? { ...each, document: null } : each];
  });
}

/** Where a role was given a trust policy: the change is among `changesOf` the role. */
export function trustEvents(db: Sqlite): { accountId: string; name: string; eventId: string }[] {
  return prepared<{ accountId: string; name: string; eventId: Buffer | string }>(
    db,
    `SELECT c.account AS accountId, c.name, e.event_id AS eventId FROM iam_change c JOIN event e ON e.key = c.event
       WHERE c.entity = 'role' AND c.change IN ('create', 'trust') AND e.counted > 0`,
  )
    .all()
    .map((row) => ({ ...row, eventId: eventIdText(row.eventId) }));
}

/** Changes that one session, or one identity without a session, made, by time. */
export function changesBy(db: Sqlite, who: { session: number } | { identity: number }): DatedChange[] {
  return 'session' in who
    ? changes(db, `AND i.session = ? ORDER BY ${byTime}`, [who.session])
    : changes(db, `AND i.id = ? ORDER BY ${byTime}`, [who.identity]);
}

function changes(db: Sqlite, condition: string, values: unknown[]): DatedChange[] {
  return prepared<ChangeRow>(db, `${changeSelect} ${condition}`)
    .all(...values)
    .map(({ key, eventId, ...row }) => ({ ...row, at: timeOf(key), eventId: eventIdText(eventId) }));
}

interface TargetRow extends Omit<TargetUse, 'denied' | 'eventId'> {
  denied: number;
  eventId: Buffer | string;
}

/** What a session's calls inside `[from, to)` worked on, or tried to, by the time of the first. */
export function targetsOf(db: Sqlite, sid: number, { from, to }: Within = always): TargetUse[] {
  return prepared<TargetRow>(
    db,
    `SELECT r.text AS target, c.event_source AS eventSource, c.event_name AS eventName,
       nullif(c.error_code, '') AS errorCode, c.denied, u.count, u.first, u.last, e.event_id AS eventId
     FROM (
       SELECT t.resource, e.call, count(*) AS count, min(e.key) AS first, max(e.key) AS last
       FROM identity i CROSS JOIN actor a ON a.identity = i.id CROSS JOIN event e ON e.actor = a.id
         CROSS JOIN target t ON t.event = e.key
       WHERE i.session = ? AND e.key >= ? AND e.key < ? AND e.counted > 0 GROUP BY t.resource, e.call
     ) u JOIN resource r ON r.id = u.resource JOIN call c ON c.id = u.call JOIN event e ON e.key = u.first
     ORDER BY u.first / ${slots}, e.event_id, r.text`,
  )
    .all(sid, firstKey(from), firstKey(to))
    .map((row) => ({
      ...row,
      denied: row.denied === 1,
      first: timeOf(row.first),
      last: timeOf(row.last),
      eventId: eventIdText(row.eventId),
    }));
}

/** Calls of a session inside `[from, to)` that came as sums, which name nothing that they worked on. */
export function sumsOf(
  db: Sqlite,
  sid: number,
  { from, to }: Within = always,
): { eventSource: string; eventName: string; count: number; eventId: string }[] {
  return prepared<{ eventSource: string; eventName: string; count: number; eventId: Buffer | string }>(
    db,
    `SELECT c.event_source AS eventSource, c.event_name AS eventName, sum(e.counted) AS count, min(e.event_id) AS eventId
     FROM identity i CROSS JOIN actor a ON a.identity = i.id CROSS JOIN event e ON e.actor = a.id
       JOIN call c ON c.id = e.call
     WHERE i.session = ? AND e.key >= ? AND e.key < ? AND e.counted > 0
       AND EXISTS (SELECT 1 FROM fold f WHERE f.event = e.key)
     GROUP BY 1, 2 ORDER BY 1, 2`,
  )
    .all(sid, firstKey(from), firstKey(to))
    .map((row) => ({ ...row, eventId: eventIdText(row.eventId) }));
}

interface ExposureRow extends Omit<DatedExposure, 'at' | 'eventId' | 'to'> {
  key: number;
  eventId: Buffer | string;
  recipients: string;
}

/** What was shown to others inside `[from, to)`, by time. */
export function exposures(db: Sqlite, from: number, to: number): DatedExposure[] {
  return prepared<ExposureRow>(
    db,
    `SELECT e.key, e.event_id AS eventId, x.what, x.resource, x.recipients, k.account AS accountId, a.identity, i.session
     FROM exposure x JOIN event e ON e.key = x.event JOIN call k ON k.id = e.call JOIN actor a ON a.id = e.actor
       JOIN identity i ON i.id = a.identity
     WHERE x.event >= ? AND x.event < ? AND e.counted > 0 ORDER BY e.key / ${slots}, e.event_id`,
  )
    .all(firstKey(from), firstKey(to))
    .map(({ key, eventId, recipients, ...row }) => ({
      ...row,
      to: JSON.parse(recipients) as string[],
      at: timeOf(key),
      eventId: eventIdText(eventId),
    }));
}
