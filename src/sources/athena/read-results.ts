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

/** What a query found. @throws RolecallError `ATHENA_QUERY`, `AWS_*`, `S3_*`; the signal's reason */
export async function* readRows(way: ResultsWay, queryId: string, query: Reading): AsyncGenerator<Row> {
  const { options, signal } = query;
  if (way.way === 'pages') return yield* pageRowsOf(queryId, query, signal);
  for (const object of await objectsToRead(way, queryId, query)) {
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

/** @throws RolecallError ATHENA_QUERY when the query wrote more than is there */
async function objectsToRead(
  way: Exclude<ResultsWay, { way: 'pages' }>,
  queryId: string,
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
  const there = new Set(objects.map(({ path }) => path));
  const listed = await manifestOf(objects, queryId, query);
  const lost = listed?.find((line) => line.startsWith('s3://') && !there.has(line));
  if (lost !== undefined) throw gone(lost);
  return objects.filter(({ path }) => path.startsWith(`${way.folder}rows/`));
}

/** The files that an UNLOAD says that it wrote; null where it says nothing. */
async function manifestOf(
  objects: readonly S3Version[],
  queryId: string,
  { options, signal }: Reading,
): Promise<string[] | null> {
  const manifest = objects.find(({ path }) => path.endsWith(`${queryId}-manifest.csv`));
  if (manifest === undefined) return null;
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
 * Athena lists the files of an UNLOAD in a manifest beside them.
 * https://docs.aws.amazon.com/athena/latest/ug/unload.html
 */
export async function resultsAreThere(way: ResultsWay, queryId: string, query: Reading): Promise<boolean> {
  if (way.way === 'pages') {
    // Athena keeps them for a day. Where they are gone, asking for the first page fails.
    for await (const _ of pageRowsOf(queryId, query, query.signal)) break;
    return true;
  }
  const options = resultOptions(query.options);
  if (way.way === 'csv') {
    const file = csvFile(way.output, queryId);
    return (await objectsBelow(file, options, query.signal)).some(({ path }) => path === file);
  }
  const objects = await objectsBelow(way.folder, options, query.signal);
  const there = new Set(objects.map(({ path }) => path));
  const listed = await manifestOf(objects, queryId, query);
  return listed?.every((line) => there.has(line)) ?? false;
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
