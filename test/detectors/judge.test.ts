import { describe, expect, it } from 'vitest';
import { type Draft, defineDetector } from '../../src/detectors/define.js';
import { blindFor, judge, readyDetectors } from '../../src/detectors/judge.js';
import { emptyScene, type Scene, type SceneCaller } from '../../src/model/scene.js';
import { parsePolicy } from '../../src/policy/index.js';
import { noon, sceneOf, sessionOf } from './scene.js';

const bob: SceneCaller = { kind: 'principal', arn: 'arn:aws:iam::222222222222:user/bob' };
const carol: SceneCaller = { kind: 'principal', arn: 'arn:aws:iam::222222222222:user/carol' };

/** A detector that says what it is told to. */
const detectorOf = (draft: Partial<Draft>, more = {}) =>
  defineDetector({
    id: 'deep-chain',
    summary: 'it is told to',
    severity: 'critical',
    attack: ['T1078'],
    cannotSee: [],
    falsePositives: [],
    triage: [],
    options: { most: { default: 5, help: 'how many' } },
    detect: () => ({ title: 'it was told to', time: noon, evidence: ['e-1'], about: [], ...draft }),
    ...more,
  });

const policyOf = (settings: string) =>
  parsePolicy(
    `version: 1\naccounts: { prod: { id: "222222222222" } }\ndetectors: { deep-chain: ${settings} }\n`,
    'rolecall.yaml',
  );

function exceptedBy(conditions: string, draft: Partial<Draft> = {}, scene: Scene = sceneOf(sessionOf())) {
  const policy = policyOf(`{ exceptions: [{ ${conditions}, reason: "agreed" }] }`);
  const [judged] = judge(scene, readyDetectors([detectorOf(draft)], policy), policy);
  return judged?.exception?.reason === 'agreed';
}

describe('an exception', () => {
  it('holds to the end of its last day, for a finding that ends by then', () => {
    expect(exceptedBy('account: prod, until: 2026-11-17')).toBe(true);
    expect(exceptedBy('account: prod, until: 2026-11-16')).toBe(false);
    expect(exceptedBy('account: prod, until: 2026-11-17', { last: noon + 86_400 })).toBe(false);
    expect(exceptedBy('account: prod, until: 2026-11-17', { time: noon - 86_400, last: noon })).toBe(true);
  });

  const both = { actions: ['iam:CreateUser', 'iam:CreateRole'], regions: ['us-east-1', 'us-east-1'] };
  it.each<[conditions: string, draft: Partial<Draft>, scene?: Scene]>([
    ['role: "prod:role/order-*"', {}],
    ['caller: "prod:user/bob"', {}],
    ['origin: "iam-user:bob"', {}],
    ['account: "222222222222"', {}],
    ['action: "iam:Create*"', both],
    ['region: us-east-1', both],
    ['action: "iam:Create*", region: us-east-1', { actions: ['iam:CreateUser'], regions: ['us-east-1'] }],
    ['sessionName: "b?b"', {}],
    ['role: "prod:role/order-*", caller: "prod:user/*", action: "iam:*", region: us-east-1', both],
  ])('hides what it names: %s', (conditions, draft) => {
    expect(exceptedBy(`${conditions}, until: 2026-12-31`, draft)).toBe(true);
  });

  it.each<[conditions: string, draft: Partial<Draft>]>([
    ['role: "prod:role/other"', {}],
    ['caller: "prod:user/carol"', {}],
    ['origin: "root:*"', {}],
    ['account: "111111111111"', {}],
    ['action: "iam:CreateUser"', both],
    ['action: "iam:*"', {}],
    ['action: "iam:*"', { actions: [] }],
    ['region: us-east-1', { regions: ['us-east-1', 'eu-west-1'] }],
    ['region: us-east-1', {}],
    ['sessionName: "carol"', {}],
    ['role: "prod:role/order-*", sessionName: "carol"', {}],
    ['account: prod, origin: "root:*"', {}],
  ])('hides nothing else: %s', (conditions, draft) => {
    expect(exceptedBy(`${conditions}, until: 2026-12-31`, draft)).toBe(false);
  });

  it('for a caller holds when one of those that it may be is the one', () => {
    const callers = (...all: SceneCaller[]) => {
      const scene = sceneOf(sessionOf());
      return { ...scene, assumption: { ...scene.assumption!, callers: all } };
    };
    const hides = (scene: Scene, caller = 'prod:user/bob') =>
      exceptedBy(`caller: "${caller}", until: 2026-12-31`, {}, scene);
    expect(hides(callers(carol, bob))).toBe(true);
    expect(hides(callers(carol))).toBe(false);
    expect(hides(callers({ kind: 'account', accountId: '222222222222' }), 'prod')).toBe(true);
    expect(hides(callers({ kind: 'account', accountId: '222222222222' }))).toBe(false);
    expect(hides(callers({ kind: 'service', name: 'ec2.amazonaws.com' }), '*')).toBe(false);
    expect(hides({ ...emptyScene })).toBe(false);
  });

  it('for a role or an account holds for no scene without one', () => {
    expect(exceptedBy('role: "*:role/*", until: 2026-12-31', {}, emptyScene)).toBe(false);
    expect(exceptedBy('account: prod, until: 2026-12-31', {}, emptyScene)).toBe(false);
    expect(exceptedBy('sessionName: "b*", until: 2026-12-31', {}, emptyScene)).toBe(false);
  });
});

