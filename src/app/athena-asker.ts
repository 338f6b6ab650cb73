import { RolecallError } from '../errors.js';
import type { AthenaOptions } from '../sources/athena/connect.js';
import { billedBytes, costOf } from '../sources/athena/cost.js';
import type { AthenaPlace } from '../sources/athena/place.js';
import type { QueryProgress, QueryResult, Ticket } from '../sources/athena/query.js';
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
  /** Told of a query that could not be stopped. */
  onLeft: () => void;
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
  /** Tokens of queries that are being started: each will cost something. */
  private readonly starting = new Set<string>();
  /** Ends when the transaction does that an answer is read in. */
  private reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly db: Sqlite,
    private readonly table: AthenaTable,
    private readonly place: AthenaPlace,
    private readonly o: AskerOptions,
  ) {}

  /** Queries that scanned something, bytes, and US dollars. */
  get used(): { queries: number; scannedBytes: number; dollars: number } {
    const scanned = [...this.queries.values()].map((query) => query.scannedBytes);
    const sum = (bytes: number[]) => bytes.reduce((total, each) => total + each, 0);
    return {
      queries: scanned.length,
      scannedBytes: sum(scanned),
      dollars: costOf(sum(scanned.map(billedBytes)), 0),
    };
  }

  /** Told of work that has a transaction open from its beginning to its end. */
  async whileReading<T>(work: Promise<T>): Promise<T> {
    this.reading = work.catch(() => {});
    return await work;
  }

  /** @throws RolecallError `ATHENA_*`, `AWS_*`, `S3_*` */
  async ask(unit: Unit): Promise<Ask> {
    const { sql, params } = athenaQuery(this.table, unit);
    const filter = JSON.stringify(unit.filter);
    const known = engineQueries(this.db, unit.name).find(
      (row) => row.name === unit.name && row.filter === filter,
    );
    let asked = known?.asked ?? this.o.now;
    const before = known === undefined ? null : (JSON.parse(known.ticket) as Ticket);
    let last = before;
    let goesOn = false;
    const { runQuery } = await import('../sources/athena/query.js');
    const { signal, options, onNote } = this.o;
    try {
      const result = await runQuery({
        ...{ sql, params, place: this.place, options, signal, onNote, ticket: before },
        onTicket: async (ticket) => {
          if (ticket.token !== last?.token) {
            await this.readyToAsk();
            this.starting.add(ticket.token);
            asked = this.o.now;
          }
          last = ticket;
          const row = { name: unit.name, filter, asked, ticket: JSON.stringify(ticket), kept: false };
          rememberEngineQuery(this.db, row);
        },
        onState: (progress) => this.follow(progress, last),
        onLeft: () => {
          goesOn = true;
          this.o.onLeft();
        },
      });
      this.queries.set(result.queryId, { state: 'SUCCEEDED', scannedBytes: result.scannedBytes });
      this.tell();
      return { unit, asked, result };
    } catch (error) {
      if (!goesOn && !mayGoOn(last, error)) {
        await this.betweenAnswers();
        forgetEngineQuery(this.db, unit.name);
      }
      throw error;
    } finally {
      if (last !== null) this.starting.delete(last.token);
    }
  }

  /** @throws RolecallError ATHENA_SCAN_LIMIT when all queries together are beyond it, and this one is not done yet */
  private follow({ queryId, state, scannedBytes }: QueryProgress, ticket: Ticket | null): void {
    if (ticket !== null) this.starting.delete(ticket.token);
    this.queries.set(queryId, { state, scannedBytes });
    this.tell();
    if (state !== 'QUEUED' && state !== 'RUNNING') return;
    const { scannedBytes: scanned, dollars } = this.used;
    const { most } = this.o;
    if (
      scanned > (most.bytes ?? Number.POSITIVE_INFINITY) ||
      dollars > (most.dollars ?? Number.POSITIVE_INFINITY)
    )
      throw this.overLimit();
  }

  /** Waits while an answer is read: what is written then is lost with it when that fails, or the process dies. */
  private async betweenAnswers(): Promise<void> {
    while (this.db.inTransaction) await this.reading;
  }

  /**
   * Once a query is asked, it is known that it was.
   * @throws RolecallError ATHENA_SCAN_LIMIT when one more may not be asked
   */
  private async readyToAsk(): Promise<void> {
    await this.betweenAnswers();
    this.o.signal?.throwIfAborted();
    const { bytes = Number.POSITIVE_INFINITY, dollars = Number.POSITIVE_INFINITY } = this.o.most;
    const { scannedBytes, dollars: spent } = this.used;
    // It costs something, however little it reads.
    if (scannedBytes >= bytes || spent + costOf(0, this.starting.size + 1) > dollars) throw this.overLimit();
  }

  private overLimit(): RolecallError {
    const { scannedBytes, dollars } = this.used;
    const { bytes, dollars: most } = this.o.most;
    const limits = [
      bytes === undefined ? [] : `${bytes} bytes`,
      most === undefined ? [] : `${most} USD`,
    ].flat();
    return new RolecallError(
      'ATHENA_SCAN_LIMIT',
      `the queries so far have scanned ${scannedBytes} bytes (${dollars.toFixed(5)} USD, 10 MB at least for each), and one more may pass the limit of ${limits.join(' and ')}`,
    );
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

  /**
   * What an earlier run left: results of answers that are in the store, and queries that nobody needs now.
   * @param isFresh whether what Athena was asked then is what it would be asked now
   */
  async putAway(
    units: readonly Unit[],
    rows: readonly EngineQueryRow[],
    isFresh: (unit: Unit, asked: number) => boolean,
  ): Promise<void> {
    const wanted = new Map(units.map((unit) => [unit.name, unit]));
    for (const row of rows) {
      const unit = wanted.get(row.name);
      if (!row.kept && JSON.stringify(unit?.filter) === row.filter && isFresh(unit!, row.asked)) continue;
      const { discardQuery } = await import('../sources/athena/query.js');
      const { options, onNote } = this.o;
      await discardQuery(JSON.parse(row.ticket) as Ticket, { place: this.place, options, onNote });
      forgetEngineQuery(this.db, row.name);
    }
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

/** Who lost the connection or a permission does not know what became of a query: the next run finds out. */
function mayGoOn(ticket: Ticket | null, error: unknown): boolean {
  const code = (error as { code?: string } | undefined)?.code ?? '';
  return (
    code === 'AWS_UNREACHABLE' || ((ticket?.queryId ?? null) !== null && /^(?:AWS|S3|DB|SQLITE)_/.test(code))
  );
}
