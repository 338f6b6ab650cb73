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
});
