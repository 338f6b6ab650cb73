import type { Log, Result } from 'sarif';
import { beforeAll, describe, expect, it } from 'vitest';
import { detect } from '../../src/app/detect.js';
import { describeDetectors } from '../../src/app/detectors.js';
import { ingest } from '../../src/app/ingest.js';
import { loadPolicy, openStore } from '../../src/app/open.js';
import { type Finding, type Findings, severities } from '../../src/model/finding.js';
import { type FindingsAbout, findingsText, renderFindings } from '../../src/report/index.js';
import { newDb } from '../app/ingest-made.js';
import { build, demo } from '../cli/rolecall.js';
import { faults } from '../schemas/valid.js';
import { context } from './made.js';
import { nasty, readMarkdown } from './read-markup.js';

type Answer = Findings<Finding[]>;
type Format = 'markdown' | 'sarif' | 'asff' | 'ocsf';

const policy = loadPolicy(demo.policy, true);
const about: FindingsAbout = {
  version: '1.2.3',
  now: Date.parse(demo.now) / 1000,
  window: { from: Date.UTC(2026, 10, 16) / 1000, to: Date.UTC(2026, 10, 23) / 1000 },
  detectors: describeDetectors(policy),
  asff: { account: null, region: 'eu-west-1' },
};
let made: Answer;
let one: Finding;

beforeAll(async () => {
  build();
  const db = newDb();
  await ingest({ db, sources: [demo.logs] });
  const store = openStore(db);
  const answer = detect(store, { policy, window: null, only: null });
  made = { ...answer, findings: [...answer.findings] };
  one = made.findings[0]!;
  store.close();
});

const text = (format: Format, answer: Answer, changes: Partial<FindingsAbout> = {}) =>
  renderFindings(answer, context({ format }), { ...about, ...changes });
const of = (...findings: Finding[]): Answer => ({ ...made, findings, total: findings.length });
const sarif = (answer: Answer): Log => JSON.parse(text('sarif', answer));
const results = (answer: Answer): Result[] => sarif(answer).runs[0]!.results!;
const asff = (answer: Answer, changes?: Partial<FindingsAbout>) => JSON.parse(text('asff', answer, changes));
const ocsf = (answer: Answer) =>
  text('ocsf', answer)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const kept = {
  firstSeen: 1_795_000_000,
  lastSeen: 1_795_400_000,
  isNew: false,
  opened: 1,
  until: null,
} as const;
const lives = () =>
  [
    { ...one, kept: { ...kept, isNew: true, status: 'open', why: null } },
    { ...one, kept: { ...kept, status: 'open', why: null } },
    { ...one, kept: { ...kept, status: 'acknowledged', why: 'a drill' } },
    { ...one, kept: { ...kept, status: 'closed', why: 'a late record names the caller' } },
  ] satisfies Finding[];

describe('the findings of the made week', () => {
  it.each([
    ['markdown', 'detect.md'],
    ['sarif', 'detect.sarif'],
    ['asff', 'detect.asff.json'],
    ['ocsf', 'detect.ocsf.ndjson'],
  ] as const)('as %s are what is kept here, to the letter', async (format, file) => {
    await expect(text(format, made)).toMatchFileSnapshot(`../../fixtures/golden/${file}`);
  });

  it('keep to the schema of each format, whatever became of them, and so does none', () => {
    for (const answer of [made, of(), of(...lives())]) {
      expect(faults.sarif(sarif(answer))).toEqual([]);
      expect(faults.asff(asff(answer))).toEqual([]);
      if (answer.findings.length > 0) expect(ocsf(answer).flatMap(faults.ocsf)).toEqual([]);
    }
    expect([asff(of()), text('ocsf', of())]).toEqual([[], '']);
  });

  it('keep to it of every detector, at every severity, with and without what may be missing', () => {
    const bare = {
      session: null,
      sessions: 0,
      origin: null,
      roleArn: null,
      depth: null,
      detail: [],
      evidence: [],
    };
    const all = about.detectors.flatMap(({ id }) =>
      severities.flatMap((severity): Finding[] => [
        { ...one, detector: id, severity },
        { ...one, ...bare, detector: id, severity },
        {
          ...one,
          detector: id,
          severity,
          origin: { kind: 'unobserved', id: '', accountId: null, detail: null },
        },
      ]),
    );
    const answer = of(...all);
    expect(faults.sarif(sarif(answer))).toEqual([]);
    expect(faults.asff(asff(answer))).toEqual([]);
    expect(ocsf(answer).flatMap(faults.ocsf)).toEqual([]);
  });

  it('come one at a time: of ten thousand no more are held than the overview shows', () => {
    for (const format of ['markdown', 'sarif', 'asff', 'ocsf', 'ndjson'] as const) {
      let taken = 0;
      const many = function* () {
        for (; taken < 10_000; taken++) yield one;
      };
      let given = 0;
      for (const piece of findingsText({ ...made, findings: many() }, context({ format }), about)) {
        if (piece.includes(one.fingerprint)) given++;
        expect(taken - given).toBeLessThanOrEqual(50);
      }
      expect([format, given]).toEqual([format, 10_000]);
    }
  });
});

