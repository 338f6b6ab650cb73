import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { commandTable } from '../../src/cli/command-table.js';
import { formats, furtherFormats } from '../../src/model/format.js';
import { newDb } from '../app/ingest-made.js';
import { faults } from '../schemas/valid.js';
import { build, demo, rolecall } from './rolecall.js';

const db = newDb();
const ask = (...args: string[]) =>
  rolecall([...args, '--db', db, '--policy', demo.policy], { env: { ROLECALL_NOW: demo.now } });

beforeAll(async () => {
  build();
  await ingest({ db, sources: [demo.logs] });
});

describe('a command', () => {
  it.each(commandTable.map((row) => [row.name, row] as const))(
    '%s says in its help which formats it has',
    (_, row) => {
      const known = [...formats, ...(row.formats ?? [])];
      const help = rolecall([row.name, '--help']).stdout.replaceAll(/\s+/g, ' ');
      expect(help).toContain(
        `(choices: ${known.map((format) => `"${format}"`).join(', ')}, default: "table")`,
      );
    },
  );

  it.each([
    ['before', ['--format', 'sarif', 'who']] as const,
    ['after', ['who', '--format', 'sarif']] as const,
  ])(
    'refuses a format that it has not, given %s its name, and says which it has and who has it',
    (_, words) => {
      const { code, stdout, stderr } = rolecall(words);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(
        "who has no format 'sarif'; it has table, json, ndjson (sarif is for detect)\n",
      );
    },
  );

  it('refuses a format that nobody has', () => {
    expect(rolecall(['detect', '--format', 'xml']).stderr).toContain(
      "detect has no format 'xml'; it has table, json, ndjson, markdown, sarif, asff, ocsf\n",
    );
  });

  it('has further formats that are known', () => {
    for (const row of commandTable)
      expect((row.formats ?? []).filter((format) => !furtherFormats.includes(format))).toEqual([]);
  });
});

describe('rolecall detect', () => {
  it('answers in each format, and ends as it does with a table', () => {
    const sarif = ask('detect', '--format', 'sarif');
    expect([sarif.code, sarif.stderr, faults.sarif(JSON.parse(sarif.stdout))]).toEqual([1, '', []]);
    const asff = ask('detect', '--format', 'asff', '--fail-on', 'never');
    expect([asff.code, faults.asff(JSON.parse(asff.stdout))]).toEqual([0, []]);
    const ocsf = ask('detect', '--format', 'ocsf', '--on', '2026-11-17').stdout.trimEnd().split('\n');
    expect(ocsf.flatMap((line) => faults.ocsf(JSON.parse(line)))).toEqual([]);
    const { stdout } = ask('detect', '--format', 'markdown', '--on', 'last tuesday');
    expect(stdout).toMatch(
      /^# 7 findings\n\nTuesday 2026-11-17 00:00:00 to Wednesday 2026-11-18 00:00:00 UTC/,
    );
    expect([ocsf.length, JSON.parse(asff.stdout).length]).toEqual([7, 7]);
  });

  it('says in its second run that what it found is not new, and in what state things are', () => {
    ask('detect');
    const { results } = JSON.parse(ask('detect', '--format', 'sarif').stdout).runs[0];
    expect(new Set(results.map((each: { baselineState: string }) => each.baselineState))).toEqual(
      new Set(['unchanged']),
    );
  });

  it('takes the account that imports by its alias, and the region', () => {
    const { stdout } = ask(
      'detect',
      '--format',
      'asff',
      '--asff-account',
      'security',
      '--asff-region',
      'eu-west-1',
    );
    expect(JSON.parse(stdout)[0].ProductArn).toBe(
      'arn:aws:securityhub:eu-west-1:999999999999:product/999999999999/default',
    );
  });

  it.each([
    [['--asff-region', 'eu-west-1'], '--asff-region is for --format asff'],
    [['--asff-account', 'prod', '--format', 'sarif'], '--asff-account is for --format asff'],
    [['--asff-account', '*', '--format', 'asff'], '--asff-account * names'],
    [['--asff-region', 'Europe', '--format', 'asff'], '--asff-region Europe is no region such as eu-west-1'],
    [['--asff-account', 'nobody', '--format', 'asff'], 'nobody'],
  ])('refuses %j', (args, message) => {
    const { code, stdout, stderr } = ask('detect', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
