import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** One finding for one target. Times are epoch seconds. */
export interface NewDelivery {
  id: string;
  /** SHA-256 that stands for the target. */
  target: Buffer;
  fingerprint: string;
  opening: number;
  severity: string;
  /** Of the finding. */
  time: number;
  /** What is to be sent. */
  payload: string;
}

export interface DueDelivery {
  id: string;
  payload: string;
  /** Made before, by this run or others. */
  attempts: number;
}

/** Severities at which an opening of a finding was told to a target, or is about to be. */
export function severitiesTold(db: Sqlite, target: Buffer, fingerprint: string, opening: number): string[] {
  return prepared<{ severity: string }>(
    db,
    'SELECT severity FROM delivery WHERE target = ? AND fingerprint = ? AND opening = ?',
  )
    .all(target, fingerprint, opening)
    .map((row) => row.severity);
}

/** Makes it due; what is there already stays as it is. */
export function addDelivery(db: Sqlite, delivery: NewDelivery): void {
  const { id, target, fingerprint, opening, severity, time, payload } = delivery;
  prepared(
    db,
    `INSERT OR IGNORE INTO delivery (id, target, fingerprint, opening, severity, time, payload)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(id, target, fingerprint, opening, severity, time, payload);
}

/**
 * The one to send next: by time, those that were refused before after all others.
 * @param passedOver ids to leave for another run
 */
export function nextDelivery(db: Sqlite, target: Buffer, passedOver: readonly string[]): DueDelivery | null {
  return (
    prepared<DueDelivery>(
      db,
      `SELECT id, payload, attempts FROM delivery WHERE target = ? AND delivered_at IS NULL
         AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY refused, time, id LIMIT 1`,
    ).get(target, JSON.stringify(passedOver)) ?? null
  );
}

/** It arrived: it is never sent again, and what was sent need not be kept. */
export function markDelivered(db: Sqlite, id: string, o: { at: number; attempts: number }): void {
  prepared(
    db,
    `UPDATE delivery SET delivered_at = ?, attempts = ?, payload = NULL, refused = 0, last_error = NULL
     WHERE id = ?`,
  ).run(o.at, o.attempts, id);
}

/** It did not arrive, and stays due. */
export function markFailed(
  db: Sqlite,
  id: string,
  o: { attempts: number; error: string; refused: boolean },
): void {
  prepared(db, 'UPDATE delivery SET attempts = ?, last_error = ?, refused = ? WHERE id = ?').run(
    o.attempts,
    o.error,
    Number(o.refused),
    id,
  );
}

export function countDue(db: Sqlite, target: Buffer): number {
  return prepared<{ due: number }>(
    db,
    'SELECT count(*) AS due FROM delivery WHERE target = ? AND delivered_at IS NULL',
  ).get(target)!.due;
}

/** True when some target was told of the finding. */
export function wasDelivered(db: Sqlite, fingerprint: string): boolean {
  return (
    prepared(db, 'SELECT 1 FROM delivery WHERE fingerprint = ? AND delivered_at IS NOT NULL LIMIT 1').get(
      fingerprint,
    ) !== undefined
  );
}
