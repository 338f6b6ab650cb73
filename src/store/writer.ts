import type { ObjectResult, RecordBatch } from '../model/batch.js';
import type { Issuance } from '../model/record.js';
import { Counters } from './counters.js';
import { eventIdStored, firstKey, latestTime, slots, startSlot, timeOf } from './event-key.js';
import { Facts } from './facts.js';
import { Folds } from './folds.js';
import { type ActorRow, type CallRow, Interner } from './intern.js';
import { writeIssuance } from './issuance-row.js';
import { sharedHash } from './issuance-text.js';
import { fillRow, ledgerRow, openRow, replaceRow } from './ledger.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';
import { rowsWithMore, textsOfRow } from './row-facts.js';
import { Twins } from './twins.js';

/** Rows that the linking has to look at again because something at them or beside them is new. */
export interface Dirty {
  /** Identities that were not there before, or whose sums changed. */
  identities: number[];
  /** Event keys of granted issuances that are new. */
  issuances: number[];
  /** Issuers seen for the first time: issuances that did not tell their role's id may learn it now. */
  issuers: number[];
  /** Granted issuances that are gone, as they were. */
  gone: { principal: number | null; time: number; accessKeyId: string | null; session: number | null }[];
}

export interface BatchCounts {
  stored: number;
  duplicate: number;
}

/**
 * Writes objects with their records. One transaction holds whole objects only: what the ledger says was read
 * is exactly what is in the store, whenever the process dies.
 */
export class Writer {
  private readonly interner: Interner;
  private readonly counters: Counters;
  private readonly twins: Twins;
  private readonly facts: Facts;
  private readonly folds: Folds;
  private dirtyIssuances: number[] = [];
  private gone: Dirty['gone'] = [];

  constructor(private readonly db: Sqlite) {
    this.interner = new Interner(db);
    this.counters = new Counters(db);
    this.facts = new Facts(db);
    this.folds = new Folds(db, this.counters);
    this.twins = new Twins(
      db,
      (identity) => this.counters.recount(identity),
      (event) => this.issuanceLeaves(event),
    );
  }

  begin(): void {
    this.db.exec('BEGIN IMMEDIATE');
    this.twins.load();
    this.folds.load();
  }

  /** @param relink called with what is new, inside the transaction, after all counters are written. */
  commit<T>(relink: (dirty: Dirty) => T): T {
    const touched = this.counters.flush();
    const { identities, issuers } = this.interner.takeFresh();
    const result = relink({
      identities: [...new Set([...identities, ...touched])],
      issuers,
      issuances: this.dirtyIssuances,
      gone: this.gone,
    });
    this.dirtyIssuances = [];
    this.gone = [];
    this.db.exec('COMMIT');
    return result;
  }

  rollback(): void {
    if (this.db.inTransaction) this.db.exec('ROLLBACK');
    this.interner.forget();
    this.counters.forget();
    this.facts.forget();
    this.dirtyIssuances = [];
    this.gone = [];
  }

  /**
   * Opens (or opens again) an object's ledger row.
   * @param table that its records come from as sums; what it held of them before is taken back
   * @returns the row's id, and how many calls were taken back
   */
  beginObject(name: string, etag: string, table = ''): { id: number; takenBack: number } {
    const id = openRow(this.db, name, etag);
    this.counters.from(table);
    return { id, takenBack: table === '' ? 0 : this.folds.drop(id) };
  }

  /**
   * Takes over the records of another object whose sums come anew with this one's; there is no such object then.
   * @returns how many calls were taken back
   */
  absorb(id: number, name: string): number {
    const old = ledgerRow(this.db, name)?.id;
    if (old === undefined || old === id) return 0;
    const takenBack = this.folds.drop(old);
    replaceRow(this.db, old, id);
    return takenBack;
  }

  private issuanceLeaves(event: number): void {
    const row = prepared<Omit<Dirty['gone'][number], 'time'>>(
      this.db,
      `SELECT principal, access_key_id AS accessKeyId, session FROM issuance WHERE event = ? AND granted = 1`,
    ).get(event);
    if (row) this.gone.push({ ...row, time: timeOf(event) });
  }

  finishObject(id: number, result: ObjectResult, counts: BatchCounts): void {
    fillRow(this.db, id, { ...result, ...counts });
  }

  private readonly addEvent = () =>
    prepared(
      this.db,
      `INSERT INTO event (key, event_id, object, position, call, actor, counted) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (key) DO NOTHING`,
    );

