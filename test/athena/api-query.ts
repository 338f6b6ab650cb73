import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Engine, selected, unloaded } from './api-run.js';
import type { AthenaStatement } from './api-statement.js';
import { TrinoError, type TrinoResult } from './trino-client.js';

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

/** Why a query ends before its time. */
export class Stopped extends Error {
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
