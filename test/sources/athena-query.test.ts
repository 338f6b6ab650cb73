import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Query, type Row, runQuery } from '../../src/sources/athena/query.js';
import { useFakeAws } from './athena-fake.js';

const fake = useFakeAws();
const place = { catalog: null, database: 'acme', table: 'logs' };

function query(over: Partial<Query> = {}): Query {
  const options = { output: 's3://acme-results/here', region: 'eu-west-1', pathStyle: true, attempts: 3 };
  return { sql: 'SELECT 1', params: [], place, options, ...over };
}

const state = (State: string, more: object = {}, DataScannedInBytes = 0) => ({
  QueryExecution: {
    Status: { State, ...more },
    Statistics: { DataScannedInBytes, EngineExecutionTimeInMillis: 1200 },
  },
});
const workgroup = (Configuration: object, State = 'ENABLED') => ({ WorkGroup: { State, Configuration } });

async function all(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** Puts result objects where the query that was started has them written. */
function written(...files: Buffer[]) {
  return () => {
    const { body } = fake.calls.find(({ action }) => action === 'StartQueryExecution')!;
    const to = /TO 's3:\/\/([^']+)'/.exec(String(body.QueryString))![1]!;
    for (const [i, bytes] of files.entries()) fake.objects.set(`${to}part-${i}.gz`, bytes);
    fake.objects.set(`${to.replace('rows/', 'about/')}q-1-manifest.csv`, Buffer.from('x'));
  };
}

/** A workgroup, and a query that is done at once. */
function plain(way: 'unload' | 'CSV' | 'managed' = 'unload') {
  const configuration = {
    unload: { EnforceWorkGroupConfiguration: false },
    CSV: {
      EnforceWorkGroupConfiguration: true,
      ResultConfiguration: { OutputLocation: 's3://acme-enforced/x' },
    },
    managed: { ManagedQueryResultsConfiguration: { Enabled: true } },
  }[way];
  return {
    GetWorkGroup: [workgroup(configuration)],
    StartQueryExecution: [{ QueryExecutionId: 'q-1' }],
    GetQueryExecution: [state('SUCCEEDED')],
  };
}

let onceDone = () => {};

/** A query that is done at once and leaves these objects. */
function unloading(...files: Buffer[]): void {
  fake.script = plain();
  onceDone = written(...files);
}

