import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { detectorDifferences, detectorFixtures } from '../../fixtures/make/detectors/write.js';
import { ruleCases } from '../../fixtures/make/rules/cases.js';
import { build, rolecall } from '../cli/rolecall.js';
import { folderOf } from './ingest-made.js';
import { exampleRules, scriptRule, sqlRule } from './rules-made.js';

beforeAll(build);

const made = detectorFixtures(ruleCases);
const tour = made.get('many-regions/fires/a-session-looks-around-in-four-regions.json')!;
const short = made.get('many-regions/silent/a-session-works-in-three-regions.json')!;

/** A folder with one rule that finds sessions of long tours, and these fixtures. */
function rules(fixtures: Record<string, string | Buffer>, more: Record<string, string> = {}): string {
  const sql = `SELECT 'a tour' AS title, min(time) AS time, event_id FROM v_calls
    WHERE region <> '' AND invoked_by IS NULL GROUP BY account_id HAVING count(DISTINCT region) > 3`;
  const below = Object.entries(fixtures).map(([path, text]) => [`fixtures/${path}`, text] as const);
  return folderOf({ 'tour.sql': sqlRule('tour', sql), ...Object.fromEntries(below), ...more });
}

const sound = { 'tour/fires/a-tour.json': tour, 'tour/silent/no-tour.json': short };

function test(folder: string, ...args: string[]) {
  const { code, stdout, stderr } = rolecall(['detectors', 'test', folder, '--format', 'json', ...args]);
  return {
    code,
    stderr,
    ...(stdout === '' ? {} : JSON.parse(stdout.replaceAll(join(folder, 'fixtures/'), ''))),
  };
}

