import { spawnSync } from 'node:child_process';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { npmCommand } from '../../bin/setup/install.js';
import { ingest } from '../../src/app/ingest.js';
import { folderOf, newDb } from '../app/ingest-made.js';
import { exampleRules, scriptRule, sqlRule, storeOf } from '../app/rules-made.js';
import { bareEnvironment, build, demo, emptyFolder, rolecall, root } from './rolecall.js';

const db = newDb();
beforeAll(async () => {
  build();
  await ingest({ db, sources: [demo.logs] });
});

const broken = scriptRule('broken', "() => { throw new Error('no \\u001b[31mluck'); }");
const worry = scriptRule(
  'worry',
  `({ session }) => session && { title: 'x', time: session.issuedAt, evidence: [], about: ['x'] }`,
).replace("'low'", "'high'");
const detect = (files: Record<string, string>, ...args: string[]) =>
  rolecall(['detect', '--db', db, '--policy', demo.policy, '--rules', folderOf(files), ...args]);

describe('detect --rules', () => {
  it('says on stderr and in the answer what a rule failed at, and ends with exit 3', () => {
    const { code, stdout, stderr } = detect({ 'broken.js': broken }, '--only', 'broken', '--format', 'json');
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^rule broken failed \d+ times \(first at session [a-z2-7]{8}\): no \\u001b\[31mluck\n$/,
    );
    const { findings, problems, looked } = JSON.parse(stdout);
    const times = Object.values<number>(looked).reduce((sum, each) => sum + each, 0);
    expect(times).toBeGreaterThan(390);
    expect([findings, problems]).toEqual([
      [],
      [{ detector: 'broken', reason: 'no \u001b[31mluck', session: expect.any(String), times }],
    ]);
    const table = detect({ 'broken.js': broken }, '--only', 'broken');
    expect(table.stdout).toContain(`rule broken failed ${times} times: no \\x1b[31mluck\n`);
  });

  it('ends with exit 1 where something worries, a failing rule beside it or not', () => {
    const code = (files: Record<string, string>, ...args: string[]) => detect(files, ...args).code;
    expect(code({ 'worry.js': worry }, '--only', 'worry')).toBe(1);
    expect(code({ 'worry.js': worry, 'broken.js': broken }, '--only', 'worry,broken')).toBe(1);
    expect(
      code({ 'worry.js': worry, 'broken.js': broken }, '--only', 'worry,broken', '--fail-on', 'never'),
    ).toBe(3);
    expect(code({ 'worry.js': worry }, '--only', 'worry', '--fail-on', 'critical')).toBe(0);
  });

  it('refuses to run with a rule that is wrong, and with one that nobody knows', () => {
    const { code, stdout, stderr } = detect({ 'worry.js': worry, 'wrong.ts': 'export default {};' });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^rolecall: .*wrong\.ts: it has no id \(the name of the file without its ending\)\n/,
    );
    expect(detect({ 'worry.js': worry }, '--only', 'wory').stderr).toContain('did you mean worry?');
  });

  it('names the files that it passed over', () => {
    const { stderr } = detect({ 'worry.js': worry, 'worry.test.ts': '' }, '--only', 'worry');
    expect(stderr).toMatch(/^passed over worry\.test\.ts in .*: a rule is called my-rule\.ts, /);
  });

  it('ends a question that takes too long', () => {
    const forever = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)';
    const sql = `${forever} SELECT count(*) AS title, 1 AS time, 'e' AS event_id FROM n`;
    const { code, stderr } = detect({ 'x.sql': sqlRule('x', sql) }, '--only', 'x', '--rule-timeout', '1');
    expect([code, stderr]).toEqual([3, 'rule x failed once: it was ended after 1 s without an answer\n']);
    expect(detect({ 'worry.js': worry }, '--rule-timeout', '0').code).toBe(2);
  });

  it('reads no rules that merely lie in the working folder', () => {
    const cwd = folderOf({ 'rules/worry.js': worry, 'worry.js': worry });
    const { stdout } = rolecall(['detectors', 'list'], { cwd });
    expect(stdout).not.toContain('worry');
  });
});

describe('a policy that speaks of own rules', () => {
  const cwd = folderOf({
    'rolecall.yaml': 'version: 1\ndetectors: { worry: { severity: low }, root-use: { enabled: false } }\n',
    'rules/worry.js': worry,
  });
  const run = (...args: string[]) => rolecall([...args, '--db', db], { cwd });

  it('is sound where the rules are loaded, with their options', () => {
    expect(run('detect', '--rules', 'rules', '--only', 'worry').stdout).toContain('LOW  worry');
    expect(run('policy', 'check', '--rules', 'rules').code).toBe(0);
    expect(run('detectors', 'explain', 'worry', '--rules', 'rules').stdout).toContain(
      'A rule of your own: rules/worry.js',
    );
  });

  it('is not where they are missing and would be', () => {
    for (const args of [['detect'], ['policy', 'check'], ['detectors', 'list']]) {
      const { code, stderr } = run(...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining('there is no detector "worry" (')]);
      expect(stderr).toContain('--rules');
    }
  });

  it('asks nothing of commands that run no detector', () => {
    for (const args of [['who', '--role', 'admin'], ['sessions'], ['coverage']])
      expect(run(...args).code).toBe(0);
  });
});

describe('the package as it is shipped', () => {
  it('runs rules that import it, from a folder elsewhere', async () => {
    const folder = emptyFolder();
    const [command, first] = npmCommand() as [string, string[]];
    const pack = spawnSync(command, [...first, 'pack', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      env: bareEnvironment({ npm_config_cache: join(folder, 'cache') }),
      encoding: 'utf8',
    });
    expect(pack.status).toBe(0);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
    expect(spawnSync('tar', ['xzf', archive], { cwd: folder }).status).toBe(0);
    symlinkSync(join(root, 'node_modules'), join(folder, 'package/node_modules'));
    const hops = await storeOf('secret-behind-a-hop/fires/a-deployment-reads-a-secret-twice.json');
    const bin = join(folder, 'package/bin/rolecall.js');
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [bin, ...args], { cwd: folder, env: bareEnvironment(), encoding: 'utf8' });
    const found = run('detect', '--db', hops, '--rules', exampleRules, '--format', 'ndjson');
    expect(found.stderr).toBe('');
    expect(found.stdout).toContain('"detector":"secret-behind-a-hop"');
    const tested = run('detectors', 'test', 'package/fixtures/rules');
    expect([tested.stderr, tested.status]).toEqual(['', 0]);
  });
});