describe('a query', () => {
  it('is unloaded as JSON lines into a place of its own, read, and removed', async () => {
    fake.script = {
      GetWorkGroup: [workgroup({ EnforceWorkGroupConfiguration: false })],
      StartQueryExecution: [{ QueryExecutionId: 'q-1' }],
      GetQueryExecution: [state('QUEUED'), state('RUNNING', {}, 5), state('SUCCEEDED', {}, 10)],
    };
    const states: string[] = [];
    const put = written(
      gzipSync('{"a":"x\\ny","n":12,"b":true,"o":{"k":[1]},"z":null}\n{"a":"ü"}\n'),
      gzipSync(''),
      gzipSync('{"a":"last"}'),
    );
    const result = await runQuery(
      query({
        params: ["it's", ''],
        onState: ({ state, scannedBytes }) => {
          states.push(`${state} ${scannedBytes}`);
          if (state === 'SUCCEEDED') put();
        },
      }),
    );
    expect(result).toMatchObject({ queryId: 'q-1', scannedBytes: 10, engineMs: 1200 });
    expect(await all(result.rows)).toEqual([
      { a: 'x\ny', n: '12', b: 'true', o: '{"k":[1]}', z: null },
      { a: 'ü' },
      { a: 'last' },
    ]);
    expect(states).toEqual(['QUEUED 0', 'RUNNING 5', 'SUCCEEDED 10']);
    expect(fake.objects.size).toBe(0);
    const { body } = fake.calls.find(({ action }) => action === 'StartQueryExecution')!;
    expect(body).toMatchObject({
      QueryString: expect.stringMatching(
        /^UNLOAD \(\nSELECT 1\n\) TO 's3:\/\/acme-results\/here\/rolecall\/[\w-]+\/rows\/' WITH \(format = 'JSON', compression = 'gzip'\)$/,
      ),
      ExecutionParameters: ["'it''s'", "''"],
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'acme' },
      WorkGroup: 'primary',
      ClientRequestToken: expect.stringMatching(/^[\w-]{32,}$/),
    });
  });

  it('is asked for again when Athena has too much to do, and started once', async () => {
    const busy = { error: 'TooManyRequestsException', message: 'Rate exceeded' };
    fake.script = {
      ...plain('CSV'),
      StartQueryExecution: [busy, busy, busy, busy, { QueryExecutionId: 'q-1' }],
      GetQueryExecution: [busy, state('SUCCEEDED')],
    };
    fake.objects.set('acme-enforced/x/q-1.csv', Buffer.from('"a"\n'));
    expect(await all((await runQuery(query())).rows)).toEqual([]);
    const tokens = fake.calls.flatMap(({ body }) => body.ClientRequestToken ?? []);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens).toHaveLength(5);
  });

  it('fails with a remedy when that does not end', async () => {
    fake.script = { ...plain('CSV'), StartQueryExecution: [{ error: 'TooManyRequestsException' }] };
    const options = { ...query().options, attempts: 2 };
    await expect(runQuery(query({ options }))).rejects.toMatchObject({
      code: 'ATHENA_BUSY',
      message: expect.stringContaining('athena:StartQueryExecution'),
    });
  });

  it('comes as CSV where the workgroup wants results in its own place, and both objects are removed', async () => {
    fake.script = plain('CSV');
    const rows = '"a","b"\n"x ""y""\nz, w",\n"","ü"\n';
    fake.objects.set('acme-enforced/x/q-1.csv', Buffer.from(rows));
    fake.objects.set('acme-enforced/x/q-1.csv.metadata', Buffer.from('m'));
    fake.objects.set('acme-enforced/x/q-2.csv', Buffer.from('of somebody else'));
    const notes: string[] = [];
    const result = await runQuery(query({ onNote: (note) => notes.push(note) }));
    expect(await all(result.rows)).toEqual([
      { a: 'x "y"\nz, w', b: null },
      { a: '', b: 'ü' },
    ]);
    expect([...fake.objects.keys()]).toEqual(['acme-enforced/x/q-2.csv']);
    expect(notes).toEqual([
      '--output is not used: the workgroup primary has results written to s3://acme-enforced/x',
    ]);
    const { body } = fake.calls.find(({ action }) => action === 'StartQueryExecution')!;
    expect(body).toMatchObject({ QueryString: 'SELECT 1' });
    expect(body).not.toHaveProperty('ResultConfiguration');
    expect(body).not.toHaveProperty('ExecutionParameters');
  });

  it('comes page by page where Athena keeps results, without the row of names', async () => {
    const page = (NextToken: string | undefined, ...cells: (string | null)[]) => ({
      NextToken,
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: [{ Name: 'a', Type: 'varchar' }] },
        Rows: cells.map((cell) => ({ Data: [cell === null ? {} : { VarCharValue: cell }] })),
      },
    });
    fake.script = {
      ...plain('managed'),
      GetQueryResults: [page('more', 'a', 'x', null), page(undefined, 'a', '')],
    };
    expect(await all((await runQuery(query({ options: { region: 'eu-west-1' } }))).rows)).toEqual([
      { a: 'x' },
      { a: null },
      { a: 'a' },
      { a: '' },
    ]);
    expect(fake.actions().filter((action) => action === 'GetQueryResults')).toHaveLength(2);
  });

  it('gives no row twice when the connection breaks inside a result', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `{"a":"${i}-${Math.sin(i)}"}`);
    unloading(gzipSync(lines.join('\n')));
    let broken = 0;
    fake.onGet = () => (broken++ < 3 ? 10_000 : null);
    const result = await runQuery(query({ onState: onceDone }));
    expect((await all(result.rows)).map(({ a }) => `{"a":"${a}"}`)).toEqual(lines);
    expect(broken).toBe(4);
  });

  describe('of which Athena lists what it wrote', () => {
    /** The query writes these, and then something happens to them. */
    const listed = (happens: (rows: string, manifest: string) => void) => {
      fake.script = plain();
      fake.onCall = (action) => {
        if (action !== 'GetQueryExecution') return;
        const { body } = fake.calls.find((call) => call.action === 'StartQueryExecution')!;
        const rows = /TO 's3:\/\/([^']+)'/.exec(String(body.QueryString))![1]!;
        const manifest = `${rows.replace('rows/', 'about/')}q-1-manifest.csv`;
        for (const name of ['1', '2']) fake.objects.set(`${rows}${name}.gz`, gzipSync(`{"a":"${name}"}`));
        fake.objects.set(manifest, Buffer.from(`s3://${rows}1.gz\n"s3://${rows}2.gz"\n`));
        const done = state('SUCCEEDED');
        Object.assign(done.QueryExecution.Statistics, { DataManifestLocation: `s3://${manifest}` });
        fake.script.GetQueryExecution = [done];
        happens(rows, manifest);
      };
    };

    it('all of that is read, and nothing else that lies there; a file may be empty', async () => {
      listed((rows, manifest) => {
        fake.objects.set(`${rows}copy-of-1.gz`, gzipSync('{"a":"1"}'));
        fake.objects.set(`${rows}3.gz`, Buffer.alloc(0));
        fake.objects.set(
          manifest,
          Buffer.concat([fake.objects.get(manifest)!, Buffer.from(`s3://${rows}3.gz`)]),
        );
      });
      expect(await all((await runQuery(query())).rows)).toEqual([{ a: '1' }, { a: '2' }]);
      expect(fake.objects.size).toBe(0);
    });

    it.each<[string, (rows: string, manifest: string) => void]>([
      ['one is gone', (rows) => fake.objects.delete(`${rows}2.gz`)],
      ['one lies elsewhere', (_, manifest) => fake.objects.set(manifest, Buffer.from('s3://acme-logs/x.gz'))],
      ['the list is empty', (_, manifest) => fake.objects.set(manifest, Buffer.alloc(0))],
      ['all is gone', () => fake.objects.clear()],
    ])('nothing is taken for the answer where %s', async (_, happens) => {
      listed(happens);
      const { rows } = await runQuery(query());
      await expect(all(rows)).rejects.toMatchObject({
        code: 'ATHENA_QUERY',
        message: expect.stringMatching(/^the query q-1 left no result at s3:\/\/acme-/),
      });
    });
  });

  it.each([
    's3://Acme/x',
    's3://x',
    's3://acme-results/../x',
    's3://acme-results/a//b',
    "s3://acme-results/'",
  ])('is not asked where results would go to no place: %s', async (output) => {
    fake.script = plain();
    const asked = runQuery(query({ options: { ...query().options, output } }));
    await expect(asked).rejects.toMatchObject({ code: 'ATHENA_OUTPUT' });
    expect(fake.actions()).not.toContain('StartQueryExecution');
  });

  it('cannot be read where a result is cut off or no JSON, and results are removed all the same', async () => {
    for (const [bytes, why] of [
      [gzipSync('{"a":"1"}\n'.repeat(100)).subarray(0, 30), /unexpected end of file/],
      [gzipSync('["a"]\n'), /it is no object/],
      [Buffer.from('no gzip at all'), /incorrect header check/],
    ] as const) {
      fake.calls = [];
      unloading(bytes);
      const { rows } = await runQuery(query({ onState: onceDone }));
      await expect(all(rows)).rejects.toMatchObject({
        code: 'ATHENA_QUERY',
        message: expect.stringMatching(why),
      });
      expect(fake.objects.size).toBe(0);
    }
  });

  it('says which permission is missing to read a result, and removes nothing that it may not', async () => {
    unloading(gzipSync('{"a":"1"}'));
    fake.onGet = () => 'denied';
    fake.denyDelete = true;
    const notes: string[] = [];
    const { rows } = await runQuery(query({ onState: onceDone, onNote: (note) => notes.push(note) }));
    await expect(all(rows)).rejects.toMatchObject({
      code: 'AWS_DENIED',
      message: expect.stringContaining('s3:GetObject on arn:aws:s3:::acme-results/here/rolecall/'),
    });
    expect(notes).toEqual([
      expect.stringMatching(/^results at s3:\/\/acme-results\/here\/rolecall\/.* could not be removed/),
    ]);
  });

  it('leaves its results when told so', async () => {
    unloading(gzipSync('{"a":"1"}'));
    const options = { ...query().options, keepResults: true };
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    await all((await runQuery(query({ options, onState: onceDone, onNote }))).rows);
    expect(fake.objects.size).toBe(2);
    const [kept] = [...fake.objects.keys()].filter((key) => key.includes('/rows/'));
    expect(notes).toEqual([`results are kept at s3://${kept!.replace(/[^/]*$/, '')}`]);
  });

  it('removes its results when nobody reads them to the end, or at all', async () => {
    unloading(gzipSync('{"a":"1"}\n{"a":"2"}\n'));
    for await (const row of (await runQuery(query({ onState: onceDone }))).rows) {
      expect(row).toEqual({ a: '1' });
      break;
    }
    expect(fake.objects.size).toBe(0);
    fake.calls = [];
    await (await runQuery(query({ onState: onceDone }))).discard();
    expect(fake.objects.size).toBe(0);
  });

  it('is stopped in Athena when it is given up, and what it wrote is removed', async () => {
    fake.script = {
      ...plain(),
      GetQueryExecution: [state('QUEUED'), state('RUNNING'), state('RUNNING'), state('CANCELLED')],
    };
    const stop = new AbortController();
    const given = runQuery(
      query({
        signal: stop.signal,
        onState: ({ state }) => {
          if (state !== 'RUNNING') return;
          written(gzipSync('{}'))();
          stop.abort(new Error('Ctrl-C'));
        },
      }),
    );
    await expect(given).rejects.toThrow('Ctrl-C');
    expect(fake.actions()).toContain('StopQueryExecution');
    expect(fake.objects.size).toBe(0);
  });

  it('is stopped when it is given up while it is started', async () => {
    fake.script = { ...plain(), GetQueryExecution: [state('CANCELLED')] };
    const stop = new AbortController();
    fake.onCall = (action) =>
      action === 'StartQueryExecution' ? stop.abort(new Error('Ctrl-C')) : undefined;
    await expect(runQuery(query({ signal: stop.signal }))).rejects.toThrow('Ctrl-C');
    expect(fake.calls.find(({ action }) => action === 'StopQueryExecution')?.body).toEqual({
      QueryExecutionId: 'q-1',
    });
  });

  it('is not started when it is given up before', async () => {
    fake.script = plain();
    await expect(runQuery(query({ signal: AbortSignal.abort(new Error('Ctrl-C')) }))).rejects.toThrow(
      'Ctrl-C',
    );
    expect(fake.actions()).toEqual([]);
  });

  it('is stopped when it scans more than it may', async () => {
    fake.script = { ...plain(), GetQueryExecution: [state('RUNNING', {}, 2_000), state('CANCELLED')] };
    const options = { ...query().options, maxScanBytes: 1_000 };
    await expect(runQuery(query({ options }))).rejects.toMatchObject({
      code: 'ATHENA_SCAN_LIMIT',
      message: 'the query q-1 was stopped: it had scanned 2000 bytes, more than the 1000 that it may',
    });
    expect(fake.actions()).toContain('StopQueryExecution');
  });

  it('that fails half-way tells why in one line, and leaves nothing behind', async () => {
    const reason = 'GENERIC_INTERNAL_ERROR: no\n luck.';
    fake.script = {
      ...plain(),
      GetQueryExecution: [state('RUNNING'), state('FAILED', { StateChangeReason: reason })],
    };
    const given = runQuery(
      query({ onState: ({ state }) => (state === 'FAILED' ? written(gzipSync('{}'))() : undefined) }),
    );
    await expect(given).rejects.toMatchObject({
      code: 'ATHENA_QUERY',
      message: 'the query q-1 on acme.logs failed: GENERIC_INTERNAL_ERROR: no luck',
    });
    expect(fake.objects.size).toBe(0);
    expect(fake.actions()).not.toContain('StopQueryExecution');
  });

  it('cannot run without a place for results, or in a workgroup that is disabled', async () => {
    fake.script = { ...plain(), GetWorkGroup: [workgroup({})] };
    await expect(runQuery(query({ options: { region: 'eu-west-1' } }))).rejects.toMatchObject({
      code: 'ATHENA_OUTPUT',
    });
    fake.script = { ...plain(), GetWorkGroup: [workgroup({}, 'DISABLED')] };
    await expect(runQuery(query())).rejects.toMatchObject({ code: 'ATHENA_WORKGROUP' });
    expect(fake.actions()).not.toContain('StartQueryExecution');
  });
});