describe('the example rules', () => {
  it('have the fixtures that would be made now', () => {
    expect(detectorDifferences(join(exampleRules, 'fixtures'), ruleCases)).toEqual([]);
  });

  it('pass their own tests', () => {
    const { code, stdout, stderr } = rolecall(['detectors', 'test', exampleRules, '--width', '80']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('\nmany-regions\n  ✓ fires   a-session-looks-around-in-four-regions.json\n');
    expect(stdout).toMatch(/\n3 rules, 12 fixtures passed\.\n$/);
  });
});

describe('detectors test', () => {
  it('passes when every fires file gives one finding and every silent file none, in any form of records', () => {
    const lines = (JSON.parse(tour).Records as unknown[]).map((record) => JSON.stringify(record)).join('\n');
    const folder = rules({
      ...sound,
      'tour/fires/packed.json.gz': gzipSync(tour),
      'tour/fires/lines.ndjson': lines,
    });
    const { code, fixtures, faults, schema } = test(folder);
    expect([code, faults, schema]).toEqual([0, [], 'rolecall/rule-tests/v1']);
    expect(fixtures.map((each: { file: string; passed: boolean }) => [each.file, each.passed])).toEqual([
      ['tour/fires/a-tour.json', true],
      ['tour/fires/lines.ndjson', true],
      ['tour/fires/packed.json.gz', true],
      ['tour/silent/no-tour.json', true],
    ]);
  });

  it('fails with what was found instead', () => {
    const folder = rules({ 'tour/fires/no-tour.json': short, 'tour/silent/a-tour.json': tour });
    const { code, fixtures } = test(folder);
    expect([code, fixtures]).toEqual([
      1,
      [
        {
          rule: 'tour',
          verdict: 'fires',
          file: 'tour/fires/no-tour.json',
          passed: false,
          found: [],
          reason: null,
        },
        {
          rule: 'tour',
          verdict: 'silent',
          file: 'tour/silent/a-tour.json',
          passed: false,
          found: ['a tour'],
          reason: null,
        },
      ],
    ]);
    const { stdout } = rolecall(['detectors', 'test', folder, '--ascii']);
    expect(stdout).toBe(
      'tour\n  x fires   no-tour.json\n            it gave 0 findings, and should give one\n' +
        '  x silent  a-tour.json\n            it gave 1 finding, and should give none\n            - a tour\n\n' +
        '1 rule, 0 fixtures passed, 2 failed.\n',
    );
  });

  it('fails for what is missing, and for what belongs to no rule', () => {
    const faults = (fixtures: Record<string, string>) => {
      const { code, faults } = test(rules(fixtures));
      return [code, faults.map((each: { path: string; reason: string }) => `${each.path}: ${each.reason}`)];
    };
    expect(faults({ 'tour/fires/a-tour.json': tour })).toEqual([
      1,
      ['tour/silent: tour has no fixture that it is silent on'],
    ]);
    expect(
      faults({ ...sound, 'detour/fires/a.json': tour, 'tour/loud/a.json': tour, 'tour/fires/notes.md': '' }),
    ).toEqual([
      1,
      [
        'tour/fires/notes.md: this is no file of records',
        'detour: there is no rule of this name',
        'tour/loud: it is neither fires nor silent',
      ],
    ]);
    expect(rolecall(['detectors', 'test', folderOf({ 'a.js': scriptRule('a', '() => null') })]).code).toBe(1);
  });

  it('fails where a fixture shows nothing: damaged, without records, or with a rule that failed', () => {
    const folder = rules(
      {
        ...sound,
        'tour/silent/damaged.json': '{"Records":[{"eventID":1',
        'tour/silent/empty.json': '{"Records":[]}',
      },
      { 'broken.js': scriptRule('broken', '() => { throw new Error("no luck"); }') },
    );
    for (const verdict of ['fires', 'silent']) {
      const path = join(folder, 'fixtures/broken', verdict, 'a.json');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, tour);
    }
    const { code, fixtures } = test(folder);
    expect(code).toBe(1);
    const reasons = fixtures.flatMap(({ file, reason }: { file: string; reason: string | null }) =>
      reason === null ? [] : [`${file}: ${reason}`],
    );
    expect(reasons).toEqual([
      'broken/fires/a.json: the rule failed: no luck',
      'broken/silent/a.json: the rule failed: no luck',
      expect.stringMatching(/^tour\/silent\/damaged\.json: it cannot be read: /),
      'tour/silent/empty.json: it holds no records',
    ]);
  });

  it("reads the folder's own policy, or the one that is named, and no other", () => {
    const off = 'version: 1\ndetectors: { tour: { enabled: false } }\n';
    const reason = ({ code, fixtures }: ReturnType<typeof test>) => [code, fixtures[0].reason];
    expect(reason(test(rules({ ...sound, 'rolecall.yaml': off })))).toEqual([
      1,
      'the policy switches the rule off',
    ]);
    expect(reason(test(rules(sound, { 'rolecall.yaml': off })))).toEqual([
      1,
      'the policy switches the rule off',
    ]);
    const named = join(folderOf({ 'p.yaml': off }), 'p.yaml');
    expect(reason(test(rules(sound), '--policy', named))).toEqual([1, 'the policy switches the rule off']);
    const cwd = folderOf({ 'rolecall.yaml': off });
    expect(rolecall(['detectors', 'test', rules(sound)], { cwd }).code).toBe(0);
  });

  it('could not run where there are no rules, or wrong ones', () => {
    expect(rolecall(['detectors', 'test']).code).toBe(2);
    expect(rolecall(['detectors', 'test', '/nowhere']).code).toBe(2);
    const { code, stderr } = rolecall(['detectors', 'test', folderOf({ 'a.js': 'throw new Error("x")' })]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('a.js: it cannot be loaded: x\nCorrect the files'),
    ]);
    expect(rolecall(['detectors', 'test', rules(sound), '--rule-timeout', '0']).code).toBe(2);
  });

  it('takes --rules for the folder, and answers line by line', () => {
    const { code, stdout } = rolecall(['detectors', 'test', '--rules', rules(sound), '--format', 'ndjson']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([code, lines.map(({ schema }) => schema)]).toEqual([
      0,
      ['rolecall/rule-fixture/v1', 'rolecall/rule-fixture/v1'],
    ]);
  });
});
