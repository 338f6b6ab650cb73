import type { Statement } from 'better-sqlite3';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** A finding as it is kept. Times are epoch seconds. */
export interface FindingRow {
  fingerprint: string;
  id: string;
  detector: string;
  /** Rank of its severity, from 0. */
  rank: number;
  time: number;
  last: number;
  /** JSON of what does not change from run to run. */
  body: string;
  firstSeen: number;
  openedRun: number;
  /** How many times it was opened. */
  opened: number;
  closedAt: number | null;
  closedWhy: string | null;
  /** Set while an acknowledgement holds. */
  acknowledged: string | null;
  until: string | null;
}

/** Which findings are asked for; every condition must hold. */
export interface FindingSelection {
  detectors: readonly string[] | null;
  window: { from: number; to: number } | null;
  status: 'open' | 'acknowledged' | 'closed';
  /** Only those opened in this run. */
  run: number | null;
  /** `YYYY-MM-DD`: acknowledgements that ended before do not hold. */
  today: string;
}

const columns = `f.fingerprint, f.id, f.detector, f.rank, f.time, f.last, f.body, f.first_seen AS firstSeen,
  f.opened_run AS openedRun, f.opened, f.closed_at AS closedAt, f.closed_why AS closedWhy,
  a.reason AS acknowledged, a.until`;
// What became more urgent, or was closed and came back, is not what somebody looked into.
const from = `FROM finding f LEFT JOIN acknowledgement a ON a.fingerprint = f.fingerprint
  AND (a.until IS NULL OR a.until >= :today) AND a.rank >= f.rank AND a.made_at >= f.opened_at`;

function conditions({ detectors, window, status, run, today }: FindingSelection) {
  const states = {
    open: 'f.closed_at IS NULL AND a.fingerprint IS NULL',
    acknowledged: 'f.closed_at IS NULL AND a.fingerprint IS NOT NULL',
    closed: 'f.closed_at IS NOT NULL',
  };
  return {
    where: `WHERE ${states[status]} AND f.time < :to AND f.last >= :from
      AND (:run IS NULL OR f.opened_run = :run)
      AND (:detectors IS NULL OR f.detector IN (SELECT value FROM json_each(:detectors)))`,
    values: {
      from: window?.from ?? 0,
      to: window?.to ?? Number.MAX_SAFE_INTEGER,
      detectors: detectors === null ? null : JSON.stringify(detectors),
      run,
      today,
    },
  };
}

/** The most urgent first, then by time; one in memory at a time. */
export function findingRows(db: Sqlite, selection: FindingSelection): IterableIterator<FindingRow> {
  const { where, values } = conditions(selection);
  const sql = `SELECT ${columns} ${from} ${where} ORDER BY f.rank DESC, f.time, f.id`;
  // A statement of its own: one that is being read cannot be asked again.
  return (db.prepare(sql) as Statement<unknown[], FindingRow>).iterate(values);
}

/** How many there are, and the rank of the most urgent; null when there is none. */
export function countFindings(
  db: Sqlite,
  selection: FindingSelection,
): { count: number; worst: number | null } {
  const { where, values } = conditions(selection);
  return prepared<{ count: number; worst: number | null }>(
    db,
    `SELECT count(*) AS count, max(f.rank) AS worst ${from} ${where}`,
  ).get(values)!;
}

/** How many are open and not acknowledged, by rank. @param today `YYYY-MM-DD` */
export function countByRank(db: Sqlite, today: string): { rank: number; count: number }[] {
  return prepared<{ rank: number; count: number }>(
    db,
    `SELECT f.rank, count(*) AS count ${from} WHERE f.closed_at IS NULL AND a.fingerprint IS NULL GROUP BY f.rank`,
  ).all({ today });
}

/** Findings whose id begins so, at most `limit`. */
export function findingsByPrefix(db: Sqlite, prefix: string, limit: number): FindingRow[] {
  return prepared<FindingRow>(
    db,
    `SELECT ${columns} ${from} WHERE f.id >= :low AND f.id < :high ORDER BY f.id LIMIT :limit`,
  ).all({ low: prefix, high: `${prefix}~`, limit, today: '0000-00-00' });
}

/** @param today `YYYY-MM-DD`: acknowledgements that ended before do not hold */
export function findingRow(db: Sqlite, fingerprint: string, today = '0000-00-00'): FindingRow | null {
  return (
    prepared<FindingRow>(db, `SELECT ${columns} ${from} WHERE f.fingerprint = :fingerprint`).get({
      fingerprint,
      today,
    }) ?? null
  );
}

/** Writes a finding that is open. One that is new, or was closed before, has yet to be told of. */
export function openFinding(
  db: Sqlite,
  f: Pick<FindingRow, 'fingerprint' | 'id' | 'detector' | 'rank' | 'time' | 'last' | 'body'>,
  at: number,
): void {
  prepared(
    db,
    `INSERT INTO finding (fingerprint, id, detector, rank, time, last, body, first_seen, opened_run, opened, opened_at)
       VALUES (:fingerprint, :id, :detector, :rank, :time, :last, :body, :at, 0, 1, :at)
     ON CONFLICT (fingerprint) DO UPDATE SET rank = excluded.rank, time = excluded.time, last = excluded.last,
       body = excluded.body, opened = opened + (closed_at IS NOT NULL),
       opened_run = CASE WHEN closed_at IS NULL THEN opened_run ELSE 0 END,
       opened_at = CASE WHEN closed_at IS NULL THEN opened_at ELSE :at END,
       closed_at = NULL, closed_why = NULL`,
  ).run({ ...f, at });
}

/** This run tells of everything that none has told of before. */
export function tellNew(db: Sqlite, run: number): void {
  prepared(db, 'UPDATE finding SET opened_run = ? WHERE opened_run = 0 AND closed_at IS NULL').run(run);
}

export function closeFinding(db: Sqlite, fingerprint: string, at: number, why: string): void {
  prepared(
    db,
    'UPDATE finding SET closed_at = ?, closed_why = ? WHERE fingerprint = ? AND closed_at IS NULL',
  ).run(at, why, fingerprint);
}

export function acknowledge(
  db: Sqlite,
  fingerprint: string,
  { reason, until, at }: { reason: string; until: string | null; at: number },
): void {
  prepared(
    db,
    `INSERT OR REPLACE INTO acknowledgement (fingerprint, reason, until, rank, made_at)
       SELECT fingerprint, ?, ?, rank, max(?, opened_at) FROM finding WHERE fingerprint = ?`,
  ).run(reason, until, at, fingerprint);
}

/** @returns whether there was an acknowledgement to take back */
export function unacknowledge(db: Sqlite, fingerprint: string): boolean {
  return prepared(db, 'DELETE FROM acknowledgement WHERE fingerprint = ?').run(fingerprint).changes > 0;
}

/** True when somebody has acknowledged the finding, whether or not that still holds. */
export function wasAcknowledged(db: Sqlite, fingerprint: string): boolean {
  return prepared(db, 'SELECT 1 FROM acknowledgement WHERE fingerprint = ?').get(fingerprint) !== undefined;
}
