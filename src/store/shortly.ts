import type { Sqlite } from './open.js';

/** Milliseconds to wait for another writer: some of its transactions. */
const usualPatience = 30_000;

/** Between two tries: a busy ingest leaves the lock for moments only. */
const pause = 2;

const clock = new Int32Array(new SharedArrayBuffer(4));

/**
 * Reads, thinks and then writes in one transaction that takes the write lock only for the writing. When somebody
 * else wrote meanwhile, all is done again with the lock held from the start: `work` must have no effects but on the
 * store.
 * @throws SQLite's SQLITE_BUSY when another writer does not let go
 */
export function shortly<T>(db: Sqlite, work: () => T, patience = usualPatience): T {
  const transaction = db.transaction(work);
  // SQLite's own waiting looks every 100 ms, and would miss most of those moments.
  const before = db.pragma('busy_timeout', { simple: true });
  db.pragma('busy_timeout = 0');
  try {
    const end = performance.now() + patience;
    for (let again = false; ; again = true) {
      try {
        return again ? transaction.immediate() : transaction.deferred();
      } catch (error) {
        if (!isBusy(error) || (again && performance.now() > end)) throw error;
        if (again) Atomics.wait(clock, 0, 0, pause);
      }
    }
  } finally {
    db.pragma(`busy_timeout = ${before}`);
  }
}

function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
}
