import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Acme } from '../../fixtures/make/acme.js';
import { assumeRole } from '../../fixtures/make/issue/assume-role.js';
import { createRole, trusting, updateTrust } from '../../fixtures/make/issue/permission-changes.js';
import { prod, T, tooling } from '../../fixtures/make/scenario/scene.js';
import { importIam } from '../../src/app/import-iam.js';
import { ingest } from '../../src/app/ingest.js';
import { openStore } from '../../src/app/open.js';
import { type TrustQuestion, trustReview } from '../../src/app/trust-review.js';
import { verify } from '../../src/app/verify.js';
import { who } from '../../src/app/who.js';
import { parsePolicy } from '../../src/policy/index.js';
import { snapshots } from '../../src/store/snapshots.js';
import { build, emptyFolder, rolecall } from '../cli/rolecall.js';
import { ask, folderOf, newDb, packed } from './ingest-made.js';

const HOUR = 3600;
const organization = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
const policy = parsePolicy(
  `version: 1\naccounts: { prod: { id: "${prod}" }, tooling: { id: "${tooling}" } }\n`,
  'rolecall.yaml',
);

beforeAll(build);

const exported = (name: string, principal: object | string, condition?: object, more: object = {}) => ({
  RoleName: name,
  RoleId: `AROAEXAMPLE${name.toUpperCase().replaceAll('-', '').padEnd(9, '0').slice(0, 9)}`,
  Arn: `arn:aws:iam::${prod}:role/${name}`,
  CreateDate: '2026-01-10T09:00:00+00:00',
  AssumeRolePolicyDocument: trusting(principal as never, condition as never),
  ...more,
});
const deployer = { AWS: `arn:aws:iam::${tooling}:role/deployer` };

/** Path of an export with these roles. */
function exportOf(roles: object[], more: object = {}): string {
  return join(folderOf({ 'prod.json': JSON.stringify({ RoleDetailList: roles, ...more }) }), 'prod.json');
}

/** A store of what a play leaves in the logs, and of exports at their times. */
async function stored(play: (acme: Acme) => void, exports: readonly (readonly [string, number])[] = []) {
  const acme = new Acme('trust review');
  play(acme);
  const db = newDb();
  await ingest({ db, sources: [folderOf({ 'logs.json.gz': packed(acme.records) })], threads: 1 });
  for (const [file, asOf] of exports) importIam({ db, files: [file], asOf });
  return db;
}

function review(
  db: string,
  question: Partial<TrustQuestion> = {},
  window: { from: number; to: number } | null = null,
) {
  const store = openStore(db);
  try {
    return trustReview(store, policy, window, { account: null, role: null, weak: false, ...question });
  } finally {
    store.close();
  }
}

const nothing = () => {};
const opened = (acme: Acme) => {
  const alice = acme.user(prod, 'alice');
  const role = acme.role(prod, 'order-repair');
  createRole(acme, alice, role, trusting(deployer, organization), T);
  updateTrust(acme, alice, role, trusting('*'), T + HOUR);
};