  /** Writes one batch of an object's records. Times outside 1970–2106 must have been rejected while parsing. */
  add(object: number, batch: RecordBatch): BatchCounts {
    const calls = batch.calls.map((call) => this.interner.call(call));
    const actors = batch.actors.map((actor) => this.interner.actor(actor));
    const odd = new Map(batch.oddIds);
    const bytes = Buffer.from(batch.eventIds.buffer, batch.eventIds.byteOffset, batch.eventIds.byteLength);
    const add = this.addEvent();
    /** Row → event key, for rows that were written and may have more to tell; and back. */
    const written = new Map<number, number>();
    const holders = new Map<number, number>();
    const hold = (row: number, key: number) => {
      written.delete(holders.get(key) ?? -1);
      written.set(row, key);
      holders.set(key, row);
    };
    const wanted = rowsWithMore(batch);
    const folds = new Map(batch.folds);
    let stored = 0;
    let records = batch.length;
    for (let row = 0; row < batch.length; row++) {
      const time = batch.time[row]!;
      if (!(time >= 0 && time <= latestTime)) throw new RangeError(`event time ${time} is out of range`);
      const id = odd.get(row) ?? bytes.subarray(row * 16, row * 16 + 16);
      const call = calls[batch.call[row]!]!;
      const actor = actors[batch.actor[row]!]!;
      const fold = folds.get(row);
      if (fold) records += fold.records - 1;
      let slot = startSlot(id, call.salt);
      for (;;) {
        const key = firstKey(time) + slot;
        if (
          add.run(key, id, object, batch.position[row], call.id, actor.id, fold?.calls ?? 1).changes === 1
        ) {
          stored += fold?.calls ?? 1;
          const told = batch.calls[batch.call[row]!]!;
          this.counters.count(told, call.denied, actor.identity, time, fold?.calls, fold?.last);
          if (fold) this.folds.add(key, object, fold);
          if (wanted.has(row)) hold(row, key);
          this.twins.arrived(id, key);
          break;
        }
        const twin = this.twins.at(key, id, call.id);
        if (twin && fold && this.folds.has(key)) {
          const more = this.folds.join(key, object, fold);
          stored += more;
          const told = batch.calls[batch.call[row]!]!;
          this.counters.count(told, call.denied, actor.identity, time, more, fold.last);
          break;
        }
        // A sum and a record with one id contradict each other: both stay.
        if (twin && !fold && !this.folds.has(key)) {
          const holder = holders.get(key) ?? null;
          const more = wanted.has(row);
          if (this.replaces(twin, call, actor, () => more && this.tellsMore(batch, row, key, holder))) {
            this.twins.replace(key, object, batch.position[row]!, call.id, actor);
            hold(row, key);
          }
          break;
        }
        slot = (slot + 1) % slots;
      }
    }
    this.addMore(batch, written, calls);
    return { stored, duplicate: records - stored };
  }

  /**
   * Two records with one identity: nearly always the same bytes twice. Where they differ, the choice must not
   * depend on which came first.
   */
  private replaces(
    twin: { call: number; actor: number },
    call: CallRow,
    actor: ActorRow,
    tellsMore: () => boolean,
  ): boolean {
    if (twin.call === call.id && twin.actor === actor.id) return tellsMore();
    return this.twins.text(call.id, actor.id) < this.twins.text(twin.call, twin.actor);
  }

  /** @param holder row of the same batch that holds the place, whose facts are not in the store yet */
  private tellsMore(batch: RecordBatch, row: number, key: number, holder: number | null): boolean {
    const [mine, facts] = textsOfRow(batch, row);
    const [theirs, otherFacts] =
      holder === null ? [this.twins.issuanceText(key), this.facts.textOf(key)] : textsOfRow(batch, holder);
    return mine < theirs || (mine === theirs && facts < otherFacts);
  }

  private addMore(batch: RecordBatch, written: Map<number, number>, calls: CallRow[]): void {
    const hashes = new Map<number, Buffer>();
    for (const [row, sharedId, requestId] of batch.shared) {
      const key = written.get(row);
      if (key === undefined) continue;
      const call = batch.calls[batch.call[row]!]!;
      const hash = sharedHash(sharedId, call.eventSource, call.eventName, requestId);
      hashes.set(row, hash);
      this.twins.share(hash, key);
    }
    for (const [row, issuance] of batch.issuances) {
      const key = written.get(row);
      if (key !== undefined) this.addIssuance(key, issuance, hashes.get(row) ?? null);
    }
    this.facts.add(batch, written);
    for (const [row, original] of batch.revises) {
      const key = written.get(row);
      if (key === undefined) continue;
      const call = batch.calls[batch.call[row]!]!;
      this.twins.revise(eventIdStored(original), call.recipientAccountId, calls[batch.call[row]!]!, key);
    }
  }

  private addIssuance(key: number, issuance: Issuance, shared: Buffer | null): void {
    writeIssuance(this.db, this.interner, { key, issuance, shared });
    if (issuance.granted) this.dirtyIssuances.push(key);
  }
}
