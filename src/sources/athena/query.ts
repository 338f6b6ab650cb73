import { RolecallError } from '../../errors.js';
import { oneLine } from '../aws-errors.js';
import { type S3Version, s3Bytes } from '../s3/fetch.js';
import type { About } from './ask.js';
import { resultOptions } from './connect.js';
import { csvRows } from './csv-rows.js';
import { execute, type QueryProgress, type Statement } from './execute.js';
import { gzipLines } from './lines.js';
import { pageRowsOf } from './page-rows.js';
import { objectsBelow, removeObjects } from './result-objects.js';
import { type ResultsWay, resultsWay } from './results-way.js';
import { jsonRow, type Row } from './row.js';

export type { AthenaOptions } from './connect.js';
export type { QueryProgress } from './execute.js';
export type { Row } from './row.js';

/** A SELECT, and how to follow it. */
export interface Query extends Omit<Statement, 'output'> {
  /** Told, as a clause, when results could not be removed or an option is of no use. */
  onNote?: ((note: string) => void) | undefined;
}

/** A query that has run. */
export interface QueryResult {
  queryId: string;
  scannedBytes: number;
  engineMs: number;
  /** To be read once. A column that is NULL may be left out of its row. */
  rows: AsyncIterable<Row>;
  /** Removes the results; reading `rows` to its end, or leaving it, does the same. */
  discard(): Promise<void>;
}

/**
 * Runs a SELECT in Athena and reads what it gives, in the way that the workgroup allows: as JSON lines that it writes
 * to a place of their own, as one CSV file, or page by page. Results are removed when they are read, or when that fails.
 * @throws RolecallError `ATHENA_*`, `AWS_*`, `S3_*`; while rows are read, too
 * @throws the signal's reason when it stops; the query is stopped in Athena before
 */
export async function runQuery(query: Query): Promise<QueryResult> {
  const { options, signal, onNote } = query;
  const way = await resultsWay(query, signal);
  if (way.note !== null) onNote?.(way.note);
  let queryId: string | null = null;
  const discard = once(async () => {
    if (!options.keepResults) await remove(way, queryId, query);
  });
  try {
    const ran = await execute({
      ...query,
      sql: way.way === 'unload' ? unload(query.sql, `${way.folder}rows/`) : query.sql,
      output: way.way === 'unload' ? `${way.folder}about/` : undefined,
      onState: (progress: QueryProgress) => {
        queryId = progress.queryId;
        query.onState?.(progress);
      },
    });
    return {
      queryId: ran.queryId,
      scannedBytes: ran.Statistics?.DataScannedInBytes ?? 0,
      engineMs: ran.Statistics?.EngineExecutionTimeInMillis ?? 0,
      rows: read(rowsOf(way, ran.queryId, query), discard),
      discard,
    };
  } catch (error) {
    await discard();
    throw error;
  }
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

async function* rowsOf(way: ResultsWay, queryId: string, query: Query): AsyncGenerator<Row> {
  const { options, signal } = query;
  if (way.way === 'pages') return yield* pageRowsOf(queryId, query, signal);
  const from = way.way === 'unload' ? `${way.folder}rows/` : csvFile(way.output, queryId);
  const objects = await objectsBelow(from, resultOptions(options), signal);
  const wanted = way.way === 'unload' ? objects : objects.filter(({ path }) => path === from);
  if (way.way === 'csv' && wanted.length === 0)
    throw new RolecallError('ATHENA_QUERY', `the query ${queryId} left no result at ${from}`);
  for (const object of wanted) {
    if (object.size === 0) continue;
    try {
      const bytes = stoppable(s3Bytes(object, resultOptions(options)), signal);
      if (way.way === 'csv') yield* csvRows(bytes);
      else for await (const line of gzipLines(bytes)) yield jsonRow(line);
    } catch (error) {
      signal?.throwIfAborted();
      throw unreadable(object, queryId, error);
    }
  }
}

async function* stoppable(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) {
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    yield chunk;
  }
}

function unreadable({ path }: S3Version, queryId: string, error: unknown): unknown {
  if (error instanceof RolecallError) return error;
  return new RolecallError(
    'ATHENA_QUERY',
    `the result ${path} of the query ${queryId} cannot be read: ${oneLine((error as Error).message)}`,
    { cause: error },
  );
}

function csvFile(output: string, queryId: string): string {
  return `${output.replace(/\/*$/, '/')}${queryId}.csv`;
}

/** Removes results and what Athena wrote beside them. Never throws. */
async function remove(way: ResultsWay, queryId: string | null, query: About & Query): Promise<void> {
  if (way.way === 'pages' || queryId === null) return;
  const options = resultOptions(query.options);
  const place = way.way === 'unload' ? way.folder : csvFile(way.output, queryId);
  try {
    // Of a CSV file the names are known: nothing has to be listed.
    const paths =
      way.way === 'csv'
        ? [place, `${place}.metadata`]
        : (await objectsBelow(place, options)).map(({ path }) => path);
    await removeObjects(paths, options);
  } catch (error) {
    const { name, message } = error as Error;
    query.onNote?.(
      `results at ${place} could not be removed, remove them by hand (${name}: ${oneLine(message)})`,
    );
  }
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
