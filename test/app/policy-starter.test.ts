import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { detect } from '../../src/app/detect.js';
import { ingest } from '../../src/app/ingest.js';
import { openStore } from '../../src/app/open.js';
import { parsePolicy } from '../../src/policy/index.js';
import { build, demo, emptyFolder, rolecall } from '../cli/rolecall.js';
import { folderOf, newDb } from './ingest-made.js';

const db = newDb();
beforeAll(async () => {
  build();
  await ingest({ db, sources: [demo.logs] });
}, 120_000);

const init = (...more: string[]) => rolecall(['policy', 'init', '--db', db, ...more]);

describe('policy init', () => {
  it('prints a policy that policy check finds sound, whose every pattern means something or somebody outside', () => {
    const { code, stdout, stderr } = init();
    expect([code, stderr]).toEqual([0, '']);
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'rolecall.yaml'), stdout);
    const check = rolecall(['policy', 'check', '--db', db, '--format', 'json'], { cwd });
    expect(check.code).toBe(0);
    const { patterns } = JSON.parse(check.stdout) as { patterns: { pattern: string; matches: number }[] };
    expect(patterns.length).toBeGreaterThan(10);
    expect(patterns.filter(({ matches }) => matches === 0).map(({ pattern }) => pattern)).toEqual([
      '333333333333',
    ]);
  });

  it('promises nothing that what was seen breaks', () => {
    const policy = parsePolicy(init().stdout, 'rolecall.yaml');
    const store = openStore(db);
    const only = ['unexpected-principal', 'unexpected-call', 'read-role-write', 'oidc-subject', 'deep-chain'];
    const { findings } = detect(store, { policy, window: null, only });
    store.close();
    expect([...findings].map(({ title }) => title)).toEqual([]);
  });

  it('says of each role in how many sessions it was seen, and shows no ExternalId', () => {
    const { stdout } = init();
    expect(stdout).toContain(
      '# seen in 28 sessions: 28 external-account; 28 from another account\n  vendor-monitoring:',
    );
    expect(stdout).toContain('externalId: required');
    expect(stdout).not.toContain('sha256:');
  });

  it('takes names from a list of accounts, and roles that nobody was seen in from exports', () => {
    const role = {
      RoleName: 'partner',
      RoleId: 'AROAEXAMPLEPARTNER01',
      Arn: 'arn:aws:iam::222222222222:role/partner',
      AssumeRolePolicyDocument: {
        Statement: { Effect: 'Allow', Principal: { AWS: '777777777777' }, Action: 'sts:AssumeRole' },
      },
    };
    const folder = folderOf({
      'prod.json': JSON.stringify({ RoleDetailList: [role] }),
      'accounts.json': JSON.stringify({
        Accounts: [{ Id: '222222222222', Name: 'Acme Prod', Status: 'ACTIVE' }],
      }),
    });
    const files = ['--iam', join(folder, 'prod.json'), '--accounts-file', join(folder, 'accounts.json')];
    for (const stdout of [init(...files).stdout, rolecall(['policy', 'init', ...files]).stdout]) {
      const policy = parsePolicy(stdout, 'rolecall.yaml');
      expect(policy.roles.find(({ name }) => name === 'partner')).toMatchObject({
        match: ['acme-prod:role/partner'],
        callers: ['777777777777'],
      });
      expect(stdout).toContain('no session seen: its trust policy lets others in');
    }
  });

  it('needs a store or a document', () => {
    expect(rolecall(['policy', 'init'])).toMatchObject({ code: 2, stdout: '' });
    const wrong = rolecall(['policy', 'check', '--accounts-file', 'x.json']);
    expect([wrong.code, wrong.stderr.split('\n')[0]]).toEqual([
      2,
      'rolecall: --iam and --accounts-file are for "policy init"',
    ]);
  });
});
