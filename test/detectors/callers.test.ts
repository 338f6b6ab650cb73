import { describe, expect, it } from 'vitest';
import { detectors, judge, readyDetectors } from '../../src/detectors/index.js';
import type { Scene, SceneCaller } from '../../src/model/scene.js';
import { parsePolicy } from '../../src/policy/index.js';
import { sceneOf, sessionOf } from './scene.js';

const policy = parsePolicy(
  `version: 1
accounts: { prod: { id: "222222222222" }, staging: { id: "444444444444" }, vendor: { id: "333333333333", external: true } }
roles:
  worker: { match: ["prod:role/order-worker"], callers: ["prod:user/bob", "staging"] }
never: [{ from: staging, to: "prod:role/order-*" }, { from: "prod:user/eve", to: "prod:role/*", reason: "she left" }]
breakGlass: ["prod:user/ops"]
`,
  'rolecall.yaml',
);
const user = (name: string): SceneCaller => ({
  kind: 'principal',
  arn: `arn:aws:iam::222222222222:user/${name}`,
});
const staging: SceneCaller = { kind: 'account', accountId: '444444444444' };
const nobody: SceneCaller = { kind: 'unknown' };

/** What a detector says when several callers may have assumed the role: the link to them is ambiguous. */
function told(id: string, callers: SceneCaller[], changes: Partial<Scene> = {}, without = false) {
  const scene = sceneOf(sessionOf(), changes);
  const assumption = scene.assumption === null ? null : { ...scene.assumption, callers };
  const own = without ? null : policy;
  const ready = readyDetectors(
    detectors.filter((each) => each.id === id),
    own,
  );
  return judge({ ...scene, assumption, ...changes }, ready, own).map(({ severity }) => severity);
}

describe('unexpected-principal with several possible callers', () => {
  it('is silent when each may', () => {
    expect(told('unexpected-principal', [user('bob'), staging])).toEqual([]);
  });

  it('accuses when none may', () => {
    expect(told('unexpected-principal', [user('carol'), user('dora')])).toEqual(['high']);
  });

  it('cannot confirm when some may, or one is not known', () => {
    expect(told('unexpected-principal', [user('bob'), user('carol')])).toEqual(['low']);
    expect(told('unexpected-principal', [user('carol'), nobody])).toEqual(['low']);
    expect(told('unexpected-principal', [nobody])).toEqual(['low']);
  });
});

describe('forbidden-edge with several possible callers', () => {
  it('accuses only when each is forbidden', () => {
    expect(told('forbidden-edge', [staging])).toEqual(['critical']);
    expect(told('forbidden-edge', [staging, user('bob')])).toEqual([]);
    expect(told('forbidden-edge', [user('bob'), staging])).toEqual([]);
    expect(told('forbidden-edge', [user('eve')])).toEqual(['critical']);
    expect(told('forbidden-edge', [nobody, { kind: 'service', name: 'ec2.amazonaws.com' }])).toEqual([]);
  });
});

describe('outside-caller', () => {
  const from = (callerAccountId: string | null, own = policy) => {
    const scene = sceneOf(sessionOf());
    const assumption = { ...scene.assumption!, callerAccountId };
    const chosen = detectors.filter(({ id }) => id === 'outside-caller');
    return judge({ ...scene, assumption }, readyDetectors(chosen, own), own).length;
  };

  it('needs a list of accounts, one account in it at least, and an account that is none of them', () => {
    expect(from('123456789012')).toBe(1);
    expect(from('444444444444')).toBe(0);
    expect([from(null), from('222222222222'), from('ANONYMOUS_PRINCIPAL')]).toEqual([0, 0, 0]);
    const one = parsePolicy('version: 1\naccounts: { prod: { id: "222222222222" } }\n', 'rolecall.yaml');
    const none = parsePolicy('version: 1\n', 'rolecall.yaml');
    expect([from('123456789012', one), from('123456789012', none)]).toEqual([1, 0]);
  });
});

describe('missing-external-id', () => {
  const given = (externalId: string | null, role: string, callerAccountId = '333333333333') => {
    const own = parsePolicy(
      `version: 1
accounts: { prod: { id: "222222222222" }, vendor: { id: "333333333333", external: true } }
roles:
  some: { match: ["prod:role/some"] }
  asked: { match: ["prod:role/asked"], externalId: required }
`,
      'rolecall.yaml',
    );
    const scene = sceneOf(sessionOf({ roleArn: `arn:aws:iam::222222222222:role/${role}` }));
    const assumption = { ...scene.assumption!, externalId, callerAccountId };
    const chosen = detectors.filter(({ id }) => id === 'missing-external-id');
    return judge({ ...scene, assumption }, readyDetectors(chosen, own), own).length;
  };

  it('is asked of vendors in every role, and of anybody else where the role asks for it', () => {
    expect([given(null, 'some'), given(null, 'asked'), given('sha256:1', 'some')]).toEqual([1, 1, 0]);
    expect([given(null, 'some', '444444444444'), given(null, 'asked', '444444444444')]).toEqual([0, 1]);
    expect(given('sha256:1', 'asked', '444444444444')).toBe(0);
  });
});

describe('what nothing tells', () => {
  const needing = [
    'unexpected-principal',
    'forbidden-edge',
    'missing-external-id',
    'outside-caller',
    'name-mismatch',
    'identity-center-bypass',
    'source-identity',
    'deep-chain',
    'role-juggling',
    'oidc-subject',
  ];

  it.each(needing)('is judged by nobody: no record of the assumption, for %s', (id) => {
    const session = sessionOf({ sessionName: 'alice@acme.example', depth: 9 });
    expect(told(id, [], { session, assumption: null })).toEqual([]);
    expect(told(id, [], { session: null, assumption: null, roleArn: null })).toEqual([]);
  });

  it.each(needing.slice(0, 4))('is promised by nobody: no policy, for %s', (id) => {
    const callerAccountId = '333333333333';
    const assumption = { ...sceneOf(sessionOf()).assumption!, callers: [staging], callerAccountId };
    expect(told(id, [staging], { assumption }, true)).toEqual([]);
  });

  it('names no role, and nobody is accused of assuming it', () => {
    expect(told('forbidden-edge', [user('eve')], { roleArn: null })).toEqual([]);
    expect(told('role-juggling', [user('eve')], { roleArn: null })).toEqual([]);
  });
});
