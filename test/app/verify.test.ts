import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Acme } from '../../fixtures/make/acme.js';
import { outsider } from '../../fixtures/make/detectors/case.js';
import { detectorCases } from '../../fixtures/make/detectors/write.js';
import { assumeRole } from '../../fixtures/make/issue/assume-role.js';
import { identityCenter } from '../../fixtures/make/issue/identity-center.js';
import { prod, staging, T } from '../../fixtures/make/scenario/scene.js';
import { ingest } from '../../src/app/ingest.js';
import { loadPolicy, openStore } from '../../src/app/open.js';
import { verify } from '../../src/app/verify.js';
import type { Window } from '../../src/model/answers.js';
import type { Check, Verification } from '../../src/model/verification.js';
import { type Policy, parsePolicy } from '../../src/policy/index.js';
import { renderVerify } from '../../src/report/index.js';
import { build, demo, rolecall, root } from '../cli/rolecall.js';
import { folderOf, newDb, packed } from './ingest-made.js';

const fixturePolicy = loadPolicy(`${root}/fixtures/detectors/rolecall.yaml`, true)!;
const demoDb = newDb();

beforeAll(async () => {
  build();
  await ingest({ db: demoDb, sources: [demo.logs] });
});

function ask(db: string, policy: Policy, window: Window | null = null): Verification {
  const store = openStore(db);
  try {
    return verify(store, { policy, window });
  } finally {
    store.close();
  }
}

/** Verifies what one made play leaves in the logs. */
async function played(play: (acme: Acme) => void, policy: Policy, window: Window | null = null) {
  const acme = new Acme('verify');
  play(acme);
  const db = newDb();
  const folder = folderOf({ 'logs.json.gz': packed(acme.records) });
  await ingest({ db, sources: [folder], threads: 1 });
  return ask(db, policy, window);
}

const checksOf = ({ groups }: Verification) => groups.flatMap(({ checks }) => checks);
const verdicts = (answer: Verification) =>
  Object.fromEntries(checksOf(answer).map(({ id, verdict }) => [id, verdict]));
function named(answer: Verification, id: string): Check {
  const found = checksOf(answer).find((check) => check.id === id);
  if (found === undefined) throw new Error(`no check ${id}`);
  return found;
}

