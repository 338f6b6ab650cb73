import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sqlNames } from '../../src/app/athena-sql.js';
import { build, emptyFolder, rolecall } from './rolecall.js';

beforeAll(build);

const tuesday = ['--on', '2026-11-17'];
const event = '5f0c0059-7c1e-4d2a-9b60-acade00ac117';

/** A query without its comments and texts: what the engine takes for SQL. */
const bare = (sql: string) => sql.replaceAll(/'(?:[^']|'')*'|--[^\n]*/g, '');

const expectUsage = (args: string[], message: string) => {
  const { code, stdout, stderr } = rolecall(['athena', ...args]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
};

describe('a query that is printed', () => {
  it.each(sqlNames())('has its values filled in, and no place left: %s', (name) => {
    const more = name === 'record' ? ['--event', event] : [];
    const { code, stdout, stderr } = rolecall(['athena', 'sql', name, ...tuesday, ...more]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^the window is Tuesday 2026-11-17 .*\n$/)]);
    expect(bare(stdout)).not.toMatch(/[?;`]/);
    const first = name === 'who' || name === 'chains' ? "'2026/11/16' AND" : "'2026/11/17' AND";
    expect(stdout).toContain(`day BETWEEN ${first} '2026/11/17'`);
    expect(stdout).toContain("'2026-11-18T00:00:00Z'");
    expect(stdout).toMatch(/^-- Reads the table once/m);
    expect(stdout).not.toMatch(/^-- Parameters|fits these lines to yours/m);
  });

  it('takes a name of the policy that means one role', () => {
    const policy = join(emptyFolder(), 'rolecall.yaml');
    writeFileSync(policy, 'version: 1\nroles:\n  ops: { match: ["*:role/platform/Platform_Admin*"] }\n');
    const who = ['athena', 'sql', 'who', ...tuesday, '--role', 'ops', '--policy', policy];
    const { code, stdout } = rolecall(who);
    expect([code, stdout]).toEqual([0, expect.stringContaining("'Platform\\_Admin%'")]);
  });

  it('names the account, the role and the event that were asked for', () => {
    const who = ['sql', 'who', ...tuesday, '--account', '222222222222', '--role', 'Platform*'];
    expect(rolecall(['athena', ...who]).stdout).toMatch(/'222222222222'[\s\S]*'Platform%'/);
    expect(rolecall(['athena', 'sql', 'record', ...tuesday, '--event', event]).stdout).toContain(
      `'${event}'`,
    );
  });

  it.each<[string[], string]>([
    [['sql'], 'name a query: chains, coverage,'],
    [['sql', 'nothing', ...tuesday], 'there is no query "nothing"'],
    [['sql', '../sqlite/0001', ...tuesday], 'there is no query'],
    [['sql', 'create-table', ...tuesday], 'there is no query "create-table"'],
    [['sql', 'uses'], 'a window has to be named'],
    [['sql', 'record', ...tuesday], 'name it with --event'],
    [['sql', 'record', ...tuesday, '--event', "x' OR 1=1 --"], 'is no event id'],
    [['sql', 'who', ...tuesday, '--role', "a'b"], 'is no role name'],
    [['sql', 'who', ...tuesday, '--role', 'a;b'], 'is no role name'],
    [['sql', 'who', ...tuesday, '--account', "1' OR '1"], 'is not an account id'],
    [['sql', 'uses', ...tuesday, '--role', 'admin'], '--role is for the query who'],
    [['sql', 'chains', ...tuesday, '--account', '222222222222'], '--account is for the query who'],
    [['sql', 'who', ...tuesday, '--event', event], '--event is for the query record'],
    [['sql', 'who', ...tuesday, '--role', 'admin'], '--role admin means *:role/'],
    [['sql', 'uses', ...tuesday, '--accounts', '222222222222'], '--accounts is for athena ddl'],
    [['sql', 'uses', ...tuesday, '--regions', 'eu-west-1'], '--regions is for athena ddl'],
    [['sql', 'uses', ...tuesday, '--table', 'audit'], 'is fitted to a table with --source'],
    [['sql', 'nothing'], 'there is no query "nothing"'],
    [['ddl', '--role', 'x', '--bucket', 's3://acme-logs'], '--role is for athena sql'],
    [['sql', 'who', ...tuesday, '--source', 'athena://a.b;c'], 'names no table'],
    [['sql', 'who', ...tuesday, '--max-scan', '1GB'], "unknown option '--max-scan'"],
    [['sql', 'who', 'uses', ...tuesday], 'athena takes "sql <name>" or "ddl"'],
    [['tables'], 'athena takes "sql <name>" or "ddl"'],
  ])('is refused: %j', (args, message) => expectUsage(args, message));
});

describe('an option of Athena', () => {
  it.each<[string[], string]>([
    [['who', '--max-cost', '1'], '--max-cost is for athena://, and no --source names a table'],
    [['who', '--full-scan'], '--full-scan is for athena://'],
    [['who', '--region', 'eu-west-1'], '--region is how to reach a table that --source names'],
    [['ingest', '.', '--dry-run'], '--dry-run is for athena://, and no source is a table'],
  ])('is refused where Athena is not asked: %j', (args, message) => {
    const { code, stderr } = rolecall(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('the statement that makes a table', () => {
  const organization = ['--organization', 'o-a1b2c3d4e5'];
  const account = ['--accounts', '111111111111'];
  const region = ['--regions', 'eu-west-1'];
  const ddl = (...more: string[]) => ['ddl', '--bucket', 's3://acme-logs/trail/', ...more];

  it('is filled in for an organization', () => {
    const args = ddl(
      ...organization,
      '--accounts',
      '444444444444,555555555555',
      ...region,
      '--from',
      '2026-01-02',
    );
    const { code, stdout } = rolecall(['athena', ...args, '--table', 'audit']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^CREATE EXTERNAL TABLE audit \(/);
    for (const text of [
      "LOCATION 's3://acme-logs/trail/AWSLogs/o-a1b2c3d4e5/'",
      "'projection.account.values' = '444444444444,555555555555'",
      "'projection.region.values' = 'eu-west-1'",
      "'projection.day.range' = '2026/01/02,NOW'",
      `'s3://acme-logs/trail/AWSLogs/o-a1b2c3d4e5/\${account}/CloudTrail/\${region}/\${day}'`,
    ])
      expect(stdout).toContain(text);
    expect(stdout).not.toMatch(/acme-log-archive|111111111111|--|;/);
  });

  it('is filled in for one account', () => {
    const { stdout, stderr } = rolecall(['athena', ...ddl('--accounts', '444444444444', ...region)]);
    expect(stderr).toMatch(
      /^the table begins with the logs of \d{4}-\d\d-\d\d; --from names another first day\n$/,
    );
    expect(stdout).toContain("LOCATION 's3://acme-logs/trail/AWSLogs/444444444444/CloudTrail/'");
    expect(stdout).not.toMatch(/acme-log-archive|222222222222|projection\.account/);
  });

  it.each<[string[], string]>([
    [['ddl'], 'where are the logs?'],
    [['ddl', '--bucket', "s3://a'b"], 'is not s3://bucket'],
    [['ddl', '--bucket', 's3://acme-logs/x;y'], 'is not s3://bucket'],
    [['ddl', '--bucket', 's3://acme$&logs'], 'is not s3://bucket'],
    [['ddl', '--bucket', 's3://acme-logs/AWSLogs/'], 'ends above AWSLogs: s3://acme-logs'],
    [['ddl', '--bucket', 's3://acme-logs/x/AWSLogs/o-a1b2c3d4e5/'], 'ends above AWSLogs: s3://acme-logs/x\n'],
    [['ddl', '--bucket', 's3://Acme_Logs'], 'the bucket being 3 to 63 of a-z'],
    [ddl('--organization', "o-1'"), 'is no organization id'],
    [ddl(...organization), 'at least one account id is needed: --accounts 111111111111'],
    [ddl(...organization, ...account), 'at least one region is needed: --regions eu-west-1'],
    [ddl(...organization, ...account, '--regions', "x'"), 'is no region'],
    [ddl(...organization, '--accounts', "1'"), 'is not an account id'],
    [ddl(...organization, ...account, ...region, '--table', 'x;y'), 'is no table name'],
    [ddl(...organization, ...account, ...region, '--table', 'x--y'), 'is no table name'],
    [ddl('--accounts', '111111111111,222222222222', ...region), 'the table is of one account'],
  ])('is refused: %j', (args, message) => expectUsage(args, message));
});
