import { RolecallError } from '../../errors.js';
import { oneLine } from '../aws-errors.js';
import { type S3Version, s3Bytes } from '../s3/fetch.js';
import type { About } from './ask.js';
import { resultOptions } from './connect.js';
import { csvRows } from './csv-rows.js';
import { gzipLines } from './lines.js';
import { pageRowsOf } from './page-rows.js';
import { objectsBelow, removeObjects } from './result-objects.js';
import type { ResultsWay } from './results-way.js';
import { jsonRow, type Row } from './row.js';

/** Whose results they are, and whom to tell what. */
interface Reading extends About {
  signal?: AbortSignal | undefined;
  /** Told, as a clause, when results could not be removed. */
  onNote?: ((note: string) => void) | undefined;
}

/** A query that has run. */
export interface Ran {
  queryId: string;
  /** Where Athena lists the files that an UNLOAD wrote, `s3://…`; null where it tells of none, as when there is no row. */
  manifest: string | null;
}

/** What a query found. @throws RolecallError `ATHENA_QUERY`, `AWS_*`, `S3_*`; the signal's reason */
export async function* readRows(way: ResultsWay, ran: Ran, query: Reading): AsyncGenerator<Row> {
  const { options, signal } = query;
  if (way.way === 'pages') return yield* pageRowsOf(ran.queryId, query, signal);
  for (const object of await objectsToRead(way, ran, query)) {
    // Of a writer that had no row.
    if (object.size === 0) continue;
    try {
      const bytes = stoppable(s3Bytes(object, resultOptions(options)), signal);
      if (way.way === 'csv') yield* csvRows(bytes);
      else for await (const line of gzipLines(bytes)) yield jsonRow(line);
    } catch (error) {
      signal?.throwIfAborted();
      throw unreadable(object, ran.queryId, error);
    }
  }
}

/**
 * All that a query wrote, and nothing else that lies there.
 * https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
 * @throws RolecallError ATHENA_QUERY when the query wrote more than is there
 */
async function objectsToRead(
  way: Exclude<ResultsWay, { way: 'pages' }>,
  { queryId, manifest }: Ran,
  query: Reading,
): Promise<S3Version[]> {
  const from = way.way === 'unload' ? way.folder : csvFile(way.output, queryId);
  const objects = await objectsBelow(from, resultOptions(query.options), query.signal);
  const gone = (what: string) =>
    new RolecallError(
      'ATHENA_QUERY',
      `the query ${queryId} left no result at ${what}, or somebody removed it`,
    );
  if (way.way === 'csv') {
    const file = objects.filter(({ path }) => path === from);
    // Without a row it has the names at least.
    if (!file.some(({ size }) => size > 0)) throw gone(from);
    return file;
  }
  const rows = objects.filter(({ path }) => path.startsWith(`${way.folder}rows/`));
  if (manifest === null) return rows;
  const list = objects.find(({ path }) => path === manifest);
  if (list === undefined) throw gone(manifest);
  const listed = await linesOf(list, query);
  if (listed.length === 0 && rows.some(({ size }) => size > 0)) throw gone(manifest);
  return listed.map((line) => {
    const found = rows.find(({ path }) => path === line);
    if (found === undefined) throw gone(line);
    return found;
  });
}

async function linesOf(manifest: S3Version, { options, signal }: Reading): Promise<string[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stoppable(s3Bytes(manifest, resultOptions(options)), signal)) chunks.push(chunk);
  return Buffer.concat(chunks)
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim().replaceAll('"', ''))
    .filter((line) => line !== '');
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

/**
 * Whether everything that a query wrote is still there: what it found may be nothing, and then nothing is missing.
 * @throws RolecallError `AWS_*`, `S3_*`; `ATHENA_*` where Athena kept the results and does not any more
 */
export async function resultsAreThere(way: ResultsWay, ran: Ran, query: Reading): Promise<boolean> {
  if (way.way === 'pages') {
    // Athena keeps them for a day. Where they are gone, asking for the first page fails.
    for await (const _ of pageRowsOf(ran.queryId, query, query.signal)) break;
    return true;
  }
  try {
    await objectsToRead(way, ran, query);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'ATHENA_QUERY') return false;
    throw error;
  }
}

/** Where the results of a query lie; null where Athena keeps them. */
export function placeOfRows(way: ResultsWay, queryId: string): string | null {
  if (way.way === 'pages') return null;
  return way.way === 'unload' ? `${way.folder}rows/` : csvFile(way.output, queryId);
}

/** Removes results and what Athena wrote beside them. Never throws. */
export async function removeResults(way: ResultsWay, queryId: string | null, query: Reading): Promise<void> {
  if (way.way === 'pages' || (way.way === 'csv' && queryId === null)) return;
  const options = resultOptions(query.options);
  const place = way.way === 'unload' ? way.folder : csvFile(way.output, queryId!);
  try {
    // Of a CSV file the names are known: nothing has to be listed.
    const paths =
      way.way === 'csv'
        ? [place, `${place}.metadata`]
        : (await objectsBelow(place, options)).map(({ path }) => path);
    await removeObjects(paths, options);
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    // Where there is no bucket there are no results.
    if (code === 'S3_NO_BUCKET') return;
    query.onNote?.(`results at ${place} could not be removed, remove them by hand (${oneLine(message)})`);
  }
}
