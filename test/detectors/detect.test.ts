import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { detectorFixtures } from '../../fixtures/make/detectors/write.js';
import { type DetectQuestion, detect } from '../../src/app/detect.js';
import { ingest } from '../../src/app/ingest.js';
import { loadPolicy, openStore } from '../../src/app/open.js';
import type { Findings as Any, Finding } from '../../src/model/finding.js';
import { type Policy, parsePolicy } from '../../src/policy/index.js';
import { folderOf, newDb, packed } from '../app/ingest-made.js';
import { build, demo, rolecall } from '../cli/rolecall.js';

type Findings = Any<Finding[]>;

const fixtures = detectorFixtures();
const demoPolicy = loadPolicy(demo.policy, true)!;
const db = newDb();

beforeAll(async () => {
  build();
  await ingest({ db, sources: [demo.logs] });
});

function ask(path: string, question: Partial<DetectQuestion> = {}): Findings {
  const store = openStore(path);
  try {
    return detect(store, { policy: demoPolicy, window: null, only: null, ...question });
  } finally {
    store.close();
  }
}

const settings = (lines: string): Policy =>
  parsePolicy(
    `version: 1\naccounts: { prod: { id: "222222222222" } }\ndetectors:\n${lines || '  root-use: {}'}\n`,
    'rolecall.yaml',
  );
const ids = ({ findings }: Findings) => [...new Set(findings.map(({ detector }) => detector))];

describe('the demo week', () => {
  it('has what its story tells, the most urgent first, each with its origin', () => {
    const { findings } = ask(db);
    expect(findings.map(({ severity, detector, origin }) => [severity, detector, origin?.id])).toEqual([
      ['critical', 'sensitive-call', 'repo:acme/shop:ref:refs/heads/main'],
      ['high', 'identity-center-bypass', 'bob'],
      ['high', 'guardrail-breach', 'repo:acme/shop:ref:refs/heads/main'],
      ['high', 'break-glass', 'ops-break-glass'],
      ['high', 'root-use', '222222222222'],
      ['medium', 'deep-chain', 'repo:acme/shop:ref:refs/heads/main'],
      ['medium', 'unexpected-call', 'repo:acme/shop:ref:refs/heads/main'],
    ]);
  });

  it('has the same without a policy, as far as no promise is needed', () => {
    expect(ids(ask(db, { policy: null }))).toEqual(['sensitive-call', 'root-use', 'deep-chain']);
  });

  it('is too short to tell who is new to a role, and says so', () => {
    const { unjudged } = ask(db);
    expect(unjudged).toMatchObject([{ detector: 'first-seen-edge', sessions: expect.any(Number) }]);
    expect(unjudged[0]!.sessions).toBeGreaterThan(10);
    expect(ask(db, { only: ['root-use'] }).unjudged).toEqual([]);
    const { stdout } = rolecall(['detect', '--db', db, '--policy', demo.policy]);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      `first-seen-edge could not judge ${unjudged[0]!.sessions} sessions: fewer than 7 days with logs`,
    );
  });

  it('has nothing outside the window asked for, and nothing of detectors not asked for', () => {
    const wednesday = { from: Date.UTC(2026, 10, 18) / 1000, to: Date.UTC(2026, 10, 22) / 1000 };
    expect(ask(db, { window: wednesday }).findings).toEqual([]);
    expect(ids(ask(db, { only: ['root-use'] }))).toEqual(['root-use']);
    expect(() => ask(db, { only: ['root-usage'] })).toThrow('did you mean root-use?');
  });
});

