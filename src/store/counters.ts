import { RolecallError } from '../errors.js';
import type { Call } from '../model/identity.js';
import { lastSecond, timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

type HourKey = [account: string, region: string, hour: number, source: string];

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
  private hours = new Map<string, { key: HourKey; tally: Tally }>();
  private again = new Set<number>();
  private source = '';

  constructor(private readonly db: Sqlite) {}

  forget(): void {
    this.identities.clear();
    this.hours.clear();
    this.again.clear();
  }

  /** @param source where the records of this transaction come from, see `coverage` in 0008-folds.sql */
  from(source: string): void {
    this.source = source;
  }

  /** Calls of one kind by one identity: one, or equal ones of one hour. */
  count(call: Call, denied: boolean, identity: number, time: number, calls = 1, last = time): void {
    const more = { calls, denied: denied ? calls : 0, first: time, last };
    const known = this.identities.get(identity);
    if (known) tally(known, more);
    else this.identities.set(identity, { ...more });
    this.see(call, time, more);
  }

  /** Records of an account and region in the hour of `time`; fewer where `calls` is below zero. */
  private see(call: Pick<Call, 'recipientAccountId' | 'region'>, time: number, more: Tally): void {
    const hour = time - (time % 3600);
    const key = `${call.recipientAccountId}\n${call.region}\n${hour}\n${this.source}`;
    const seen = this.hours.get(key);
    if (seen) tally(seen.tally, more);
    else
      this.hours.set(key, {
        key: [call.recipientAccountId, call.region, hour, this.source],
        tally: { ...more },
      });
  }

  /** Calls that were counted and are no more: the identity's sums have to be taken anew. */
  discount(place: { account: string; region: string }, identity: number, time: number, calls: number): void {
    this.again.add(identity);
    const gone = {
      calls: -calls,
      denied: 0,
      first: Number.POSITIVE_INFINITY,
      last: Number.NEGATIVE_INFINITY,
    };
    this.see({ recipientAccountId: place.account, region: place.region }, time, gone);
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
    for (const { key, tally } of this.hours.values()) this.cover(key, tally);
    for (const id of this.again) this.takeFromEvents(id);
    const touched = [...new Set([...this.identities.keys(), ...this.again])];
    this.forget();
    return touched;
  }

  /**
   * Not in one upsert: its update would take `OR IGNORE` away from the triggers of 0003-findings.sql.
   * https://www.sqlite.org/lang_createtrigger.html
   */
  private cover(key: HourKey, { calls, first, last }: Tally): void {
    const known = prepared(
      this.db,
      `UPDATE coverage SET records = records + ?, first = min(first, ?), last = max(last, ?)
       WHERE account = ? AND region = ? AND hour = ? AND source = ?`,
    ).run(calls, first, last, ...key);
    if (known.changes > 0) {
      if (calls < 0) prepared(this.db, 'DELETE FROM coverage WHERE records <= 0').run();
      return;
    }
    const added = prepared(
      this.db,
      `INSERT INTO coverage (account, region, hour, source, records, first, last) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ).run(...key, calls, first, last);
    if (added.changes === 0) throw overlap(this.db, key, 'comes from');
  }

  private takeFromEvents(identity: number): void {
    const sums = prepared<{ calls: number; denied: number; first: number | null; last: number | null }>(
      this.db,
      `SELECT ifnull(sum(e.counted), 0) AS calls, ifnull(sum(c.denied * e.counted), 0) AS denied, min(e.key) AS first,
         max(${lastSecond}) AS last
       FROM actor a JOIN event e ON e.actor = a.id JOIN call c ON c.id = e.call
       WHERE a.identity = ? AND e.counted > 0`,
    ).get(identity)!;
    prepared(this.db, 'UPDATE identity SET calls = ?, denied = ?, first = ?, last = ? WHERE id = ?').run(
      sums.calls,
      sums.denied,
      sums.first === null ? null : timeOf(sums.first),
      sums.last,
      identity,
    );
  }
}

function tally(t: Tally, more: Tally): void {
  t.calls += more.calls;
  t.denied += more.denied;
  if (more.first < t.first) t.first = more.first;
  if (more.last > t.last) t.last = more.last;
}

/**
 * Refuses what would be refused once it is read: hours of a window that the store has from elsewhere.
 * @param source a table, whose sums are to come
 * @param accounts null for all
 * @throws RolecallError SOURCES_OVERLAP
 */
export function refuseOverlap(
  db: Sqlite,
  source: string,
  window: { from: number; to: number; accounts: readonly string[] | null; regions: readonly string[] | null },
): void {
  const list = (values: readonly string[] | null) => (values === null ? null : JSON.stringify(values));
  const held = prepared<{ account: string; region: string; hour: number }>(
    db,
    `SELECT account, region, hour FROM coverage
     WHERE hour > :from - 3600 AND hour < :to AND source <> :source
       AND (:accounts IS NULL OR account IN (SELECT value FROM json_each(:accounts)))
       AND (:regions IS NULL OR region IN (SELECT value FROM json_each(:regions)))
     ORDER BY hour, account, region LIMIT 1`,
  ).get({ ...window, source, accounts: list(window.accounts), regions: list(window.regions) });
  if (held !== undefined) throw overlap(db, [held.account, held.region, held.hour, source], 'is asked of');
}

/** Sums and the records in them, or the sums of two tables: counted together they would count twice. */
function overlap(db: Sqlite, [account, region, hour, source]: HourKey, now: string): RolecallError {
  const { held } = prepared<{ held: string }>(
    db,
    'SELECT source AS held FROM coverage WHERE account = ? AND region = ? AND hour = ?',
  ).get(account, region, hour)!;
  const when = `${new Date(hour * 1000).toISOString().slice(0, 13)}:00Z`;
  const name = (text: string) => (text === '' ? 'log files' : text);
  return new RolecallError(
    'SOURCES_OVERLAP',
    `the hour of ${when} of account ${account} in ${region} is in the store from ${name(held)} already, and now ${now} ${name(source)}`,
  );
}