describe('a trust review', () => {
  it('tells from the records which policy a role had when, and what is weak in it', async () => {
    const [role] = review(await stored(opened)).roles;
    expect(role).toMatchObject({ accountId: prod, name: 'order-repair' });
    expect(
      role!.periods.map(({ from, to, weaknesses }) => [from, to, weaknesses.map(({ kind }) => kind)]),
    ).toEqual([
      [T, T + HOUR, []],
      [T + HOUR, null, ['anyone']],
    ]);
    expect(role!.trusted.map(({ principal, from, to }) => [principal.kind, from, to])).toEqual([
      ['role', T, T + HOUR],
      ['anyone', T + HOUR, null],
    ]);
  });

  it('is of the window asked for', async () => {
    const db = await stored(opened);
    const weak = (from: number, to: number) => review(db, { weak: true }, { from, to }).roles.length;
    expect([weak(T, T + HOUR), weak(T, T + HOUR + 1), weak(T - HOUR, T)]).toEqual([0, 1, 0]);
  });

  it('is of the account and role asked for', async () => {
    const file = exportOf([
      exported('vendor', { AWS: '333333333333' }),
      exported('worker', { Service: 'ec2.amazonaws.com' }),
    ]);
    const db = await stored(nothing, [[file, T]]);
    const names = (question: Partial<TrustQuestion>) => review(db, question).roles.map(({ name }) => name);
    expect(names({})).toEqual(['vendor', 'worker']);
    expect(names({ role: 'vend*' })).toEqual(['vendor']);
    expect(names({ account: 'tooling' })).toEqual([]);
    expect(names({ account: 'prod', weak: true })).toEqual(['vendor']);
  });

  it('joins records and exports, and says what was changed unseen, and gone', async () => {
    const files: [string, number][] = [
      [exportOf([exported('order-repair', { AWS: '333333333333' })]), T + 2 * HOUR],
      [exportOf([exported('worker', { Service: 'ec2.amazonaws.com' })]), T + 3 * HOUR],
    ];
    const db = await stored(opened, files);
    const [role] = review(db, { role: 'order-repair' }).roles;
    expect(role!.periods.map(({ from, to, unseen, shown }) => [from, to, unseen, shown.kind])).toEqual([
      [T, T + HOUR, false, 'event'],
      [T + HOUR, T + 2 * HOUR, false, 'event'],
      [T + 2 * HOUR, T + 3 * HOUR, true, 'export'],
    ]);
  });

  it('does not take a role for gone by an export that was cut', async () => {
    const cut = exportOf([exported('worker', { Service: 'ec2.amazonaws.com' })], { IsTruncated: true });
    const found = review(await stored(opened, [[cut, T + 2 * HOUR]]));
    expect(found.incomplete).toEqual(['prod.json']);
    expect(found.roles.find(({ name }) => name === 'order-repair')!.periods.at(-1)!.to).toBeNull();
  });
});

describe('an export of IAM in the store', () => {
  const file = exportOf([
    exported('vendor', { AWS: '333333333333' }, { StringEquals: { 'sts:ExternalId': 'acme-secret' } }),
  ]);

  it('is there once, however often it is read, at the time that was said last', () => {
    const db = newDb();
    const at = (asOf: number | null) => importIam({ db, files: [file], asOf })[0]!;
    expect(at(null)).toMatchObject({ known: false, time: 'file' });
    expect(at(T)).toMatchObject({ known: true, time: 'given', snapshot: { takenAt: T } });
    expect(at(null)).toMatchObject({ known: true, time: 'known', snapshot: { takenAt: T } });
    const store = openStore(db);
    expect(snapshots(store)).toHaveLength(1);
    store.close();
    expect(ask(db, 'SELECT count(*) AS n FROM iam_snapshot_role')).toEqual([{ n: 1 }]);
  });

  it('may be UTF-16, as PowerShell writes it, and is the same then', () => {
    const db = newDb();
    const marked = Buffer.from(`\ufeff${readFileSync(file, 'utf8')}`, 'utf16le');
    const wide = join(folderOf({ 'prod.json': marked }), 'prod.json');
    expect(importIam({ db, files: [file, wide], asOf: T }).map(({ known }) => known)).toEqual([false, true]);
  });

  it('is kept with the others, or none of them is', () => {
    const db = newDb();
    const broken = join(folderOf({ 'b.json': '{}' }), 'b.json');
    expect(() => importIam({ db, files: [file, broken], asOf: T })).toThrow('it has no RoleDetailList');
    expect(() => openStore(db)).toThrow('There is no store');
  });

  it('holds no ExternalId as it was written', () => {
    const db = newDb();
    importIam({ db, files: [file], asOf: T });
    expect(readFileSync(db).includes('acme-secret')).toBe(false);
  });

  it('tells who was administrator', async () => {
    const attached = {
      AttachedManagedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
    };
    const admin = exportOf([exported('worker', { Service: 'ec2.amazonaws.com' }, undefined, attached)]);
    const play = (acme: Acme) => {
      acme.call(acme.user(prod, 'bob'), T - HOUR, 'iam:ListRoles');
      assumeRole(acme, acme.user(prod, 'bob'), acme.role(prod, 'worker'), T);
    };
    const db = await stored(play, [[admin, T + HOUR]]);
    const store = openStore(db);
    const window = { from: T, to: T + 2 * HOUR, tz: 'UTC' };
    const answer = who(store, { account: null, role: 'admin', window, when: '', policy: null });
    store.close();
    expect(answer.answers.map(({ sessions }) => sessions[0]?.adminBy)).toMatchObject([
      { from: 'evidence', permissions: 'admin', since: null },
    ]);
  });
});

