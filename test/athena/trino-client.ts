import { setTimeout as sleep } from 'node:timers/promises';

/** A value as Trino's JSON gives it: a string, a number, a boolean, null, and lists of these. */
export type TrinoValue = string | number | boolean | null | TrinoValue[] | { [name: string]: TrinoValue };

export interface TrinoColumn {
  name: string;
  /** As Trino names it, `varchar`. */
  type: string;
}

export interface TrinoResult {
  id: string;
  columns: TrinoColumn[];
  rows: TrinoValue[][];
  /** Bytes that it read from storage, and milliseconds that it took. */
  scannedBytes: number;
  elapsedMs: number;
  /** Milliseconds of all its processors together. */
  cpuMs: number;
  /** Most memory that it held at a time, on all its machines. */
  peakBytes: number;
}

export interface TrinoOptions {
  catalog?: string;
  schema?: string;
  /** `catalog.property=value` of the session. */
  session?: Record<string, string>;
  /** Cancels the query in Trino. */
  signal?: AbortSignal | undefined;
  /** Called with each answer of the server. */
  onProgress?: (progress: { id: string; state: string; scannedBytes: number }) => void;
}

/** A query that Trino refused or gave up: what it says, and its name for that. */
export class TrinoError extends Error {
  constructor(
    message: string,
    /** `SYNTAX_ERROR`, `TABLE_NOT_FOUND`, … */
    readonly errorName: string,
    /** `USER_ERROR`, `EXTERNAL`, … */
    readonly errorType: string,
  ) {
    super(message);
  }
}

interface Page {
  id: string;
  nextUri?: string;
  columns?: TrinoColumn[];
  data?: TrinoValue[][];
  stats: {
    state: string;
    physicalInputBytes: number;
    elapsedTimeMillis: number;
    cpuTimeMillis: number;
    peakMemoryBytes: number;
  };
  error?: { message: string; errorName: string; errorType: string };
}

/**
 * Runs one statement to its end and holds all of its rows: the protocol of https://trino.io/docs/current/develop/client-protocol.html
 * @throws TrinoError; the signal's reason when it was aborted
 */
export async function query(url: string, sql: string, options: TrinoOptions = {}): Promise<TrinoResult> {
  const { signal } = options;
  let page = await asked(`${url}/v1/statement`, { method: 'POST', body: sql, headers: headersOf(options) });
  let columns: TrinoColumn[] = [];
  const rows: TrinoValue[][] = [];
  for (;;) {
    if (page.error !== undefined)
      throw new TrinoError(page.error.message, page.error.errorName, page.error.errorType);
    if (page.columns !== undefined) columns = page.columns;
    for (const row of page.data ?? []) rows.push(row);
    const { id, nextUri, stats } = page;
    const scannedBytes = stats.physicalInputBytes;
    options.onProgress?.({ id, state: stats.state, scannedBytes });
    if (nextUri === undefined) {
      const { elapsedTimeMillis: elapsedMs, cpuTimeMillis: cpuMs, peakMemoryBytes: peakBytes } = stats;
      return { id, columns, rows, scannedBytes, elapsedMs, cpuMs, peakBytes };
    }
    if (signal?.aborted) {
      await fetch(nextUri, { method: 'DELETE' });
      throw signal.reason;
    }
    page = await asked(nextUri, {});
  }
}

function headersOf({ catalog, schema, session = {} }: TrinoOptions): Record<string, string> {
  const properties = Object.entries(session).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return {
    'X-Trino-User': 'rolecall',
    ...(catalog === undefined ? {} : { 'X-Trino-Catalog': catalog }),
    ...(schema === undefined ? {} : { 'X-Trino-Schema': schema }),
    ...(properties.length === 0 ? {} : { 'X-Trino-Session': properties.join(',') }),
  };
}

/** A busy server says 502 to 504, and wants to be asked again. */
async function asked(url: string, init: RequestInit): Promise<Page> {
  for (;;) {
    const answer = await fetch(url, init);
    if (answer.ok) return (await answer.json()) as Page;
    const text = await answer.text();
    if (![502, 503, 504].includes(answer.status)) throw new Error(`Trino answered ${answer.status}: ${text}`);
    await sleep(100);
  }
}