describe('SARIF', () => {
  it('has what GitHub code scanning asks for', () => {
    const [run] = sarif(made).runs;
    const rules = run!.tool.driver.rules!;
    for (const rule of rules) {
      expect(rule.properties!.tags!.length).toBeLessThanOrEqual(20);
      expect(Number(rule.properties!['security-severity'])).toBeLessThanOrEqual(10);
      expect(rule.help!.markdown).toContain('What to do');
    }
    const hashes = run!.results!.map((result) => {
      expect(rules[result.ruleIndex!]!.id).toBe(result.ruleId);
      const { artifactLocation, region } = result.locations![0]!.physicalLocation!;
      expect([artifactLocation!.uri, region!.startLine]).toEqual(['rolecall.yaml', 1]);
      return result.partialFingerprints!.primaryLocationLineHash;
    });
    expect(new Set(hashes).size).toBe(made.findings.length);
  });

  it('says what is new, what is gone, and what somebody took note of', () => {
    expect(
      results(of(one, ...lives())).map(({ baselineState, suppressions }) => [baselineState, suppressions]),
    ).toEqual([
      [undefined, []],
      ['new', []],
      ['unchanged', []],
      ['unchanged', [{ kind: 'external', status: 'accepted', justification: 'a drill' }]],
      ['absent', []],
    ]);
  });

  it('makes no link and fills in nothing in a message', () => {
    const [result] = results(of({ ...one, title: String.raw`[a](javascript:x) \[b] {0}`, detail: [] }));
    expect(result!.message.text).toBe(String.raw`\[a\](javascript:x) \\\[b\] {{0}}.`);
  });

  it('tells of exceptions and of what could not be judged', () => {
    const excepted = [{ line: 4, reason: 'drill', until: '2026-12-31', findings: 2 }];
    const unjudged = [{ detector: 'deep-chain', reason: 'no logs', sessions: 1 }];
    const [invocation] = sarif({ ...made, excepted, unjudged }).runs[0]!.invocations!;
    expect(invocation!.toolExecutionNotifications!.map(({ message }) => message.text)).toEqual([
      '2 findings excepted until 2026-12-31 by line 4 of the policy: drill',
      'deep-chain could not judge 1 session: no logs.',
    ]);
  });
});

describe('a rule that failed', () => {
  const problems = [{ detector: 'own-rule', reason: 'no such column: x', session: null, times: 3 }];

  it('makes the run unsuccessful in SARIF, and is told of in a document', () => {
    const [invocation] = sarif({ ...made, problems }).runs[0]!.invocations!;
    expect([
      invocation!.executionSuccessful,
      sarif(made).runs[0]!.invocations![0]!.executionSuccessful,
    ]).toEqual([false, true]);
    expect(invocation!.toolExecutionNotifications!.map(({ level }) => level)).toContain('error');
    expect(text('markdown', { ...made, problems })).toContain('failed 3 times: no such column');
  });

  it('may be of a technique that has no name here', () => {
    const [facts] = about.detectors;
    const own = { ...facts!, id: 'own-rule', attack: { 'T9999.001': '' }, tactics: {} };
    const answer = { ...of({ ...one, detector: 'own-rule' }), detectors: ['own-rule'] };
    const changes = { detectors: [own] };
    expect(faults.sarif(JSON.parse(text('sarif', answer, changes)))).toEqual([]);
    expect(faults.asff(asff(answer, changes))).toEqual([]);
    expect(faults.ocsf(JSON.parse(text('ocsf', answer, changes)))).toEqual([]);
  });
});