describe('the review of verify', () => {
  const points = async (play: (acme: Acme) => void, exports: readonly (readonly [string, number])[] = []) => {
    const store = openStore(await stored(play, exports));
    const answer = verify(store, { policy, window: null });
    store.close();
    return answer.review.slice(1, 3);
  };
  const verdicts = async (roles: object[]) =>
    (await points(nothing, [[exportOf(roles), T]])).map(({ verdict }) => verdict);

  it('has no evidence without a trust policy, and none where nobody else is trusted', async () => {
    expect(
      (await points(nothing)).map(({ verdict, says }) => [verdict, says.includes('rolecall iam')]),
    ).toEqual([
      ['no-evidence', true],
      ['no-evidence', true],
    ]);
    expect(await verdicts([exported('worker', { Service: 'ec2.amazonaws.com' })])).toEqual([
      'no-evidence',
      'no-evidence',
    ]);
  });

  it('passes where others are named and tied to the organization', async () => {
    expect(await verdicts([exported('deploy', deployer, organization)])).toEqual(['pass', 'pass']);
  });

  it('fails in the second point alone where a principal is named and nothing ties it', async () => {
    expect(await verdicts([exported('deploy', deployer)])).toEqual(['pass', 'fail']);
  });

  it('fails for anybody and for whole accounts, and shows the record', async () => {
    expect(await verdicts([exported('deploy', { AWS: tooling })])).toEqual(['fail', 'fail']);
    const found = await points(opened);
    expect(found.map(({ verdict, evidence }) => [verdict, evidence.length])).toEqual([
      ['fail', 1],
      ['fail', 1],
    ]);
  });
});

describe('the commands', () => {
  const cwd = emptyFolder();
  const file = exportOf([
    exported('vendor', { AWS: '333333333333' }),
    exported('deploy', deployer, organization),
    exported('deep', {
      Federated: `arn:aws:iam::${prod}:oidc-provider/token.actions.githubusercontent.com\u001b[2J`,
    }),
  ]);

  it('read an export, echo its time, and tell whom roles trust', () => {
    const read = rolecall(['iam', file, '--as-of', '2026-11-17T09:30Z', '--width', '80'], { cwd });
    expect([read.code, read.stderr]).toEqual([0, '']);
    expect(read.stdout).toContain(
      '3 roles of account 222222222222\n  as of 2026-11-17 09:30:00 UTC, as given\n',
    );
    const table = rolecall(['trust', '--width', '80'], { cwd });
    expect(table.code).toBe(0);
    expect(table.stdout).toContain('→ everybody in 333333333333');
    expect(table.stdout).toContain('on aws:PrincipalOrgID');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose.
    expect(table.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    for (const line of table.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('tell the same in every format', () => {
    const document = JSON.parse(rolecall(['trust', '--format', 'json'], { cwd }).stdout);
    expect(document).toMatchObject({ schema: 'rolecall/trust/v1', known: { exports: 1, changes: 0 } });
    const lines = rolecall(['trust', '--format', 'ndjson'], { cwd }).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(document.roles);
    expect(document.roles[1]).toMatchObject({
      schema: 'rolecall/role-trust/v1',
      role: `arn:aws:iam::${prod}:role/deploy`,
      trusts: [
        { principal: deployer.AWS, outside: true, from: null, to: null, conditions: ['aws:PrincipalOrgID'] },
      ],
    });
  });

  it('say when an export was cut, with exit 3, and refuse one that is none, with exit 2', () => {
    const cut = rolecall(['iam', exportOf([exported('a', '*')], { IsTruncated: true })], { cwd });
    expect(cut.code).toBe(3);
    expect(cut.stdout).toContain('It is cut (IsTruncated)');
    const none = rolecall(['iam', join(cwd, 'none.json')], { cwd });
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toContain('none.json cannot be read');
  });

  it('tell of a trust that is nested beyond reason', async () => {
    const nested = `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`;
    const document = `{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":${nested}}}`;
    const db = await stored(nothing, [
      [exportOf([exported('deep', '*', undefined, { AssumeRolePolicyDocument: document })]), T],
    ]);
    for (const format of ['table', 'json', 'ndjson'])
      expect(rolecall(['trust', '--db', db, '--format', format], { cwd }).code).toBe(0);
  });

  it('say that no trust policy is known', async () => {
    const db = await stored((acme) => acme.call(acme.user(prod, 'bob'), T, 'iam:ListRoles'));
    expect(rolecall(['trust', '--db', db], { cwd }).stdout).toContain('No trust policy is known');
  });
});
