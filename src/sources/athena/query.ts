import { createHash, randomUUID } from 'node:crypto';
import { execute, type QueryProgress, type Statement, stopQuery } from './execute.js';
import { placeOfRows, type Ran, readRows, removeResults, resultsAreThere } from './read-results.js';
import { type ResultsWay, resultsWay } from './results-way.js';
import type { Row } from './row.js';

export type { AthenaOptions } from './connect.js';
export type { QueryProgress } from './execute.js';
export type { Row } from './row.js';

/** How a query that was asked is found again, by another process too. */
export interface Ticket {
  /** Asked with it twice, Athena starts one query. */
  token: string;
  /** Null while it is not known whether it was started. */
  queryId: string | null;
  way: ResultsWay;
  /** Of what was asked: another question is another query. */
  hash: string;
}

/** A SELECT, and how to follow it. */
export interface Query extends Omit<Statement, 'output' | 'token' | 'queryId' | 'onStart'> {
  /** Told, as a clause, when results could not be removed or an option is of no use. */
  onNote?: ((note: string) => void) | undefined;
  /** Of the same query, asked by a process that did not come to its end. */
  ticket?: Ticket | null | undefined;
  /**
   * Told before it is asked, and when it is: to be kept until `discard`, which alone removes the results then. It is
   * asked when what this gives has come.
   */
  onTicket?: ((ticket: Ticket) => void | Promise<void>) | undefined;
}

/** A query that has run. */
export interface QueryResult extends Ran {
  scannedBytes: number;
  engineMs: number;
  /** To be read once. A column that is NULL may be left out of its row. */
  rows: AsyncIterable<Row>;
  /** Removes the results; without a ticket, reading `rows` to its end, or leaving it, does the same. */
  discard(): Promise<void>;
}

/**
 * Runs a SELECT in Athena and reads what it gives, in the way that the workgroup allows: as JSON lines that it writes
 * to a place of their own, as one CSV file, or page by page. Results are removed when they are read, or when that fails.
 * One that was asked before is waited for, and not asked again as long as its results are there.
 * @throws RolecallError `ATHENA_*`, `AWS_*`, `S3_*`; while rows are read, too
 * @throws the signal's reason when it stops; the query is stopped in Athena before
 */
export async function runQuery(query: Query): Promise<QueryResult> {
  const { ticket = null, onTicket, signal, onNote } = query;
  const hash = hashOf(query);
  if (ticket !== null) {
    const taken = ticket.hash === hash ? await takenUp(ticket, query) : null;
    if (taken !== null) return taken;
    await discardQuery(ticket, query);
  }
  const token = randomUUID();
  const way = await resultsWay(query, token, signal);
  if (way.note !== null) onNote?.(way.note);
  const asked: Ticket = { token, queryId: null, way, hash };
  await onTicket?.(asked);
  return await run(asked, query);
}

/** Stops a query that nobody waits for any more, and removes what it wrote. Never throws. */
export async function discardQuery(
  ticket: Ticket,
  query: Pick<Query, 'place' | 'options' | 'onNote'>,
): Promise<void> {
  const { queryId, way } = ticket;
  if (queryId !== null) await stopQuery(queryId, query);
  if (!query.options.keepResults) await removeResults(way, queryId, query);
}

/** Null when it failed, or what it found is gone: it has to be asked again. */
async function takenUp(ticket: Ticket, query: Query): Promise<QueryResult | null> {
  try {
    const result = await run(ticket, query);
    if (await resultsAreThere(ticket.way, result, query)) return result;
  } catch (error) {
    query.signal?.throwIfAborted();
    const code = (error as { code?: string }).code ?? '';
    // Who may not ask, or cannot be reached, may not ask again either.
    if (!code.startsWith('ATHENA_') || code === 'ATHENA_SCAN_LIMIT' || code === 'ATHENA_BUSY') throw error;
  }
  return null;
}

async function run(ticket: Ticket, query: Query): Promise<QueryResult> {
  const { way, token } = ticket;
  const { options, onTicket } = query;
  let { queryId } = ticket;
  let goesOn = false;
  let ended = false;
  const discard = once(async () => {
    if (!options.keepResults) return await removeResults(way, queryId, query);
    const kept = ended ? placeOfRows(way, queryId!) : null;
    if (kept !== null) query.onNote?.(`results are kept at ${kept}`);
  });
  try {
    const ran = await execute({
      ...query,
      token,
      queryId,
      sql: way.way === 'unload' ? unload(query.sql, `${way.folder}rows/`) : query.sql,
      output: way.way === 'unload' ? `${way.folder}about/` : undefined,
      onStart: async (started) => {
        queryId = started;
        await onTicket?.({ ...ticket, queryId });
      },
      onState: (progress: QueryProgress) => query.onState?.(progress),
      onLeft: (left, why) => {
        goesOn = true;
        const later = onTicket === undefined ? '' : ', and the next run takes it up';
        query.onNote?.(`the query ${left} could not be stopped: it goes on in Athena${later} (${why})`);
        query.onLeft?.(left, why);
      },
    });
    ended = true;
    const named = { queryId: ran.queryId, manifest: ran.Statistics?.DataManifestLocation ?? null };
    const rows = readRows(way, named, query);
    return {
      ...named,
      scannedBytes: ran.Statistics?.DataScannedInBytes ?? 0,
      engineMs: ran.Statistics?.EngineExecutionTimeInMillis ?? 0,
      rows: onTicket === undefined ? read(rows, discard) : rows,
      discard,
    };
  } catch (error) {
    // What is still being written is removed by whoever takes it up.
    if (!goesOn || onTicket === undefined) await discard();
    throw error;
  }
}

function hashOf({ sql, params }: Query): string {
  return createHash('sha256')
    .update(JSON.stringify([sql, params]))
    .digest('hex')
    .slice(0, 32);
}

/** https://docs.aws.amazon.com/athena/latest/ug/unload.html */
function unload(sql: string, folder: string): string {
  return `UNLOAD (\n${sql.trim()}\n) TO '${folder}' WITH (format = 'JSON', compression = 'gzip')`;
}

async function* read(rows: AsyncIterable<Row>, discard: () => Promise<void>): AsyncGenerator<Row> {
  try {
    yield* rows;
  } finally {
    await discard();
  }
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