describe('the policy', () => {
  it('switches a detector off, and gives it a severity and options', () => {
    const policy = settings(
      '  root-use: { enabled: false }\n  sensitive-call: { severity: low }\n  deep-chain: { maxDepth: 3 }',
    );
    const only = ['root-use', 'sensitive-call', 'deep-chain'];
    expect(ask(db, { policy, only }).findings.map(({ detector, severity }) => [detector, severity])).toEqual([
      ['sensitive-call', 'low'],
    ]);
  });

  it('may count reads in a denied region too', async () => {
    const path = newDb();
    const records = JSON.parse(
      fixtures.get('guardrail-breach/silent/a-console-lists-another-region.json')!,
    ).Records;
    await ingest({ db: path, sources: [folderOf({ 'a.json.gz': packed(records) })], threads: 1 });
    const policy = (lines: string) =>
      parsePolicy(`version: 1\nguardrails: { regions: [eu-west-1, us-east-1] }\n${lines}\n`, 'rolecall.yaml');
    const on = policy('detectors: { guardrail-breach: { reads: true } }');
    expect([ids(ask(path, { policy: on })), ids(ask(path, { policy: policy('') }))]).toEqual([
      ['guardrail-breach'],
      [],
    ]);
  });

  it('without a list of accounts makes nobody an outsider', () => {
    const policy = parsePolicy('version: 1\n', 'rolecall.yaml');
    expect(ask(db, { policy, only: ['outside-caller'] }).findings).toEqual([]);
    expect(ask(db, { policy: settings(''), only: ['outside-caller'] }).findings.length).toBeGreaterThan(0);
  });

  it('excepts what every condition names until its last day, and says so', () => {
    const until = (day: string) =>
      settings(
        `  sensitive-call: { exceptions: [{ role: "prod:role/PlatformAdmin", origin: "web-identity:*", action: "iam:*", until: ${day}, reason: "drill" }] }`,
      );
    const hidden = ask(db, { policy: until('2026-11-17'), only: ['sensitive-call'] });
    expect([hidden.findings, hidden.excepted]).toEqual([
      [],
      [{ line: 4, reason: 'drill', until: '2026-11-17', findings: 1 }],
    ]);
    expect(ids(ask(db, { policy: until('2026-11-16'), only: ['sensitive-call'] }))).toEqual([
      'sensitive-call',
    ]);
  });

  it.each([
    'role: "prod:role/Other"',
    'action: "iam:CreateUser"',
    'origin: "iam-user:*"',
    'caller: "prod:user/bob"',
    'account: "111111111111"',
    'region: eu-west-1',
    'sessionName: "nightly-*"',
  ])('excepts nothing when one condition does not hold for all of it: %s', (condition) => {
    const policy = settings(
      `  sensitive-call: { exceptions: [{ ${condition}, until: 2026-12-31, reason: "drill" }] }`,
    );
    expect(ids(ask(db, { policy, only: ['sensitive-call'] }))).toEqual(['sensitive-call']);
  });
});

describe('findings', () => {
  const records = [...fixtures]
    .filter(([path]) =>
      /^(?:sensitive-call|unexpected-principal|deep-chain|root-use|session-moved|denied-burst|key-collision)\/fires|^first-seen-edge\/fires\/a-job/.test(
        path,
      ),
    )
    .flatMap(([, text]) => JSON.parse(text).Records as unknown[]);
  const policy = loadPolicy('fixtures/detectors/rolecall.yaml', true);

  it('are the same in any order of arrival, split and repetition', async () => {
    const all = async (...files: unknown[][]) => {
      const path = newDb();
      for (const [i, part] of files.entries())
        await ingest({ db: path, sources: [folderOf({ [`${i}.json.gz`]: packed(part) })], threads: 1 });
      return ask(path, { policy }).findings;
    };
    const expected = await all(records);
    expect(expected.length).toBeGreaterThan(6);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...records.keys()], { minLength: records.length }),
        fc.nat(records.length),
        async (order, cut) => {
          const shuffled = order.map((index) => records[index]);
          const [first, second] = [shuffled.slice(0, cut), shuffled.slice(Math.max(0, cut - 3))];
          expect(await all(first, second)).toEqual(expected);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('fail a pipeline from the severity on that it names', () => {
    const code = (...args: string[]) =>
      rolecall(['detect', '--db', db, '--policy', demo.policy, ...args]).code;
    expect(code()).toBe(1);
    expect(code('--fail-on', 'never')).toBe(0);
    expect(code('--only', 'deep-chain')).toBe(0);
    expect(code('--only', 'deep-chain', '--fail-on', 'medium')).toBe(1);
    expect(code('--only', 'no-such')).toBe(2);
  });
});

describe('rolecall detectors', () => {
  it('lists all, explains one, and refuses what it does not know', () => {
    expect(rolecall(['detectors', 'list']).stdout).toContain('forbidden-edge');
    const { stdout, code } = rolecall(['detectors', 'explain', 'deep-chain']);
    expect([code, stdout.includes('maxDepth (2)')]).toEqual([0, true]);
    expect(rolecall(['detectors', 'explain', 'deep-chains']).stderr).toContain('did you mean deep-chain?');
    expect(rolecall(['detectors', 'show']).code).toBe(2);
    expect(rolecall(['detectors', 'explain', 'deep-chain', 'root-use']).code).toBe(2);
  });
});
