import { RolecallError } from '../errors.js';
import type { AthenaOptions } from '../sources/athena/connect.js';
import { costOf } from '../sources/athena/cost.js';
import type { AthenaPlace } from '../sources/athena/place.js';
import type { QueryResult, Ticket } from '../sources/athena/query.js';
import type { AthenaTable } from '../sources/athena/table.js';
import {
  type EngineQueryRow,
  engineQueries,
  forgetEngineQuery,
  rememberEngineQuery,
} from '../store/engine-queries.js';
import type { Sqlite } from '../store/open.js';
import { athenaQuery } from './athena-query.js';
import type { Unit } from './athena-units.js';

/** What Athena is doing for a run, and what it has cost so far. */
export interface AthenaState {
  queued: number;
  running: number;
  scannedBytes: number;
  dollars: number;
}

export interface AskerOptions {
  options: AthenaOptions;
  /** Bytes that all queries together may scan, and US dollars that they may cost. */
  most: { bytes?: number; dollars?: number };
  /** Epoch seconds. */
  now: number;
  signal?: AbortSignal;
  onState: (state: AthenaState) => void;
  onNote: (note: string) => void;
}

/** An answer that can be read. */
export interface Ask {
  unit: Unit;
  /** When Athena was asked, epoch seconds: what came later is not in it. */
  asked: number;
  result: QueryResult;
}

/**
 * Asks for units, and writes down in the store what was asked until its results are put away: a query that is under way
 * when the process dies is paid for, and taken up by the next one.
 */
export class AthenaAsker {
  private readonly queries = new Map<string, { state: string; scannedBytes: number }>();

  constructor(
    private readonly db: Sqlite,
    private readonly table: AthenaTable,
    private readonly place: AthenaPlace,
    private readonly o: AskerOptions,
  ) {}

  /** Queries that scanned something, bytes, and US dollars. */
  get used(): { queries: number; scannedBytes: number; dollars: number } {
    const scannedBytes = [...this.queries.values()].reduce((sum, query) => sum + query.scannedBytes, 0);
    return { queries: this.queries.size, scannedBytes, dollars: costOf(scannedBytes, this.queries.size) };
  }

  /** @throws RolecallError `ATHENA_*`, `AWS_*`, `S3_*` */
  async ask(unit: Unit): Promise<Ask> {
    const { sql, params } = athenaQuery(this.table, unit);
    const filter = JSON.stringify(unit.filter);
    const known = engineQueries(this.db, unit.name).find(
      (row) => row.name === unit.name && row.filter === filter,
    );
    const asked = known?.asked ?? this.o.now;
    const { runQuery } = await import('../sources/athena/query.js');
    const { signal, options, onNote } = this.o;
    const left = this.left();
    // Counts from now on: those begun beside it see that it may cost, before Athena has given it an id.
    this.queries.set(unit.name, { state: 'QUEUED', scannedBytes: 0 });
    const result = await runQuery({
      sql,
      params,
      place: this.place,
      options: { ...options, ...(left === null ? {} : { maxScanBytes: left }) },
      signal,
      onNote,
      ticket: known === undefined ? null : (JSON.parse(known.ticket) as Ticket),
      onTicket: (ticket) =>
        rememberEngineQuery(this.db, {
          name: unit.name,
          filter,
          asked,
          ticket: JSON.stringify(ticket),
          kept: false,
        }),
      onState: ({ queryId, state, scannedBytes }) => {
        this.queries.delete(unit.name);
        this.queries.set(queryId, { state, scannedBytes });
        this.tell();
        // Several run at a time and share the limit. What has come to its end is paid for, and kept.
        if ((state === 'QUEUED' || state === 'RUNNING') && this.used.scannedBytes > this.most)
          throw this.overLimit();
      },
    }).catch((error: unknown) => {
      this.queries.delete(unit.name);
      forgetEngineQuery(this.db, unit.name);
      throw error;
    });
    this.queries.delete(unit.name);
    this.queries.set(result.queryId, { state: 'SUCCEEDED', scannedBytes: result.scannedBytes });
    this.tell();
    return { unit, asked, result };
  }

  /** In the transaction that has the answer: it must not be asked for again. */
  kept(unit: Unit): void {
    const row = engineQueries(this.db, unit.name).find(({ name }) => name === unit.name);
    if (row !== undefined) rememberEngineQuery(this.db, { ...row, kept: true });
  }

  /** An answer that is in the store, or that nobody will read: its results go. */
  async done(unit: Unit, result: QueryResult): Promise<void> {
    await result.discard();
    forgetEngineQuery(this.db, unit.name);
  }

  /** What an earlier run left: results of answers that are in the store, and queries that nobody needs now. */
  async putAway(units: readonly Unit[], rows: readonly EngineQueryRow[]): Promise<void> {
    const wanted = new Map(units.map(({ name, filter }) => [name, JSON.stringify(filter)]));
    for (const row of rows) {
      if (!row.kept && wanted.get(row.name) === row.filter) continue;
      const { discardQuery } = await import('../sources/athena/query.js');
      const { options, onNote } = this.o;
      await discardQuery(JSON.parse(row.ticket) as Ticket, { place: this.place, options, onNote });
      forgetEngineQuery(this.db, row.name);
    }
  }

  /** Bytes that the next query may scan; null without a limit. */
  private left(): number | null {
    const { most } = this;
    if (most === Number.POSITIVE_INFINITY) return null;
    const { scannedBytes, dollars } = this.used;
    const spent = dollars >= (this.o.most.dollars ?? Number.POSITIVE_INFINITY);
    if (scannedBytes >= most || spent) throw this.overLimit();
    return most - scannedBytes;
  }

  /** Bytes that all queries together may scan. */
  private get most(): number {
    const { bytes = Number.POSITIVE_INFINITY, dollars = Number.POSITIVE_INFINITY } = this.o.most;
    return Math.min(bytes, (dollars / costOf(1e12, 1)) * 1e12);
  }

  private overLimit(): RolecallError {
    const { scannedBytes, dollars } = this.used;
    return new RolecallError(
      'ATHENA_SCAN_LIMIT',
      `the queries so far have scanned ${scannedBytes} bytes (${dollars.toFixed(5)} USD, 10 MB at least for each), and no more may be`,
    );
  }

  private tell(): void {
    const states = [...this.queries.values()].map(({ state }) => state);
    const { scannedBytes, dollars } = this.used;
    this.o.onState({
      queued: states.filter((state) => state === 'QUEUED').length,
      running: states.filter((state) => state === 'RUNNING').length,
      scannedBytes,
      dollars,
    });
  }
}