describe('a detector', () => {
  const ready = (settings: string, more = {}) => readyDetectors([detectorOf({}, more)], policyOf(settings));

  it('is told its options, and whether the policy sets them', () => {
    const [own, usual] = [ready('{ most: 9 }')[0]!.means, ready('{}')[0]!.means];
    expect([own.option('most'), own.given('most'), own.given('least')]).toEqual([9, true, false]);
    expect([usual.option('most'), usual.given('most')]).toEqual([5, false]);
    expect(() => usual.option('least')).toThrow('deep-chain has no option least');
    const [without] = readyDetectors([detectorOf({})], null);
    expect([without!.means.option('most'), without!.means.given('most')]).toEqual([5, false]);
  });

  it('that is off is not ready', () => {
    expect(ready('{ enabled: false }')).toEqual([]);
    expect(ready('{ enabled: true }')).toHaveLength(1);
  });

  it('may say nothing, one thing or several', () => {
    const said = (seen: unknown) => {
      const all = readyDetectors([detectorOf({}, { detect: () => seen })], null);
      return judge(emptyScene, all, null).length;
    };
    const draft = { title: 'x', time: noon, evidence: [], about: [] };
    expect([said(null), said(draft), said([]), said([draft, draft])]).toEqual([0, 1, 0, 2]);
  });

  it('tells for which scenes it is blind', () => {
    const blind = (scene: Scene) => (scene.session === null ? null : 'too dark');
    expect(blindFor(sceneOf(sessionOf()), ready('{}', { blind }))).toEqual([
      { detector: 'deep-chain', reason: 'too dark' },
    ]);
    expect(blindFor(emptyScene, ready('{}', { blind }))).toEqual([]);
    expect(blindFor(emptyScene, ready('{}'))).toEqual([]);
  });

  it('is never more urgent than critical, and no more urgent for a scene without a session or a known depth', () => {
    const urgent = (scene: Scene, severity: string) => {
      const all = readyDetectors([detectorOf({}, { risesWithDepth: true, severity })], null);
      const [judged] = judge(scene, all, null);
      return [judged!.severity, judged!.draft.detail ?? []];
    };
    const deep = sceneOf(sessionOf({ depth: 3 }));
    expect(urgent(deep, 'critical')).toEqual(['critical', []]);
    expect(urgent(deep, 'high')[0]).toBe('critical');
    expect(urgent(emptyScene, 'high')).toEqual(['high', []]);
    expect(urgent(sceneOf(sessionOf({ depth: null })), 'high')).toEqual(['high', []]);
  });
});
