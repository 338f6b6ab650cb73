import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { owner, region } from '../s3/server.js';
import { openWorkgroup } from './api.js';
import { begin, call, ended } from './api-call.js';
import { deniedCall, throttled } from './api-refusal.js';
import { withAthena } from './athena.js';
import { fewLogs, recordsBelow } from './few-logs.js';
import type { MadeTable } from './table.js';

const endless =
  'SELECT count(*) FROM UNNEST(sequence(1, 10000)) a, UNNEST(sequence(1, 10000)) b(y), UNNEST(sequence(1, 10000)) c(z)';

await withAthena('the fake of Athena', (athena) => {
  const { api } = athena;
  const folder = fewLogs({ accounts: ['111111111111'], days: ['2026/11/16', '2026/11/17'] });
  const records = recordsBelow(folder);
  let [table, output, to] = [null as MadeTable | null, '', {} as object];

  beforeAll(async () => {
    table = await athena.makeTable({ lake: await athena.lake(folder) });
  });
  beforeEach(async () => {
    output = await athena.newOutput();
    to = { ResultConfiguration: { OutputLocation: output } };
  });

  const get = async (uri: string) => {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri)!;
    const client = new S3Client({
      endpoint: athena.server.endpoint,
      region,
      credentials: owner,
      forcePathStyle: true,
    });
    return Buffer.from(
      await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToByteArray(),
    );
  };
  const stateOf = async (id: string) => (await ended(api, id)).Status;
  const unload = (select: string, target = 'rows/') =>
    `UNLOAD (${select}) TO '${output}${target}' WITH (format = 'JSON', compression = 'gzip')`;
  const workgroup = (settings: Partial<typeof openWorkgroup>) =>
    api.workgroups.set('audit', { ...openWorkgroup, ...settings });

  it('tells of a table what Athena tells, and of no other', async () => {
    const asked = { CatalogName: 'AwsDataCatalog', DatabaseName: 'acme', TableName: 'logs' };
    const { body } = await call(api, 'GetTableMetadata', asked);
    expect(body.TableMetadata).toMatchObject({
      TableType: 'EXTERNAL_TABLE',
      PartitionKeys: [
        { Name: 'account', Type: 'string' },
        { Name: 'region', Type: 'string' },
        { Name: 'day', Type: 'string' },
      ],
      Parameters: {
        inputformat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
        location: table!.hive.location,
        'projection.day.range': '2026/11/16,2026/11/17',
      },
    });
    expect(body.TableMetadata.Columns).toContainEqual({
      Name: 'resources',
      Type: 'array<struct<arn:string,accountid:string,type:string>>',
    });
    const other = await call(api, 'GetTableMetadata', { ...asked, TableName: 'logz' });
    expect(other).toMatchObject({ status: 400, body: { __type: 'MetadataException' } });
    expect((await call(api, 'ListTableMetadata', asked)).body.TableMetadataList).toHaveLength(1);
  });

  it('runs a SELECT with its parameters, and writes its rows as Athena writes CSV', async () => {
    const sql = `-- what they did\nSELECT ? AS said, eventname, errorcode FROM logs WHERE day = ? AND eventname = ? LIMIT 1;`;
    const parameters = [`'it''s "so", ok'`, `'2026/11/16'`, `'AssumeRole'`];
    const id = await begin(api, sql, { ...to, ExecutionParameters: parameters });
    const execution = await ended(api, id);
    expect(execution).toMatchObject({
      Query: sql,
      ExecutionParameters: parameters,
      StatementType: 'DML',
      Status: { State: 'SUCCEEDED' },
      ResultConfiguration: { OutputLocation: `${output}${id}.csv` },
    });
    expect(execution.Statistics.DataScannedInBytes).toBeGreaterThan(100);
    expect((await get(`${output}${id}.csv`)).toString()).toBe(
      '"said","eventname","errorcode"\n"it\'s ""so"", ok","AssumeRole",\n',
    );
    expect(await athena.objects(output)).toEqual([`${output}${id}.csv`, `${output}${id}.csv.metadata`]);
    expect(api.queries.map((query) => query.sql)).toEqual([sql]);
  });

  it('gives rows in pages, with the names in the first row', async () => {
    const id = await begin(
      api,
      'SELECT x, NULLIF(x, 2) AS y FROM UNNEST(sequence(1, 1500)) t(x) ORDER BY x',
      to,
    );
    await ended(api, id);
    const pages = [];
    for (let NextToken: string | undefined; ; ) {
      const { body } = await call(api, 'GetQueryResults', { QueryExecutionId: id, NextToken });
      pages.push(body.ResultSet.Rows);
      NextToken = body.NextToken;
      if (NextToken === undefined) break;
    }
    expect(pages.map((rows) => rows.length)).toEqual([1000, 501]);
    const values = (row: { Data: object[] }) => row.Data;
    expect(pages[0].slice(0, 3).map(values)).toEqual([
      [{ VarCharValue: 'x' }, { VarCharValue: 'y' }],
      [{ VarCharValue: '1' }, { VarCharValue: '1' }],
      [{ VarCharValue: '2' }, {}],
    ]);
    const tooMany = await call(api, 'GetQueryResults', { QueryExecutionId: id, MaxResults: 1001 });
    expect(tooMany.body.__type).toBe('InvalidRequestException');
  });

  it('unloads rows into several objects, and lists them in a manifest', async () => {
    const id = await begin(
      api,
      unload('SELECT eventid, errorcode, requestparameters FROM logs WHERE day <= ?'),
      { ...to, ExecutionParameters: [`'2026/11/17'`] },
    );
    const execution = await ended(api, id);
    expect(execution).toMatchObject({ SubstatementType: 'UNLOAD', Status: { State: 'SUCCEEDED' } });
    const files = await athena.objects(`${output}rows/`);
    expect(files.length).toBeGreaterThan(1);
    const lines = (await Promise.all(files.map(get))).flatMap((file) =>
      gunzipSync(file).toString().trim().split('\n'),
    );
    const rows = lines.map((line) => JSON.parse(line) as Record<string, string | null>);
    expect(rows.map(({ eventid }) => eventid).sort()).toEqual(
      records.map(({ record }) => record.eventID).sort(),
    );
    const manifest = (await get(execution.Statistics.DataManifestLocation)).toString();
    expect(manifest.trim().split('\n').sort()).toEqual(files);
    expect(await athena.objects(output)).toEqual(
      [`${output}${id}-manifest.csv`, `${output}${id}.metadata`, ...files].sort(),
    );
  });

  it('unloads nothing where there is nothing', async () => {
    const id = await begin(api, unload(`SELECT eventid FROM logs WHERE eventname = 'Nothing'`), to);
    expect(await stateOf(id)).toMatchObject({ State: 'SUCCEEDED' });
    expect(await athena.objects(`${output}rows/`)).toEqual([]);
  });

  it('does not unload to where something is', async () => {
    await ended(api, await begin(api, unload('SELECT 1 AS a'), to));
    expect(await stateOf(await begin(api, unload('SELECT 1 AS a', 'rows'), to))).toMatchObject({
      State: 'FAILED',
      StateChangeReason: expect.stringMatching(/^HIVE_PATH_ALREADY_EXISTS: /),
      AthenaError: { Retryable: false },
    });
  });

  it.each([
    ['a backtick', 'SELECT `eventid` FROM logs', 'SYNTAX_ERROR'],
    ['a table that is not there', 'SELECT 1 FROM logz', 'TABLE_NOT_FOUND'],
    ['a column that is not there', 'SELECT nothing FROM logs', 'COLUMN_NOT_FOUND'],
    ['two statements', 'SELECT 1; SELECT 2', 'SYNTAX_ERROR'],
    ['too few parameters', 'SELECT ?', 'INVALID_PARAMETER_USAGE'],
  ])('fails for %s, with the name of the error before what it says', async (_, sql, name) => {
    const id = await begin(api, sql, to);
    const status = await stateOf(id);
    expect(status).toMatchObject({ State: 'FAILED', AthenaError: { ErrorCategory: 2 } });
    expect(status.StateChangeReason).toMatch(new RegExp(`^${name}: `));
    expect(await athena.objects(output)).toEqual([]);
    expect((await call(api, 'GetQueryResults', { QueryExecutionId: id })).body.message).toContain('FAILED');
  });

  it.each(['CREATE FUNCTION f() RETURNS int RETURN 1', 'DROP TABLE logs', 'INSERT INTO logs SELECT 1'])(
    'refuses what is neither a SELECT nor an UNLOAD: %s',
    async (sql) => {
      await expect(begin(api, sql, to)).rejects.toThrow('InvalidRequestException');
    },
  );

  it('goes from QUEUED over RUNNING, and stops in Trino when it is stopped', async () => {
    const id = await begin(api, endless, to);
    const now = async () =>
      (await call(api, 'GetQueryExecution', { QueryExecutionId: id })).body.QueryExecution.Status.State;
    expect(await now()).toBe('QUEUED');
    await expect.poll(now).toBe('RUNNING');
    await call(api, 'StopQueryExecution', { QueryExecutionId: id });
    expect(await stateOf(id)).toMatchObject({ State: 'CANCELLED' });
    const running = `SELECT count(*) FROM system.runtime.queries WHERE state = 'RUNNING' AND query LIKE '%UNNEST%'`;
    await expect
      .poll(async () => (await athena.query(`${running} AND query NOT LIKE '%runtime%'`)).rows)
      .toEqual([[0]]);
    expect(await athena.objects(output)).toEqual([]);
  });

  it('starts one query for a token, however often it is asked, and refuses another with it', async () => {
    const token = { ClientRequestToken: 'a'.repeat(32), ...to };
    const id = await begin(api, 'SELECT 1', token);
    expect(await begin(api, 'SELECT 1', token)).toBe(id);
    expect(api.queries).toHaveLength(1);
    await expect(begin(api, 'SELECT 2', token)).rejects.toThrow('Idempotent');
  });

  describe('with a workgroup', () => {
    const inGroup = { WorkGroup: 'audit' };

    it('that has no place for results needs one from the client', async () => {
      workgroup({});
      await expect(begin(api, 'SELECT 1', inGroup)).rejects.toThrow('No output location');
      await begin(api, 'SELECT 1', { ...inGroup, ...to });
    });

    it('that enforces its place writes there alone, and unloads nowhere', async () => {
      const own = await athena.newOutput();
      workgroup({ outputLocation: own, enforced: true });
      const id = await begin(api, 'SELECT 1 AS a', { ...inGroup, ...to });
      expect((await ended(api, id)).ResultConfiguration.OutputLocation).toBe(`${own}${id}.csv`);
      expect(await athena.objects(output)).toEqual([]);
      await expect(begin(api, unload('SELECT 1 AS a'), inGroup)).rejects.toThrow('enforces');
      const { Configuration } = (await call(api, 'GetWorkGroup', inGroup)).body.WorkGroup;
      expect(Configuration).toMatchObject({
        EnforceWorkGroupConfiguration: true,
        ResultConfiguration: { OutputLocation: own },
      });
    });

    it('that keeps results itself writes none, and refuses a place for them', async () => {
      workgroup({ managedResults: true });
      await expect(begin(api, 'SELECT 1', { ...inGroup, ...to })).rejects.toThrow('managed');
      const id = await begin(api, 'SELECT 1 AS a', inGroup);
      expect((await ended(api, id)).ResultConfiguration).toBeUndefined();
      expect((await call(api, 'GetQueryResults', { QueryExecutionId: id })).body.ResultSet.Rows).toHaveLength(
        2,
      );
      expect(api.queries[0]!.written).toEqual([]);
    });

    it('that has a limit on bytes ends what scans more', async () => {
      workgroup({ bytesScannedCutoffPerQuery: 1000 });
      const id = await begin(api, unload('SELECT eventid FROM logs'), { ...inGroup, ...to });
      expect(await stateOf(id)).toMatchObject({
        State: 'CANCELLED',
        StateChangeReason: expect.stringContaining('Bytes scanned limit was exceeded'),
      });
      expect(await athena.objects(output)).toEqual([]);
    });

    it('that is disabled or not there refuses', async () => {
      await expect(begin(api, 'SELECT 1', { ...inGroup, ...to })).rejects.toThrow('audit is not found');
      workgroup({ state: 'DISABLED' });
      await expect(begin(api, 'SELECT 1', { ...inGroup, ...to })).rejects.toThrow('audit is disabled');
    });
  });

  describe('spoilt by a test', () => {
    it('refuses calls as it is told to', async () => {
      api.refuse = ({ action }) =>
        action === 'GetWorkGroup'
          ? deniedCall('athena:GetWorkGroup', 'arn:aws:athena:eu-west-1:111111111111:workgroup/primary')
          : api.calls.length < 3
            ? throttled
            : null;
      expect((await call(api, 'GetWorkGroup', { WorkGroup: 'primary' })).body).toMatchObject({
        __type: 'AccessDeniedException',
        message: expect.stringContaining('not authorized to perform: athena:GetWorkGroup on resource: arn:'),
      });
      await expect(begin(api, 'SELECT 1', to)).rejects.toThrow('TooManyRequestsException: Rate exceeded');
      await begin(api, 'SELECT 1', to);
      expect([api.count('StartQueryExecution'), api.queries.length]).toEqual([2, 1]);
      const stranger = await call(api, 'GetWorkGroup', { WorkGroup: 'primary' }, 'AKIAACMESTRANGER');
      expect(stranger.status).toBe(400);
    });

    it('fails half-way, and leaves half of its results', async () => {
      api.fate = () => ({ ends: 'FAILED', reason: 'GENERIC_INTERNAL_ERROR: lost a worker', half: true });
      expect(await stateOf(await begin(api, unload('SELECT eventid FROM logs'), to))).toMatchObject({
        State: 'FAILED',
        StateChangeReason: 'GENERIC_INTERNAL_ERROR: lost a worker',
      });
      expect(await athena.objects(`${output}rows/`)).toHaveLength(1);
    });

    it('is cancelled by somebody else, or stays QUEUED until it is stopped', async () => {
      api.fate = () => ({ ends: 'CANCELLED', reason: 'Query cancelled by user' });
      expect(await stateOf(await begin(api, 'SELECT 1', to))).toMatchObject({ State: 'CANCELLED' });
      api.fate = () => ({ stays: 'QUEUED' });
      const id = await begin(api, 'SELECT 1', to);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(api.queries[1]!.state).toBe('QUEUED');
      await call(api, 'StopQueryExecution', { QueryExecutionId: id });
      expect(await stateOf(id)).toMatchObject({ State: 'CANCELLED' });
    });
  });
});
