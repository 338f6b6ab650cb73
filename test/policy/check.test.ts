import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ingest } from '../../src/app/ingest.js';
import { newDb } from '../app/ingest-made.js';
import { build, demo, emptyFolder, rolecall, root } from '../cli/rolecall.js';
import { policyText } from './acme.js';

const db = newDb();
beforeAll(async () => {
  build();
  await ingest({ db, sources: [demo.logs] });
});

describe('policy check', () => {
  const check = (...args: string[]) => rolecall(['policy', 'check', ...args]);

  it('tells of every pattern what it means in the store', () => {
    const { stdout, code } = check('--db', db, '--policy', demo.policy, '--format', 'json');
    expect(code).toBe(0);
    const { patterns, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({
      schema: 'rolecall/policy-check/v1',
      file: demo.policy,
      accounts: 7,
      roles: 5,
      detectors: 0,
      store: true,
    });
    const meaning = Object.fromEntries(
      patterns.map((each: { key: string; pattern: string; matches: number }) => [
        `${each.key} ${each.pattern}`,
        each.matches,
      ]),
    );
    expect(meaning).toMatchObject({
      'roles.admin.match *:role/PlatformAdmin': 1,
      'roles.deploy.callers tooling:role/github-actions-deploy': 1,
      'roles.vendor.callers watchdog': 0,
      'breakGlass prod:user/ops-break-glass': 1,
    });
    const outside = patterns.filter((each: { outside: boolean }) => each.outside);
    expect(outside.map((each: { pattern: string }) => each.pattern)).toEqual(['watchdog']);
  });

  it('says so where there is no store, no file, or a file that is wrong', () => {
    expect(check('--policy', demo.policy).stdout).toContain('is sound: 7 accounts, 5 roles');
    expect(check('--policy', demo.policy).stdout).toContain('no store yet');
    expect(check('--policy', demo.policy, '--db', 'nope.db').code).toBe(2);
    expect(check().code).toBe(2);
    const wrong = join(emptyFolder(), 'wrong.yaml');
    writeFileSync(wrong, 'version: 1\nrole: {}\n');
    expect(check('--policy', wrong).stderr).toContain('wrong.yaml:2:1');
    expect(rolecall(['policy', 'init']).code).toBe(2);
    expect(check('twice').code).toBe(2);
  });
});

describe('policy schema', () => {
  it('is a JSON Schema that takes the policies here and refuses an unknown key', () => {
    const { stdout, code } = rolecall(['policy', 'schema']);
    expect(code).toBe(0);
    const ajv = new Ajv2020({ allowUnionTypes: true, formats: { date: /^\d{4}-\d\d-\d\d$/ } });
    ajv.addVocabulary(['x-secret']);
    const valid = ajv.compile(JSON.parse(stdout));
    expect(valid(parse(policyText('acme.yaml')))).toBe(true);
    expect(valid({ version: 1, role: {} })).toBe(false);
    // The same lies in the package, for editors.
    expect(readFileSync(join(root, 'dist/rolecall.schema.json'), 'utf8')).toBe(stdout);
  });
});
