import type { Call } from '../model/identity.js';
import { timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

interface Tally {
  calls: number;
  denied: number;
  first: number;
  last: number;
}

/**
 * Sums that follow from the events: calls per identity, records per account, region and hour. Gathered in memory
 * during a transaction and added at its end; sums, minima and maxima do not care about order.
 */
export class Counters {
  private identities = new Map<number, Tally>();
  private hours = new Map<string, { key: [string, string, number]; tally: Tally }>();
  private again = new Set<number>();

  constructor(private readonly db: Sqlite) {}

  forget(): void {
    this.identities.clear();
    this.hours.clear();
    this.again.clear();
  }

  count(call: Call, denied: boolean, identity: number, time: number): void {
    const known = this.identities.get(identity);
    if (known) tally(known, denied, time);
    else this.identities.set(identity, { calls: 1, denied: Number(denied), first: time, last: time });
    const hour = time - (time % 3600);
    const key = `${call.recipientAccountId}\n${call.region}\n${hour}`;
    const seen = this.hours.get(key);
    if (seen) tally(seen.tally, false, time);
    else
      this.hours.set(key, {
        key: [call.recipientAccountId, call.region, hour],
        tally: { calls: 1, denied: 0, first: time, last: time },
      });
  }

  /** The identity's sums have to be taken from its events: one of them stopped counting, or was replaced. */
  recount(identity: number): void {
    this.again.add(identity);
  }

  /** Adds what was gathered; returns the identities whose sums changed. */
  flush(): number[] {
    const add = prepared(
      this.db,
      `UPDATE identity SET calls = calls + ?, denied = denied + ?, first = min(ifnull(first, ?), ?),
         last = max(ifnull(last, ?), ?) WHERE id = ?`,
    );
    for (const [id, t] of this.identities) add.run(t.calls, t.denied, t.first, t.first, t.last, t.last, id);
    for (const { key, tally } of this.hours.values()) this.see(key, tally);
    for (const id of this.again) this.takeFromEvents(id);
    const touched = [...new Set([...this.identities.keys(), ...this.again])];
    this.forget();
    return touched;
  }

  /**
   * Not in one upsert: its update would take `OR IGNORE` away from the triggers of 0003-findings.sql.
   * https://www.sqlite.org/lang_createtrigger.html
   */
  private see(key: [string, string, number], { calls, first, last }: Tally): void {
    const known = prepared(
      this.db,
      `UPDATE coverage SET records = records + ?, first = min(first, ?), last = max(last, ?)
       WHERE account = ? AND region = ? AND hour = ?`,
    ).run(calls, first, last, ...key);
    if (known.changes > 0) return;
    prepared(
      this.db,
      'INSERT INTO coverage (account, region, hour, records, first, last) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(...key, calls, first, last);
  }

  private takeFromEvents(identity: number): void {
    const sums = prepared<{ calls: number; denied: number; first: number | null; last: number | null }>(
      this.db,
      `SELECT count(*) AS calls, ifnull(sum(call.denied), 0) AS denied, min(event.key) AS first, max(event.key) AS last
         FROM actor JOIN event ON event.actor = actor.id JOIN call ON call.id = event.call
         WHERE actor.identity = ? AND event.counted = 1`,
    ).get(identity)!;
    prepared(this.db, 'UPDATE identity SET calls = ?, denied = ?, first = ?, last = ? WHERE id = ?').run(
      sums.calls,
      sums.denied,
      sums.first === null ? null : timeOf(sums.first),
      sums.last === null ? null : timeOf(sums.last),
      identity,
    );
  }
}

function tally(t: Tally, denied: boolean, time: number): void {
  t.calls++;
  if (denied) t.denied++;
  if (time < t.first) t.first = time;
  if (time > t.last) t.last = time;
}