describe('ASFF', () => {
  it('is for the account of the finding, or for the one that imports all', () => {
    const [own] = asff(made);
    expect([own.AwsAccountId, own.ProductArn]).toEqual([
      '222222222222',
      'arn:aws:securityhub:eu-west-1:222222222222:product/222222222222/default',
    ]);
    const [central] = asff(made, { asff: { account: '999999999999', region: 'us-east-1' } });
    expect([central.AwsAccountId, central.ProductArn]).toEqual([
      '999999999999',
      'arn:aws:securityhub:us-east-1:999999999999:product/999999999999/default',
    ]);
    expect(central.Resources).toEqual(
      own.Resources.map((each: object) => ({ ...each, Region: 'us-east-1' })),
    );
  });

  it('follows the partition of the role, or else of the region', () => {
    const roleArn = 'arn:aws-us-gov:iam::222222222222:role/PlatformAdmin';
    const region = { account: null, region: 'us-gov-west-1' };
    const [gov, none] = asff(of({ ...one, roleArn }, { ...one, roleArn: null }), { asff: region });
    expect([gov.ProductArn, none.ProductArn]).toEqual(
      Array(2).fill('arn:aws-us-gov:securityhub:us-gov-west-1:222222222222:product/222222222222/default'),
    );
    expect(gov.Resources[0].Partition).toBe('aws-us-gov');
  });

  it('takes the account from the role or the origin, and invents none', () => {
    const nowhere = { ...one, accountId: null };
    expect(asff(of(nowhere))[0].AwsAccountId).toBe('222222222222');
    expect(asff(of({ ...nowhere, roleArn: null }))[0].AwsAccountId).toBe('111111111111');
    const lost = of({ ...nowhere, roleArn: null, origin: null });
    expect(() => text('asff', lost)).toThrow('is about no account; name one with --asff-account');
    expect(asff(lost, { asff: { account: '999999999999', region: 'us-east-1' } })).toHaveLength(1);
  });

  it('archives what is closed, and suppresses what somebody took note of', () => {
    const says = asff(of(...lives())).map(
      (each: { RecordState: string; Workflow: { Status: string }; Note?: { Text: string } }) => [
        each.RecordState,
        each.Workflow.Status,
        each.Note?.Text,
      ],
    );
    expect(says).toEqual([
      ['ACTIVE', 'NEW', undefined],
      ['ACTIVE', 'NEW', undefined],
      ['ACTIVE', 'SUPPRESSED', 'a drill'],
      ['ARCHIVED', 'NEW', 'a late record names the caller'],
    ]);
  });

  it('gives a finding one id in every run, and a newer time of update', () => {
    const [first] = asff(of(one));
    const [again] = asff(of(lives()[1]!), { now: about.now! + 60 });
    expect(again.Id).toBe(first.Id);
    expect(again.UpdatedAt > first.UpdatedAt).toBe(true);
  });
});

describe('OCSF', () => {
  it('tells creation, update and close apart', () => {
    const says = ocsf(of(one, ...lives())).map(({ activity_id, type_uid, status, is_alert }) => [
      activity_id,
      type_uid,
      status,
      is_alert,
    ]);
    expect(says).toEqual([
      [1, 200401, 'New', true],
      [1, 200401, 'New', true],
      [2, 200402, 'New', true],
      [2, 200402, 'Suppressed', false],
      [3, 200403, 'Resolved', false],
    ]);
  });

  it('names technique, sub-technique and tactic', () => {
    expect(ocsf(of(one))[0].finding_info.attacks[0]).toMatchObject({
      technique: { uid: 'T1098', name: 'Account Manipulation' },
      sub_technique: { uid: 'T1098.001', name: 'Additional Cloud Credentials' },
      tactic: { uid: 'TA0003', name: 'Persistence' },
    });
  });

  it('names nobody as the user who was not observed', () => {
    const unobserved = { kind: 'unobserved', id: '', accountId: null, detail: null } as const;
    const [found] = ocsf(of({ ...one, origin: unobserved }));
    expect(found.evidences[0].actor).toEqual({ session: { uid: one.session } });
    expect(found.observables.map((each: { value: string }) => each.value)).toEqual([one.roleArn]);
  });
});

describe('text that a caller chose', () => {
  const hostile = (nasty: string): Finding => ({
    ...one,
    title: nasty,
    detail: [nasty, nasty],
    origin: { kind: 'web-identity', id: nasty, accountId: nasty, detail: nasty },
    accountId: '222222222222',
    roleArn: `arn:aws:iam::222222222222:role/${nasty}`,
    session: 'm4ovzqcgghe2d53t',
    evidence: [nasty],
    kept: { ...kept, status: 'acknowledged', why: nasty },
  });
  const hidden = /[^\n\P{Cc}]|[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
  const texts = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(texts);

  it.each(nasty.map((text) => [text.slice(0, 30), text]))(
    'keeps to each schema and hides nothing: %j',
    (_, text) => {
      const answer = of(hostile(text));
      expect(faults.sarif(sarif(answer))).toEqual([]);
      expect(faults.asff(asff(answer))).toEqual([]);
      expect(ocsf(answer).flatMap(faults.ocsf)).toEqual([]);
      const shown = texts([sarif(answer), asff(answer), ocsf(answer)]);
      expect(shown.filter((each) => hidden.test(each))).toEqual([]);
    },
  );

  it.each(nasty.map((text) => [text.slice(0, 30), text]))(
    'is shown, and does nothing, in a document: %j',
    (_, nasty) => {
      const document = text('markdown', of(hostile(nasty)));
      const plain = readMarkdown(text('markdown', of(hostile('x'))));
      const read = readMarkdown(document);
      const elements = (markup: typeof read) => markup.elements.filter(({ name }) => name !== 'code');
      expect(elements(read).map(({ name }) => name)).toEqual(elements(plain).map(({ name }) => name));
      expect(read.elements.filter(({ attributes }) => Object.keys(attributes).length > 0)).toEqual([]);
      expect(document).not.toMatch(hidden);
    },
  );
});
