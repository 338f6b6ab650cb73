import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { awsEnvironment, newBucket } from '../s3/bucket.js';
import { type FaultProxy, faultProxy } from '../s3/proxy.js';
import { region, type S3Server, startSwift } from '../s3/server.js';
import { type FakeAthena, startFakeAthena } from './api.js';
import { type Storage, storageAt } from './api-storage.js';
import { lakeCatalog, makeCatalogs } from './catalogs.js';
import { type Lake, makeLake } from './lake.js';
import { describeMade, type MadeTable, type TableOptions } from './table.js';
import { startTrino, type TrinoServer } from './trino.js';
import { query, type TrinoOptions, type TrinoResult } from './trino-client.js';
import { missingParts } from './trino-files.js';

/** Athena as far as it can be had here: a real Trino over a real S3 server, behind a fake of the API. */
export interface Athena {
  server: S3Server;
  trino: TrinoServer;
  /** Between Trino and the S3 server: counts what is read, and spoils it. */
  proxy: FaultProxy;
  api: FakeAthena;
  /** A bucket of a folder's logs. */
  lake(folder: string): Promise<Lake>;
  /** Makes a table in Trino and tells the API of it; one of the same name goes. */
  makeTable(options: TableOptions): Promise<MadeTable>;
  /** Asks Trino, past the API; in the database `acme` when nothing else is said. */
  query(sql: string, options?: TrinoOptions): Promise<TrinoResult>;
  /** Makes a bucket for results; its `s3://…/` is given. */
  newOutput(): Promise<string>;
  /** Objects below, `s3://…`. */
  objects(uri: string): Promise<string[]>;
  /** How often Trino has read each object since `proxy.seen` was emptied, by key. */
  reads(): Map<string, number>;
  /** What a program needs to find all of it. */
  environment(): Record<string, string>;
}

interface Parts {
  server: S3Server;
  trino: TrinoServer;
  proxy: FaultProxy;
  api: FakeAthena;
}

/** @throws when one of them cannot be started: then none is left running */
/** For a benchmark, too: whoever starts them stops them. */
export async function startParts(): Promise<Parts> {
  const missing = missingParts();
  if (missing !== null) throw new Error(missing);
  const started = await Promise.allSettled([startSwift(), startTrino()]);
  const [server, trino] = started;
  if (server.status === 'rejected' || trino.status === 'rejected') {
    for (const each of started) if (each.status === 'fulfilled') each.value.stop();
    throw started.find((each) => each.status === 'rejected')!.reason;
  }
  const proxy = await faultProxy(server.value.endpoint);
  const folder = await makeCatalogs(trino.value, proxy.endpoint);
  const storage = storageAt(server.value.endpoint);
  const api = await startFakeAthena({ url: trino.value.url, folder, storage });
  return { server: server.value, trino: trino.value, proxy, api };
}

export function athenaOf({ server, trino, proxy, api }: Parts): Athena {
  const storage: Storage = storageAt(server.endpoint);
  const ask: Athena['query'] = (sql, options) =>
    query(trino.url, sql, { catalog: lakeCatalog, schema: 'acme', ...options });
  return {
    ...{ server, trino, proxy, api, query: ask },
    lake: (folder) => makeLake(server, folder),
    async makeTable(options) {
      const made = describeMade(options);
      const name = `${lakeCatalog}."${made.database}"`;
      await ask(`CREATE SCHEMA IF NOT EXISTS ${name}`);
      await ask(`DROP TABLE IF EXISTS ${name}."${made.name}"`);
      for (const statement of made.trino) await ask(statement);
      api.tables.set(`${made.database}.${made.name}`, made.metadata);
      return made;
    },
    newOutput: async () => `s3://${(await newBucket(server)).name}/results/`,
    objects: (uri) => storage.list(uri),
    reads() {
      const counts = new Map<string, number>();
      for (const { kind, key } of proxy.seen) if (kind === 'get') counts.set(key, (counts.get(key) ?? 0) + 1);
      return counts;
    },
    environment: () => ({
      ...awsEnvironment(server.endpoint),
      AWS_ENDPOINT_URL_ATHENA: api.endpoint,
      AWS_REGION: region,
    }),
  };
}

export async function stopParts({ api, trino, proxy, server }: Parts): Promise<void> {
  await api.stop();
  trino.stop();
  await proxy.stop();
  server.stop();
}

/** Set by `.ci/run`, which runs them by `npm run test:athena` at the same time. */
const elsewhere = (process.env.ROLECALL_ATHENA_ELSEWHERE ?? '') !== '';

/** Set by `npm run test:athena`: then an engine that cannot be started is a failure. */
const required = (process.env.ROLECALL_REQUIRE_ATHENA ?? '') !== '';

/**
 * Tests against a real engine, one for the file. Where none can be started they are skipped, which is said on stderr;
 * with `ROLECALL_REQUIRE_ATHENA=1` they fail. The API forgets its calls and settings before each test.
 */
export async function withAthena(title: string, tests: (athena: Athena) => void): Promise<void> {
  const parts = elsewhere
    ? new Error('they run beside this')
    : await startParts().catch((error: Error) => error);
  if (!(parts instanceof Error)) {
    describe(title, () => {
      beforeEach(() => {
        parts.api.reset();
        parts.proxy.fault = () => null;
        parts.proxy.seen.length = 0;
      });
      afterAll(() => stopParts(parts));
      tests(athenaOf(parts));
    });
    return;
  }
  const why = `${title}: SKIPPED, no Trino over S3 could be started: ${parts.message} (\`npm run test:athena\` gets and runs it)`;
  process.stderr.write(`\n*** ${why}\n`);
  describe.skipIf(!required)(title, () => {
    beforeAll(() => {
      throw new Error(why);
    });
    // Nothing of it is used: every test is skipped, or fails before.
    tests({} as Athena);
  });
}
