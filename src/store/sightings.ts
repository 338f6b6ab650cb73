import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** What one detector saw in one scene. Times are epoch seconds. */
export interface Sighting {
  fingerprint: string;
  detector: string;
  time: number;
  last: number;
  /** Line of the policy's exception that hides it. */
  exception: number | null;
  /** JSON. */
  body: string;
}

/** What one scene showed when it was examined. */
export interface Examined {
  scene: string;
  dependsOn: readonly string[];
  sightings: readonly Sighting[];
  unjudged: readonly { detector: string; reason: string }[];
}

/** What was examined last, and by what; null before the first time. */
export interface DetectState {
  /** Hash of the policy, the detectors and their options. */
  basis: string;
  run: number;
  at: number;
  /** Row of the last object that was read by then. */
  object: number;
}

export function detectState(db: Sqlite): DetectState | null {
  return prepared<DetectState>(db, 'SELECT basis, run, at, object FROM detect_state').get() ?? null;
}

export function saveDetectState(db: Sqlite, { basis, run, at, object }: DetectState): void {
  prepared(db, 'INSERT OR REPLACE INTO detect_state (id, basis, run, at, object) VALUES (1, ?, ?, ?, ?)').run(
    basis,
    run,
    at,
    object,
  );
}

export function saveBasis(db: Sqlite, basis: string): void {
  prepared(db, 'UPDATE detect_state SET basis = ?').run(basis);
}

/** Some of what ingest changed since it was last forgotten. */
export function touchedTokens(db: Sqlite, limit: number): string[] {
  return prepared<{ token: string }>(db, 'SELECT token FROM touched LIMIT ?')
    .all(limit)
    .map(({ token }) => token);
}

/** Forgets these tokens, in the transaction that read them, or all. */
export function forgetTouched(db: Sqlite, tokens: readonly string[] | null = null): void {
  if (tokens === null) prepared(db, 'DELETE FROM touched').run();
  else for (const token of tokens) prepared(db, 'DELETE FROM touched WHERE token = ?').run(token);
}

/** Marks scenes as due, and every scene that rests on one of the tokens, or on such a scene. */
export function markDue(db: Sqlite, tokens: Iterable<string>): void {
  db.exec('CREATE TEMP TABLE IF NOT EXISTS seed (token TEXT PRIMARY KEY) WITHOUT ROWID; DELETE FROM seed');
  const seed = prepared(db, 'INSERT OR IGNORE INTO seed VALUES (?)');
  for (const token of tokens) seed.run(token);
  db.exec(
    `INSERT OR IGNORE INTO due
       WITH RECURSIVE reach (token) AS (
         SELECT token FROM seed UNION SELECT d.scene FROM reach r JOIN depends d ON d.token = r.token)
       SELECT token FROM reach;
     DELETE FROM seed`,
  );
}

/** All scenes that anything is kept of are due. */
export function markAllDue(db: Sqlite): void {
  db.exec(
    `INSERT OR IGNORE INTO due SELECT scene FROM sighting UNION SELECT scene FROM depends UNION SELECT scene FROM unjudged`,
  );
}

export function markSceneDue(db: Sqlite, scene: string): void {
  prepared(db, 'INSERT OR IGNORE INTO due VALUES (?)').run(scene);
}

/** Some scenes that are due. */
export function dueScenes(db: Sqlite, limit: number): string[] {
  return prepared<{ scene: string }>(db, 'SELECT scene FROM due LIMIT ?')
    .all(limit)
    .map(({ scene }) => scene);
}

/** Keeps what a scene shows now instead of what it showed before; its findings have to be put together again. */
export function keepExamined(db: Sqlite, { scene, dependsOn, sightings, unjudged }: Examined): void {
  const stale = prepared(db, 'INSERT OR IGNORE INTO stale VALUES (?)');
  const before = prepared<{ fingerprint: string }>(
    db,
    'SELECT DISTINCT fingerprint FROM sighting WHERE scene = ?',
  ).all(scene);
  for (const { fingerprint } of [...before, ...sightings]) stale.run(fingerprint);
  for (const table of ['sighting', 'depends', 'unjudged', 'due'])
    prepared(db, `DELETE FROM ${table} WHERE scene = ?`).run(scene);
  for (const token of dependsOn)
    prepared(db, 'INSERT OR IGNORE INTO depends VALUES (?, ?)').run(token, scene);
  for (const { detector, reason } of unjudged)
    prepared(db, 'INSERT OR IGNORE INTO unjudged VALUES (?, ?, ?)').run(scene, detector, reason);
  sightings.forEach(({ fingerprint, detector, time, last, exception, body }, n) => {
    prepared(
      db,
      `INSERT INTO sighting (scene, fingerprint, n, detector, time, last, exception, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(scene, fingerprint, n, detector, time, last, exception, body);
  });
}

/** Fingerprints whose findings have to be put together again. */
export function staleFingerprints(db: Sqlite, limit: number): string[] {
  return prepared<{ fingerprint: string }>(db, 'SELECT fingerprint FROM stale LIMIT ?')
    .all(limit)
    .map(({ fingerprint }) => fingerprint);
}

export function forgetStale(db: Sqlite, fingerprint: string): void {
  prepared(db, 'DELETE FROM stale WHERE fingerprint = ?').run(fingerprint);
}

/** What was seen of one finding and is not hidden, the earliest first; one in memory at a time. */
export function* sightingsOf(db: Sqlite, fingerprint: string): Generator<string> {
  const rows = prepared<{ body: string }>(
    db,
    'SELECT body FROM sighting WHERE fingerprint = ? AND exception IS NULL ORDER BY time, scene, n',
  ).iterate(fingerprint);
  for (const { body } of rows) yield body;
}

/** Line of an exception that hides what was seen of a finding. */
export function hiddenBy(db: Sqlite, fingerprint: string): number | null {
  return prepared<{ line: number | null }>(
    db,
    'SELECT min(exception) AS line FROM sighting WHERE fingerprint = ?',
  ).get(fingerprint)!.line;
}

/** How many sightings each exception hides, of some detectors (null: all) and inside `[from, to)`. */
export function exceptedSightings(
  db: Sqlite,
  detectors: readonly string[] | null,
  window: { from: number; to: number } | null,
): { line: number; count: number }[] {
  return prepared<{ line: number; count: number }>(
    db,
    `SELECT exception AS line, count(*) AS count FROM sighting
       WHERE exception IS NOT NULL AND time < :to AND last >= :from
         AND (:detectors IS NULL OR detector IN (SELECT value FROM json_each(:detectors)))
       GROUP BY exception ORDER BY exception`,
  ).all({
    from: window?.from ?? 0,
    to: window?.to ?? Number.MAX_SAFE_INTEGER,
    detectors: detectors === null ? null : JSON.stringify(detectors),
  });
}

/** What could not be judged, and how often. */
export function unjudgedScenes(
  db: Sqlite,
  detectors: readonly string[] | null,
): { detector: string; reason: string; sessions: number }[] {
  return prepared<{ detector: string; reason: string; sessions: number }>(
    db,
    `SELECT detector, reason, count(*) AS sessions FROM unjudged
       WHERE :detectors IS NULL OR detector IN (SELECT value FROM json_each(:detectors)) GROUP BY detector, reason ORDER BY 1, 2`,
  ).all({ detectors: detectors === null ? null : JSON.stringify(detectors) });
}
