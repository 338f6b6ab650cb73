import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { csvOf } from './api-rows.js';
import { type AthenaStatement, bound } from './api-statement.js';
import type { Storage } from './api-storage.js';
import { outCatalog } from './catalogs.js';
import { query, TrinoError, type TrinoResult } from './trino-client.js';

export type QueryState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** What happens to a query in the place of running to its end. */
export type Fate =
  /** For ever, until it is stopped. */
  | { stays: 'QUEUED' | 'RUNNING' }
  /** Ends so; `half` of its results are there before. */
  | { ends: 'FAILED' | 'CANCELLED'; reason: string; half?: boolean }
  /** Takes so much longer, in milliseconds. */
  | { queued?: number; running?: number };

/** A query that the API was given. */
export interface FakeQuery {
  id: string;
  /** As it was given. */
  sql: string;
  parameters: string[];
  workgroup: string;
  database: string | undefined;
  state: QueryState;
  reason: string | null;
  /** Name of Trino's error. */
  errorName: string | null;
  scannedBytes: number;
  engineMs: number;
  /** Epoch seconds. */
  submitted: number;
  completed: number | null;
  /** Folder for results, ends with `/`; null where Athena keeps them itself. */
  results: string | null;
  /** What it wrote into the bucket, `s3://…`. */
  written: string[];
  statement: AthenaStatement;
  /** Rows of a SELECT. */
  result: TrinoResult | null;
  /** Resolves when it has ended; never rejects. */
  ended: Promise<void>;
  stop(reason: string): void;
}

export interface Engine {
  /** Of Trino. */
  url: string;
  /** What UNLOAD makes lies below. */
  folder: string;
  storage: Storage;
}

export interface Asked {
  sql: string;
  statement: AthenaStatement;
  parameters: string[];
  workgroup: string;
  catalog: string;
  database: string | undefined;
  results: string | null;
  /** Bytes that it may scan. */
  cutOff: number | null;
  fate: (query: FakeQuery) => Fate | null;
}

/** Starts a query: it is QUEUED, and goes on by itself. */
export function startQuery(engine: Engine, asked: Asked): FakeQuery {
  const stopped = new AbortController();
  const { sql, statement, parameters, workgroup, database, results } = asked;
  const made: FakeQuery = {
    ...{ id: randomUUID(), sql, statement, parameters, workgroup, database, results },
    ...{ state: 'QUEUED', reason: null, errorName: null, scannedBytes: 0, engineMs: 0 },
    ...{ submitted: Date.now() / 1000, completed: null, written: [], result: null },
    ended: Promise.resolve(),
    stop: (reason) => stopped.abort(new Stopped(reason)),
  };
  made.ended = lived(engine, asked, made, stopped).then(
    () => end(made, 'SUCCEEDED', null),
    (error: unknown) => {
      if (error instanceof Stopped) return end(made, error.state, error.message);
      made.errorName = error instanceof TrinoError ? error.errorName : 'GENERIC_INTERNAL_ERROR';
      end(made, 'FAILED', `${made.errorName}: ${(error as Error).message}`);
    },
  );
  return made;
}

class Stopped extends Error {
  constructor(
    reason: string,
    readonly state: 'FAILED' | 'CANCELLED' = 'CANCELLED',
  ) {
    super(reason);
  }
}

function end(made: FakeQuery, state: QueryState, reason: string | null): void {
  Object.assign(made, { state, reason, completed: Date.now() / 1000 });
}

/** Long enough to be seen QUEUED once. */
const queuedMs = 20;

async function lived(engine: Engine, asked: Asked, made: FakeQuery, stopped: AbortController): Promise<void> {
  const { signal } = stopped;
  const fate = asked.fate(made) ?? {};
  const waits = 'queued' in fate || 'running' in fate ? fate : {};
  const pause = (ms: number) =>
    sleep(ms, undefined, { signal }).catch(() => {
      throw signal.reason;
    });
  const forEver = 2 ** 31 - 1;
  await pause('stays' in fate && fate.stays === 'QUEUED' ? forEver : queuedMs + (waits.queued ?? 0));
  made.state = 'RUNNING';
  await pause('stays' in fate ? forEver : (waits.running ?? 0));
  if ('ends' in fate && !fate.half) throw new Stopped(fate.reason, fate.ends);
  const half = 'ends' in fate;
  if (made.statement.kind === 'select') await selected(engine, asked, made, stopped, half);
  else await unloaded(engine, asked, made, stopped, half);
  if ('ends' in fate) throw new Stopped(fate.reason, fate.ends);
}

async function selected(
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

async function unloaded(
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