describe('the demo week against its policy', () => {
  it('has promises that were kept, broken, and not tested, for the reasons of its story', () => {
    const answer = ask(demoDb, loadPolicy(demo.policy, true)!);
    expect(verdicts(answer)).toMatchObject({
      'people.refused': 'pass',
      'roles.admin.humans': 'fail',
      'roles.deploy.callers': 'pass',
      'roles.deploy.calls': 'fail',
      'roles.deploy.lasting': 'pass',
      'roles.audit.callers': 'pass',
      'roles.audit.readOnly': 'pass',
      'roles.upload.calls': 'pass',
      'roles.upload.resources': 'pass',
      'roles.vendor.externalId': 'pass',
      'roles.vendor.only': 'pass',
      'guardrails.deny[0]': 'fail',
      'guardrails.regions': 'pass',
      'guardrails.root': 'fail',
      'guardrails.public': 'no-evidence',
      'never[0]': 'pass',
      'keys.long-lived': 'fail',
      'limits.maxDepth': 'fail',
      'breakGlass[0]': 'fail',
    });
    const counted = { pass: 0, fail: 0, 'no-evidence': 0 };
    for (const { verdict } of checksOf(answer)) counted[verdict]++;
    expect(answer.counts).toEqual(counted);
    expect(named(answer, 'roles.admin.humans').detail[0]).toContain('bob');
    expect(answer.review).toHaveLength(6);
  });

  it('is told with events that are in the store, and lines of the policy that say so', () => {
    const answer = ask(demoDb, loadPolicy(demo.policy, true)!);
    const lines = readFileSync(demo.policy, 'utf8').split('\n');
    for (const { id, line, verdict, evidence } of checksOf(answer)) {
      if (verdict !== 'no-evidence') expect([id, evidence.length > 0]).toEqual([id, true]);
      if (line !== null) expect(lines[line - 1]).toContain(keyOf(id));
    }
    const failed = named(answer, 'guardrails.deny[0]').evidence[0]!;
    const { stdout, code } = rolecall(['show', failed, '--db', demoDb, '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).event.eventName).toBe('CreateUser');
  });

  it('ends with exit 1 and the same checks in every format', () => {
    const run = (format: string) =>
      rolecall(['verify', '--db', demoDb, '--policy', demo.policy, '--format', format, '--width', '80']);
    const json = run('json');
    expect(json.code).toBe(1);
    const document = JSON.parse(json.stdout);
    expect(document.schema).toBe('rolecall/verify/v1');
    const rows = run('ndjson')
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toEqual([...document.checks, ...document.review]);
    expect(rows.every(({ schema }) => schema === 'rolecall/check/v1')).toBe(true);
    const table = run('table').stdout;
    expect(table.match(/^ {2}(?:PASS|FAIL|NO EVIDENCE) /gm)).toHaveLength(rows.length);
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('can be handed in as Markdown and as one page of HTML, whatever stands in the policy', async () => {
    const hostile = parsePolicy(
      `version: 1\nnever: [{ from: "${staging}", to: "${prod}:role/*", reason: "<img src=x onerror=alert(1)> | ](javascript:alert(1))" }]\n`,
      '<b>rolecall.yaml</b>',
    );
    const answer = ask(demoDb, hostile);
    const report = { width: 80, color: false, unicode: true, tz: 'UTC', account: (id: string | null) => id };
    const html = renderVerify(answer, { ...report, format: 'html' });
    const markdown = renderVerify(answer, { ...report, format: 'markdown' });
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).not.toMatch(/<(?:img|b|script)\b/);
    expect(markdown).not.toMatch(/(?<!`[^`\n]*)<img/);
    for (const text of [html, markdown]) {
      for (const { promise } of checksOf(answer).filter(({ id }) => id.startsWith('guardrails')))
        expect(text).toContain(promise);
      expect(text.match(/NO EVIDENCE|PASS|FAIL/g)?.length).toBe(
        checksOf(answer).length + answer.review.length,
      );
    }
  });

  it('cannot run without a policy', () => {
    const { code, stderr } = rolecall(['verify', '--db', demoDb]);
    expect(code).toBe(2);
    expect(stderr).toContain('rolecall.yaml');
  });
});

/** What stands in the policy where a check points. */
function keyOf(id: string): string {
  if (id.startsWith('roles.')) return `${id.split('.')[1]}:`;
  if (id.startsWith('never')) return 'from:';
  if (id.startsWith('guardrails.regions')) return 'regions:';
  if (id.startsWith('guardrails.deny')) return 'deny:';
  return id.startsWith('limits') ? 'maxDepth:' : 'breakGlass:';
}

/** Which promise a detector speaks of; what it finds beyond promises is no promise broken. */
const promiseOf: Record<string, RegExp> = {
  'identity-center-bypass': /^roles\.admin\.humans$/,
  'unexpected-principal': /^roles\.[\w-]+\.(?:callers|origins)$/,
  'unexpected-call': /^roles\.deploy\.calls$/,
  'read-role-write': /^roles\.audit\.readOnly$/,
  'guardrail-breach': /^guardrails\.(?:deny|regions)/,
  'forbidden-edge': /^never/,
  'deep-chain': /maxDepth$/,
  'root-use': /^guardrails\.root$/,
};
const cases = detectorCases.filter(({ detector }) => promiseOf[detector] !== undefined);

describe.each(cases.map((each) => [`${each.detector} ${each.verdict}: ${each.name}`, each] as const))(
  '%s',
  (_title, { detector, verdict, name, play }) => {
    it('breaks a promise exactly when the detector is sure', async () => {
      const answer = await played(play, fixturePolicy);
      const own = checksOf(answer).filter(({ id }) => promiseOf[detector]!.test(id));
      expect(own.length).toBeGreaterThan(0);
      const failed = own.filter((check) => check.verdict === 'fail');
      const unsure = name.includes('cannot be confirmed');
      expect(failed.length > 0).toBe(verdict === 'fires' && !unsure);
      if (unsure)
        expect(own.some(({ detail }) => detail.some((text) => text.includes('cannot confirm')))).toBe(true);
    });
  },
);

describe('a promise', () => {
  const policy = (text: string) =>
    parsePolicy(
      `version: 1\naccounts: { prod: { id: "${prod}" }, staging: { id: "${staging}" }, watchdog: { id: "333333333333", external: true } }\n${text}`,
      'rolecall.yaml',
    );
  const vendor = (more = '') =>
    policy(
      `roles: { vendor: { match: ["prod:role/vendor-*"], pattern: vendor, callers: [watchdog], externalId: required${more} } }\n`,
    );
  const comes = (acme: Acme, role = 'vendor-monitoring', at = T) =>
    assumeRole(acme, outsider('333333333333'), acme.role(prod, role), at, { externalId: 'acme-1' });

  it('that nobody tested is no promise kept', async () => {
    const answer = await played(() => {}, fixturePolicy);
    expect(answer.counts).toEqual({ pass: 0, fail: 0, 'no-evidence': checksOf(answer).length });
  });

  it('of a vendor is broken when the vendor holds another role as well, or somebody else holds its role', async () => {
    expect(verdicts(await played((acme) => comes(acme), vendor()))['roles.vendor.only']).toBe('pass');
    const other = await played((acme) => comes(acme, 'order-worker'), vendor());
    expect(named(other, 'roles.vendor.only').detail[0]).toContain('order-worker in 222222222222 as well');
    const inside = await played((acme) => {
      assumeRole(acme, acme.user(prod, 'bob'), acme.role(prod, 'vendor-monitoring'), T);
    }, vendor());
    expect(named(inside, 'roles.vendor.only').verdict).toBe('fail');
  });

  it('of an end is kept when later attempts are refused, and broken by one that is not', async () => {
    const day = new Date(T * 1000).toISOString().slice(0, 10);
    const ended = vendor(`, offboarded: ${day}`);
    expect(named(await played((acme) => comes(acme), ended), 'roles.vendor.offboarded').verdict).toBe('fail');
    const before = await played((acme) => comes(acme, 'vendor-monitoring', T - 86_400 * 2), ended);
    expect(named(before, 'roles.vendor.offboarded')).toMatchObject({
      verdict: 'no-evidence',
      detail: ['1 session before'],
    });
  });

  it('about people beyond their permissions is kept by a refusal', async () => {
    const people = policy('roles: { admin: { match: ["prod:role/*"], humans: identity-center } }\n');
    const tries = (denied: boolean) => (acme: Acme) => {
      const session = identityCenter(acme, acme.person('alice'), prod, 'ReadOnlyAccess', T);
      acme.call(session, T + 60, 'iam:CreateUser', { denied });
    };
    expect(named(await played(tries(true), people), 'people.refused').verdict).toBe('pass');
    expect(named(await played(tries(false), people), 'people.refused').verdict).toBe('no-evidence');
  });

  it('is looked at inside the window alone', async () => {
    const window = { from: T + 86_400, to: T + 2 * 86_400, tz: 'UTC' };
    const answer = await played((acme) => comes(acme, 'order-worker'), vendor(), window);
    expect(named(answer, 'roles.vendor.only').verdict).toBe('no-evidence');
    expect(answer.looked).toEqual({ sessions: 0, direct: 0 });
  });

  it('is judged by its detector even where that is switched off, and an exception says so', async () => {
    const rules = (more: string) =>
      policy(`never: [{ from: staging, to: "prod:role/*" }]\ndetectors: { forbidden-edge: { ${more} } }\n`);
    const enters = (acme: Acme) => {
      assumeRole(acme, acme.user(staging, 'dave'), acme.role(prod, 'order-worker'), T);
    };
    expect(verdicts(await played(enters, rules('enabled: false')))['never[0]']).toBe('fail');
    const excepted = await played(
      enters,
      rules('exceptions: [{ role: "prod:role/*", until: 2099-12-31, reason: "a test of ours" }]'),
    );
    expect(named(excepted, 'never[0]')).toMatchObject({ verdict: 'no-evidence' });
    expect(named(excepted, 'never[0]').detail[0]).toContain('a test of ours');
  });
});

describe('a role with resources of its own', () => {
  const upload = parsePolicy(
    `version: 1\naccounts: { prod: { id: "${prod}" } }\nroles: { upload: { match: ["prod:role/uploader"], pattern: resource, resources: ["arn:aws:s3:::shop-uploads/in/*"] } }\n`,
    'rolecall.yaml',
  );
  const put = (bucket: string, key: string | null, options: Parameters<Acme['call']>[3] = {}) => {
    const arns = [...(key === null ? [] : [`arn:aws:s3:::${bucket}/${key}`]), `arn:aws:s3:::${bucket}`];
    return (acme: Acme) => {
      const session = assumeRole(acme, acme.user(prod, 'bob'), acme.role(prod, 'uploader'), T);
      acme.call(session, T + 60, key === null ? 's3:PutBucketPolicy' : 's3:PutObject', {
        resources: arns.map((ARN) => ({ ARN })),
        ...options,
      });
    };
  };
  const verdictOf = async (play: (acme: Acme) => void) =>
    named(await played(play, upload), 'roles.upload.resources');

  it('keeps to them, whatever the key of an object holds', async () => {
    expect(await verdictOf(put('shop-uploads', 'in/2026/a:b.csv'))).toMatchObject({ verdict: 'pass' });
  });

  it('does not when it changes another object, or the bucket around them', async () => {
    const other = await verdictOf(put('shop-uploads', 'out/a.csv'));
    expect(other).toMatchObject({ verdict: 'fail' });
    expect(other.detail[0]).toContain('PutObject on arn:aws:s3:::shop-uploads/out/a.csv');
    expect((await verdictOf(put('shop-uploads', null))).verdict).toBe('fail');
  });

  it('has nothing to show for it when all that it tried elsewhere was refused', async () => {
    expect(await verdictOf(put('shop-books', 'a.csv', { denied: true }))).toMatchObject({
      verdict: 'no-evidence',
      detail: ['1 attempt elsewhere refused'],
    });
  });
});

describe('a bucket that was opened to everybody', () => {
  it('breaks the guardrail, and a refused attempt keeps it', async () => {
    const acl = (denied: boolean) => (acme: Acme) => {
      acme.call(acme.user(prod, 'bob'), T, 's3:PutBucketAcl', {
        denied,
        request: { bucketName: 'shop-uploads', 'x-amz-acl': ['public-read'], acl: [''] },
      });
    };
    expect(named(await played(acl(false), fixturePolicy), 'guardrails.public')).toMatchObject({
      verdict: 'fail',
    });
    expect(named(await played(acl(true), fixturePolicy), 'guardrails.public')).toMatchObject({
      verdict: 'pass',
    });
  });
});
