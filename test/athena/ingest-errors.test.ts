import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { filled } from '../../src/app/athena-sql.js';
import { newDb } from '../app/ingest-made.js';
import { build, emptyFolder, type Result, rolecallWhile } from '../cli/rolecall.js';
import { useEnvironment } from '../s3/bucket.js';
import { openWorkgroup } from './api.js';
import { deniedCall, type Refusal, throttled } from './api-refusal.js';
import { withAthena } from './athena.js';
import { fewLogs } from './few-logs.js';
import { ingestTable, week } from './truth.js';

beforeAll(build);

/** As AWS words it. */
const unauthorized = (action: string, resource: string) =>
  `User: arn:aws:sts::111111111111:assumed-role/audit/ada is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
const object =
  's3://acme-log-archive/AWSLogs/o-a1b2c3d4e5/111111111111/CloudTrail/eu-west-1/2026/11/17/a.json.gz';
const key = 'arn:aws:kms:eu-west-1:111111111111:key/0d1f3c4e-5a6b-47c8-9d0e-acade0000009';
const deniedByS3 = '(Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)';

await withAthena('an ingest from Athena that cannot be', (athena) => {
  useEnvironment(() => athena.environment());
  let output = '';
  beforeAll(async () => {
    const few = fewLogs({ accounts: ['111111111111'], days: ['2026/11/16', '2026/11/17'] });
    await athena.makeTable({ lake: await athena.lake(few) });
    output = await athena.newOutput();
  });

  interface Run {
    source?: string;
    output?: string | null;
    /** Without the environment variables that are named. */
    without?: string[];
    env?: Record<string, string>;
  }
  const oneDay = ['--from', '2026-11-17', '--to', '2026-11-17'];
  const run = async (args: readonly string[], o: Run = {}) => {
    const env = Object.entries({ ...athena.environment(), ...o.env });
    const place = o.output === undefined ? output : o.output;
    const db = join(emptyFolder(), 'rolecall.db');
    const line = ['ingest', o.source ?? 'athena://acme.logs', '--db', db, ...args];
    const result = await rolecallWhile(place === null ? line : [...line, '--output', place], {
      env: Object.fromEntries(env.filter(([name]) => !o.without?.includes(name))),
    });
    return { ...result, db };
  };

  /** One paragraph: what happened, and what to do about it. */
  const expectFailure = ({ code, stdout, stderr }: Result, message: string | RegExp, remedy: string) => {
    const lines = stderr.trimEnd().split('\n');
    const at = lines.findIndex((line) => line.startsWith('rolecall: '));
    expect([code, stdout, lines.length - at]).toEqual([2, '', 2]);
    expect(lines[at]).toMatch(message);
    expect(lines[at + 1]).toContain(remedy);
    expect(stderr).not.toMatch(/fault in rolecall|undefined|\bat .*\.js/);
  };

  it.each<[title: string, how: Run, message: string, remedy: string]>([
    [
      'there is no such table',
      { source: 'athena://acme.nothing' },
      'there is no table acme.nothing',
      'rolecall athena ddl',
    ],
    [
      'there is no such database',
      { source: 'athena://nobody.logs' },
      'there is no table nobody.logs',
      'Check its spelling',
    ],
    [
      'there is no such data source',
      { source: 'athena://other.acme.logs' },
      'there is no table other.acme.logs',
      'athena://[catalog.]database.table',
    ],
    [
      'the source names no table',
      { source: 'athena://logs' },
      'athena://logs names no table',
      'athena://[catalog.]database.table',
    ],
    [
      'the source is SQL',
      { source: 'athena://acme.logs;drop' },
      'athena://acme.logs;drop names no table',
      'Check its spelling',
    ],
    [
      'results have no place',
      { output: null },
      'the workgroup primary has none, and --output is not given',
      '--output s3://bucket/prefix/',
    ],
    ['results have a place that is SQL', { output: "s3://acme'x/y" }, 'is no place for results', '--output'],
    [
      'the place of results is a folder',
      { output: 'results' },
      '--output results is no place in S3',
      'rolecall <command> --help',
    ],
    [
      'there are no credentials',
      { without: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] },
      'there are no AWS credentials to ask Athena for acme.logs',
      '--profile',
    ],
    [
      'the credentials are of nobody',
      { env: { AWS_ACCESS_KEY_ID: 'AKIANOBODY00EXAMPLE' } },
      'AWS does not accept these credentials',
      'aws sts get-caller-identity',
    ],
    [
      'no region is named',
      { without: ['AWS_REGION'] },
      'nothing says in which region Athena is to be asked',
      '--region',
    ],
  ])('is told plainly when %s', async (_title, how, message, remedy) => {
    const result = await run(oneDay, how);
    expectFailure(result, message, remedy);
    expect(athena.api.queries).toEqual([]);
  });

  it('is told plainly when the workgroup is not there, or is disabled', async () => {
    const args = [...oneDay, '--workgroup', 'audit'];
    expectFailure(await run(args), 'there is no workgroup audit in this region', '--workgroup');
    athena.api.workgroups.set('audit', { ...openWorkgroup, state: 'DISABLED' });
    expectFailure(await run(args), 'the workgroup audit is disabled', 'have this one enabled');
  });

  it.each(['GetTableMetadata', 'GetWorkGroup', 'StartQueryExecution', 'GetQueryExecution'])(
    'names the call that was denied, and what would allow it: athena:%s',
    async (action) => {
      const workgroup = 'arn:aws:athena:eu-west-1:111111111111:workgroup/primary';
      const refusal = deniedCall(`athena:${action}`, workgroup);
      athena.api.refuse = (call) => (call.action === action ? refusal : null);
      const result = await run(oneDay);
      expectFailure(result, `athena:${action} was denied`, 'Have it allowed');
      expect(result.stderr).toContain(
        JSON.stringify({ Effect: 'Allow', Action: `athena:${action}`, Resource: workgroup }),
      );
    },
  );

  it.each<[string, Refusal, string, string]>([
    [
      'GetTableMetadata',
      {
        name: 'MetadataException',
        message: unauthorized('glue:GetTable', 'arn:aws:glue:eu-west-1:111111111111:catalog'),
      },
      'glue:GetTable was denied',
      '"Action":"glue:GetTable","Resource":["arn:aws:glue:*:*:catalog"',
    ],
    [
      'StartQueryExecution',
      { name: 'InvalidRequestException', message: 'Unable to verify/create output bucket acme-results' },
      'results cannot be written to s3://',
      '--output',
    ],
  ])('says what is wrong when %s is refused: %o', async (action, refusal, message, more) => {
    athena.api.refuse = (call) => (call.action === action ? refusal : null);
    const result = await run(oneDay);
    expectFailure(result, message, '');
    expect(result.stderr).toContain(more);
  });

  it.each<[string, string, string]>([
    [
      `Access denied when accessing location ${object}. Access Denied ${deniedByS3}`,
      's3:ListBucket, s3:GetObject was denied where the logs are',
      '"Resource":["arn:aws:s3:::acme-log-archive","arn:aws:s3:::acme-log-archive/*"]',
    ],
    [
      `HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split ${object} (offset=0, length=9): ${unauthorized('kms:Decrypt', key)}`,
      'kms:Decrypt was denied',
      `"Action":"kms:Decrypt","Resource":"${key}"`,
    ],
    [
      'Access denied when writing output to url: s3://acme-results/x.csv . Please ensure you are allowed to access the S3 bucket. If you are encrypting query results with KMS key, please ensure you are allowed to access your KMS key',
      's3:PutObject was denied where results go',
      '"Resource":"arn:aws:s3:::acme-results/*"',
    ],
    [
      'PERMISSION_DENIED: Access denied on operation getPartitions',
      'glue:GetPartitions was denied',
      '"arn:aws:glue:*:*:table/acme/logs"',
    ],
    [
      'Insufficient Lake Formation permission(s): Required Select on logs',
      'Lake Formation denied acme.logs',
      'Have SELECT and DESCRIBE on it granted there',
    ],
    [
      'HIVE_BAD_DATA: Error Parsing a column in the table: Cannot convert value to boolean',
      'the type of the column is another',
      'rolecall athena ddl',
    ],
    [
      'TYPE_MISMATCH: line 3:1: Cannot apply operator: varchar = integer',
      'a column of acme.logs is of another type',
      'rolecall athena ddl',
    ],
    [
      'Query exhausted resources at this scale factor',
      'was too much for Athena at once',
      'for fewer days, accounts or regions at a time',
    ],
    ['Bytes scanned limit was exceeded', 'stopped by the workgroup primary', "the workgroup's own"],
  ])('says why a query failed, and keeps nothing of it: %s', async (reason, message, more) => {
    athena.api.fate = () => ({ ends: 'FAILED', reason, half: true });
    const result = await run(oneDay);
    expectFailure(result, message, '');
    expect(result.stderr).toContain(more);
    expect(await athena.objects(output)).toEqual([]);
  });

  it('leaves no word of results that could not be removed where there is no bucket', async () => {
    const result = await run(oneDay, { output: 's3://acme-nobody-has-it/x' });
    expect(result.code).toBe(2);
    expect(result.stderr).not.toContain('could not be removed');
  });

  it('waits while Athena has too much to do, and says so when that does not end', async () => {
    athena.api.refuse = ({ action }) => (action === 'StartQueryExecution' ? throttled : null);
    const to = week.from + 86_400;
    const busy = ingestTable(athena, newDb(), { to, athena: { output, pathStyle: true, attempts: 2 } });
    await expect(busy).rejects.toMatchObject({
      code: 'ATHENA_BUSY',
      message: expect.stringContaining(
        'athena:StartQueryExecution again and again (TooManyRequestsException',
      ),
      remedy: expect.stringContaining('quota'),
    });
    expect(athena.api.queries).toEqual([]);
    let refused = 0;
    athena.api.refuse = ({ action }) =>
      action === 'StartQueryExecution' && refused++ < 2 ? throttled : null;
    expect((await ingestTable(athena, newDb(), { to, output })).objects.read).toBe(1);
  });

  it.each<[args: string[], message: string, remedy: string, source?: string]>([
    [[], 'a window has to be named: --from and --to, or --last 24h', '--help'],
    [['--to', '2026-11-17'], '--to needs --from', '--help'],
    [[...oneDay, '--max-scan', 'lots'], '--max-scan lots is no amount of data such as 50GB', '--help'],
    [[...oneDay, '--max-scan', '0'], '--max-scan 0 is no amount of data', '--help'],
    [[...oneDay, '--max-cost', 'EUR1'], '--max-cost EUR1 is no amount of US dollars', '--help'],
    [[...oneDay, '--digests'], '--digests is for files and s3://', '--help'],
    [[...oneDay, '--digest-keys', 'keys.json'], '--digest-keys is for files and s3://', '--help'],
    [[...oneDay, '--threads', '3'], '--threads is for files and s3://', '--help'],
    [[...oneDay, '--requester-pays'], '--requester-pays is for s3://', '--help'],
    [[...oneDay, '--accounts', '12'], '"12" is not an account id', '12-digit account id'],
    [[...oneDay, '--regions', "x' OR 1=1"], 'is no name of a region', '--help'],
    [[...oneDay, '/tmp'], 'a table in Athena is ingested by itself', '--help'],
    [[...oneDay, '-'], 'a table in Athena is ingested by itself', '--help'],
    [[...oneDay, 'athena://acme.others'], 'a table in Athena is ingested by itself', '--help'],
    [oneDay, '--output is for athena://', '--help', '/tmp'],
    [['--dry-run'], 'is for athena://', '--help', '/tmp'],
    [['--full-scan'], 'is for athena://', '--help', '/tmp'],
    [['--max-scan', '1GB'], 'is for athena://', '--help', '/tmp'],
  ])('refuses a wrong command line before it asks anything: %j', async (args, message, remedy, source) => {
    expectFailure(await run(args, source === undefined ? {} : { source }), message, remedy);
    expect(athena.api.queries).toEqual([]);
  });

  describe('asked with --dry-run', () => {
    const twoDays = ['--from', '2026-11-16', '--to', '2026-11-17', '--dry-run'];

    it('shows queries that the engine takes, their partitions and an estimate, and starts none', async () => {
      const { code, stdout, db } = await run([...twoDays, '--format', 'json']);
      const plan = JSON.parse(stdout);
      expect(code).toBe(0);
      expect(plan).toMatchObject({
        schema: 'rolecall/athena-plan/v1',
        queries: [
          { partitions: ['account: each of 111111111111', expect.any(String), 'day: 2026/11/16'] },
          { partitions: ['account: each of 111111111111', expect.any(String), 'day: 2026/11/17'] },
        ],
        missing: [],
        estimate: { basis: 'listing', bytes: expect.any(Number), dollars: expect.any(Number) },
      });
      expect([athena.api.queries, existsSync(db)]).toEqual([[], false]);
      expect(plan.estimate.bytes).toBeGreaterThan(1000);
      for (const { params } of plan.queries)
        expect((await athena.query(filled(plan.sql, params))).rows.length).toBeGreaterThan(10);
    });

    it('shows the same to people, the SQL as it would be sent', async () => {
      const { code, stdout } = await run(twoDays);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^2 queries to athena:\/\/acme\.logs; none was sent\nestimate: about .*scanned/);
      expect(stdout).toContain("values '2026/11/17', ");
      expect(stdout).toContain('\nWITH\nlogs AS (\n');
    });
  });
});
