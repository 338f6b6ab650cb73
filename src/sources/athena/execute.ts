import { setTimeout as wait } from 'node:timers/promises';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { RolecallError } from '../../errors.js';
import { oneLine } from '../aws-errors.js';
import { type About, ask, askedOf, catalogOf, workgroupOf } from './ask.js';
import { ended } from './explain.js';
import { literal } from './table.js';

/** Where a query is. */
export interface QueryProgress {
  queryId: string;
  state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  /** So far. */
  scannedBytes: number;
}

/** A query as Athena is given it. */
export interface Statement extends About {
  sql: string;
  /** Text for each `?`. */
  params: readonly string[];
  signal?: AbortSignal | undefined;
  /** Told when it has begun, and of every change. */
  onState?: ((progress: QueryProgress) => void) | undefined;
  /** Asked again with the same one, Athena starts no second query. */
  token: string;
  /** Of one that was started before: it is followed, and not started. */
  queryId: string | null;
  onStart: (queryId: string) => void | Promise<void>;
  /** Told when it was to be stopped and could not be: it goes on, and costs. @param why as a clause */
  onLeft?: ((queryId: string, why: string) => void) | undefined;
}

const seconds = { first: 0.2, longest: 3, toStop: 10 };

/**
 * Runs a query to its end.
 * @throws RolecallError `ATHENA_*` when it fails, is cancelled, or scans more than it may; `AWS_*`
 * @throws the signal's reason when it stops: the query is then stopped, too
 */
export async function execute(statement: Statement): Promise<QueryExecution & { queryId: string }> {
  const queryId = statement.queryId ?? (await start(statement));
  let execution: QueryExecution;
  try {
    if (statement.queryId === null) await statement.onStart(queryId);
    execution = await followed(queryId, statement);
  } catch (error) {
    // It would go on, and cost, with nobody to read what it finds.
    const left = await stopQuery(queryId, statement);
    if (left !== null) statement.onLeft?.(queryId, left);
    throw error;
  }
  const { State, StateChangeReason, AthenaError } = execution.Status ?? {};
  if (State === 'FAILED' || State === 'CANCELLED') {
    const reason = StateChangeReason ?? AthenaError?.ErrorMessage ?? '';
    throw ended(State, reason, queryId, askedOf('athena:StartQueryExecution', statement));
  }
  return { ...execution, queryId };
}

/** Not given up while it is under way: whether the query runs would not be known. */
async function start(statement: Statement): Promise<string> {
  const { sql, params, output, place, token, signal } = statement;
  const command = new StartQueryExecutionCommand({
    QueryString: sql,
    QueryExecutionContext: { Catalog: catalogOf(statement), Database: place.database },
    WorkGroup: workgroupOf(statement),
    ClientRequestToken: token,
    ...(params.length === 0 ? {} : { ExecutionParameters: params.map(literal) }),
    ...(output ? { ResultConfiguration: { OutputLocation: output } } : {}),
  });
  let queryId: string | undefined;
  const send = async (client: AthenaClient) => {
    queryId = (await client.send(command)).QueryExecutionId;
  };
  await ask('athena:StartQueryExecution', statement, send, signal).catch((error) => {
    // Given up while it was started: the query runs, and is stopped with the others.
    if (queryId === undefined) throw error;
  });
  return queryId!;
}

async function followed(queryId: string, statement: Statement): Promise<QueryExecution> {
  const { signal, onState, options } = statement;
  let told: QueryProgress = { queryId, state: 'QUEUED', scannedBytes: 0 };
  onState?.(told);
  for (let pause = seconds.first; ; pause = Math.min(pause * 1.5, seconds.longest)) {
    signal?.throwIfAborted();
    const execution = await look(queryId, statement, signal);
    const state = (execution.Status?.State ?? 'QUEUED') as QueryProgress['state'];
    const scannedBytes = execution.Statistics?.DataScannedInBytes ?? 0;
    if (state !== told.state || scannedBytes !== told.scannedBytes) {
      told = { queryId, state, scannedBytes };
      onState?.(told);
    }
    if (state !== 'QUEUED' && state !== 'RUNNING') return execution;
    if (options.maxScanBytes !== undefined && scannedBytes > options.maxScanBytes)
      throw overLimit(queryId, scannedBytes, options.maxScanBytes);
    await wait(pause * 1000, undefined, { ...(signal === undefined ? {} : { signal }) }).catch(() =>
      signal?.throwIfAborted(),
    );
  }
}

async function look(queryId: string, about: About, signal?: AbortSignal): Promise<QueryExecution> {
  const command = new GetQueryExecutionCommand({ QueryExecutionId: queryId });
  const told = await ask('athena:GetQueryExecution', about, (client) => client.send(command), signal);
  return told.QueryExecution ?? {};
}

function overLimit(queryId: string, scanned: number, most: number): RolecallError {
  return new RolecallError(
    'ATHENA_SCAN_LIMIT',
    `the query ${queryId} was stopped: it had scanned ${scanned} bytes, more than the ${most} that it may`,
  );
}

/**
 * Stops a query and waits until it has stopped, for a while: it may still be writing. Never throws.
 * @returns null when it has stopped; else why not, as a clause
 */
export async function stopQuery(queryId: string, about: About): Promise<string | null> {
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), seconds.toStop * 1000);
  try {
    await Promise.race([stopped(queryId, about, enough.signal), rejection(enough.signal)]);
    return null;
  } catch (error) {
    // Thrown is why it was to stop.
    return enough.signal.aborted
      ? `Athena has not stopped it in ${seconds.toStop} s`
      : oneLine((error as Error).message);
  } finally {
    clearTimeout(timer);
    enough.abort();
  }
}

async function stopped(queryId: string, about: About, enough: AbortSignal): Promise<void> {
  const command = new StopQueryExecutionCommand({ QueryExecutionId: queryId });
  await ask('athena:StopQueryExecution', about, (client) => client.send(command), enough);
  for (;;) {
    const state = (await look(queryId, about, enough)).Status?.State;
    if (state !== 'QUEUED' && state !== 'RUNNING') return;
    await wait(300, undefined, { signal: enough });
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}
