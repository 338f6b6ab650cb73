import type { Fold } from '../model/batch.js';
import type { Counters } from './counters.js';
import { timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/**
 * Calls that came as sums: see `fold` in 0008-folds.sql. One event has them from several objects when a record was
 * delivered into two of a table's day folders: that one is in both sums, and counts once.
 */
export class Folds {
  constructor(
    private readonly db: Sqlite,
    private readonly counters: Counters,
  ) {}

  /** Whether there is any sum at all: most stores have none, and every record that comes twice asks. */
  private some = false;

  /** At the beginning of a transaction. */
  load(): void {
    this.some = prepared(this.db, 'SELECT 1 FROM fold LIMIT 1').get() !== undefined;
  }

  /** A sum in a row of `event` of its own, which the caller wrote with it. */
  add(key: number, object: number, { calls, last }: Fold): void {
    this.put(key, object, calls, last);
  }

  /** The row stands for a sum, not for one record. */
  has(key: number): boolean {
    return this.some && prepared(this.db, 'SELECT 1 FROM fold WHERE event = ?').get(key) !== undefined;
  }

  /** A sum whose first call is the first of another sum, too; returns how many of its calls are new. */
  join(key: number, object: number, fold: Fold): number {
    this.put(key, object, fold.calls, fold.last);
    this.settle(key);
    return fold.calls - 1;
  }

  private put(key: number, object: number, calls: number, last: number): void {
    this.some = true;
    prepared(
      this.db,
      `INSERT INTO fold (event, object, calls, last) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET calls = calls + excluded.calls - 1, last = max(last, excluded.last)`,
    ).run(key, object, calls, last);
  }

  /** Takes back the sums of an object that is read again: there may be more in them now. @returns their calls */
  drop(object: number): number {
    const rows = prepared<{
      key: number;
      calls: number;
      identity: number;
      account: string;
      region: string;
    }>(
      this.db,
      `SELECT f.event AS key, f.calls, a.identity, c.account, c.region FROM fold f JOIN event e ON e.key = f.event
         JOIN actor a ON a.id = e.actor JOIN call c ON c.id = e.call WHERE f.object = ?`,
    ).all(object);
    let dropped = 0;
    for (const { key, calls, identity, ...place } of rows) {
      prepared(this.db, 'DELETE FROM fold WHERE event = ? AND object = ?').run(key, object);
      const others = this.settle(key);
      if (!others) prepared(this.db, 'DELETE FROM event WHERE key = ?').run(key);
      const gone = others ? calls - 1 : calls;
      this.counters.discount(place, identity, timeOf(key), gone);
      dropped += gone;
    }
    return dropped;
  }

  /** Counts the first call, which all sums of one event share, once; false when there is none left. */
  private settle(key: number): boolean {
    const { objects, calls, holder } = prepared<{ objects: number; calls: number; holder: number }>(
      this.db,
      'SELECT count(*) AS objects, ifnull(sum(calls), 0) AS calls, min(object) AS holder FROM fold WHERE event = ?',
    ).get(key)!;
    if (objects === 0) return false;
    prepared(this.db, 'UPDATE event SET counted = ?, object = ? WHERE key = ?').run(
      calls - (objects - 1),
      holder,
      key,
    );
    return true;
  }
}
