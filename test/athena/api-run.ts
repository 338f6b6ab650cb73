import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Asked, type FakeQuery, Stopped } from './api-query.js';
import { csvOf } from './api-rows.js';
import { bound } from './api-statement.js';
import type { Storage } from './api-storage.js';
import { outCatalog } from './catalogs.js';
import { query, TrinoError, type TrinoResult } from './trino-client.js';

/** What runs queries. */
export interface Engine {
  /** Of Trino. */
  url: string;
  /** What UNLOAD makes lies below. */
  folder: string;
  storage: Storage;
}

/** Runs a SELECT and writes its result file. @param half breaks off while it writes */
export async function selected(
  { url, storage }: Engine,
  asked: Asked,
  made: FakeQuery,
  stopped: AbortController,
  half: boolean,
): Promise<void> {
  const result = await ran(url, made.statement.select, asked, made, stopped);
  if (made.results !== null) {
    const file = `${made.results}${made.id}.csv`;
    const csv = csvOf(result);
    await write(storage, made, file, half ? csv.slice(0, csv.length / 2) : csv);
    if (!half) await write(storage, made, `${file}.metadata`, '\0');
  }
  made.result = result;
}

/** The number of files that a big result comes in. */
const writers = '4';

/** Runs an UNLOAD and puts its files into the bucket: the same rows, of several writers. */
export async function unloaded(
  { url, folder, storage }: Engine,
  asked: Asked,
  made: FakeQuery,
  stopped: AbortController,
  half: boolean,
): Promise<void> {
  const { statement } = made;
  if (statement.kind !== 'unload') return;
  const target = statement.target.replace(/\/*$/, '/');
  if ((await storage.list(target)).length > 0)
    throw new TrinoError(
      `Target directory already exists: ${target}`,
      'HIVE_PATH_ALREADY_EXISTS',
      'EXTERNAL',
    );
  const table = `q_${made.id.replaceAll('-', '_')}`;
  const place = join(folder, table);
  try {
    const properties = `format = '${statement.options.format}', external_location = 'file://${place}'`;
    const create = `CREATE TABLE ${outCatalog}.unload.${table} WITH (${properties}) AS ${statement.select}`;
    await ran(url, create, asked, made, stopped, {
      task_min_writer_count: writers,
      task_scale_writers_enabled: 'false',
    });
    // Without rows there is not even a folder. Names with a dot are Trino's own.
    const all = existsSync(place) ? readdirSync(place) : [];
    const files = all.filter((name) => !name.startsWith('.'));
    for (const name of half ? files.slice(0, Math.ceil(files.length / 2)) : files)
      await write(storage, made, `${target}${name}`, readFileSync(join(place, name)));
    if (half || made.results === null) return;
    const manifest = made.written.map((file) => `${file}\n`).join('');
    await write(storage, made, `${made.results}${made.id}-manifest.csv`, manifest);
    await write(storage, made, `${made.results}${made.id}.metadata`, '\0');
  } finally {
    rmSync(place, { recursive: true, force: true });
    await query(url, `DROP TABLE IF EXISTS ${outCatalog}.unload.${table}`);
  }
}

async function write(storage: Storage, made: FakeQuery, uri: string, body: Buffer | string): Promise<void> {
  await storage.put(uri, body);
  made.written.push(uri);
}

async function ran(
  url: string,
  sql: string,
  { parameters, catalog, database, cutOff }: Asked,
  made: FakeQuery,
  stopped: AbortController,
  session: Record<string, string> = {},
): Promise<TrinoResult> {
  const counted = (bytes: number) => {
    made.scannedBytes = Math.max(made.scannedBytes, bytes);
    if (cutOff !== null && bytes > cutOff)
      stopped.abort(new Stopped(`Query cancelled! : Bytes scanned limit was exceeded`));
  };
  const result = await query(url, bound(sql, parameters), {
    ...{ catalog: catalog.toLowerCase(), session, signal: stopped.signal },
    ...(database === undefined ? {} : { schema: database.toLowerCase() }),
    onProgress: ({ scannedBytes }) => counted(scannedBytes),
  });
  made.engineMs = result.elapsedMs;
  stopped.signal.throwIfAborted();
  return result;
}
