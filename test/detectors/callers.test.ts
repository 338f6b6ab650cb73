import { describe, expect, it } from 'vitest';
import { breach } from '../../src/detectors/guardrail-breach.js';
import { detectors, judge, readyDetectors } from '../../src/detectors/index.js';
import { type Deed, emptyScene, type Scene, type SceneCaller } from '../../src/model/scene.js';
import { type Policy, parsePolicy } from '../../src/policy/index.js';
import { noon, sceneOf, sessionOf } from './scene.js';

const policy = parsePolicy(
  `version: 1
accounts: { prod: { id: "222222222222" }, staging: { id: "444444444444" }, vendor: { id: "333333333333", external: true } }
roles:
  people: { match: ["prod:role/order-*"], humans: identity-center }
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

const only = (id: string, own: Policy | null) =>
  readyDetectors(
    detectors.filter((each) => each.id === id),
    own,
  );

/** What a detector says when several callers may have assumed the role: the link to them is ambiguous. */
function told(id: string, callers: SceneCaller[], changes: Partial<Scene> = {}, without = false) {
  const scene = sceneOf(sessionOf(), changes);
  const assumption = scene.assumption === null ? null : { ...scene.assumption, callers };
  const own = without ? null : policy;
  return judge({ ...scene, assumption, ...changes }, only(id, own), own).map(({ severity }) => severity);
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

describe('a token where callers or origins are promised', () => {
  it('is judged by its origin alone; a caller beside it is a caller', () => {
    const own = parsePolicy(
      'version: 1\nroles: { w: { match: ["*:role/order-worker"], callers: [], origins: ["iam-user:bob"] } }\n',
      'rolecall.yaml',
    );
    const token: SceneCaller = { kind: 'federated', origin: { ...sessionOf().origin, kind: 'web-identity' } };
    const said = (callers: SceneCaller[]) => {
      const scene = sceneOf(sessionOf());
      const assumption = { ...scene.assumption!, callers };
      return judge({ ...scene, assumption }, only('unexpected-principal', own), own).length;
    };
    expect([said([token]), said([token, user('bob')])]).toEqual([0, 1]);
  });
});

describe('guardrail-breach', () => {
  const deed = {
    action: 'ec2:RunInstances',
    eventSource: 'ec2.amazonaws.com',
    readOnly: false,
    invokedBy: null,
    region: 'ap-southeast-2',
  } as Deed;
  const breaks = (lines: string, changes: Partial<Deed> = {}, reads = false) =>
    breach({ ...deed, ...changes }, parsePolicy(`version: 1\n${lines}\n`, 'rolecall.yaml'), reads) !== null;
  const regions = 'guardrails: { regions: [eu-west-1] }';

  it('knows no region that is not allowed where the policy lists none', () => {
    expect([breaks(''), breaks('guardrails: { deny: ["iam:*"] }'), breaks(regions)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(breaks('guardrails: { deny: ["ec2:Run*"] }')).toBe(true);
  });

  it('passes reads over unless they are asked for, and calls that may be reads', () => {
    for (const readOnly of [true, null]) {
      expect(breaks(regions, { readOnly })).toBe(false);
      expect(breaks(regions, { readOnly }, true)).toBe(true);
    }
  });
});

describe('break-glass', () => {
  const drafts = (changes: Partial<Scene>, own: typeof policy | null = policy) => {
    const origin = { ...sessionOf().origin, id: 'ops' };
    const scene = { ...sceneOf(sessionOf()), origin, ...changes };
    return judge(scene, only('break-glass', own), own).map(({ draft }) => draft);
  };

  it('says what was held', () => {
    expect(drafts({})[0]?.title).toBe('break-glass: IAM user ops held role order-worker in 222222222222');
    expect(drafts({ roleArn: null })[0]?.title).toBe('break-glass: IAM user ops took a session token');
    expect(drafts({}, null)).toEqual([]);
  });

  it('begins with the assumption, or with the session where nobody saw one', () => {
    const assumption = { ...sceneOf(sessionOf()).assumption!, at: noon + 1 };
    expect(drafts({ assumption })).toMatchObject([{ time: noon + 1, last: noon + 1, evidence: ['e-1'] }]);
    expect(drafts({ assumption: null })).toMatchObject([{ time: noon, last: noon, evidence: [] }]);
  });
});

describe('unobserved-origin', () => {
  it('says why, or that several sessions may be the one before', () => {
    const deed = {
      action: 'iam:CreateUser',
      errorCode: null,
      first: noon,
      last: noon,
      eventId: 'e-9',
    } as Deed;
    const why = (reason: 'hidden' | null) => {
      const session = sessionOf({ link: { ...sessionOf().link, reason } });
      const scene = { ...sceneOf(session), origin: emptyScene.origin, deeds: [deed] };
      return judge(scene, only('unobserved-origin', null), null)[0]?.draft.title;
    };
    expect(why('hidden')).toMatch(/: hidden$/);
    expect(why(null)).toMatch(/: several sessions may be the one before it, with different origins$/);
  });
});

describe('outside-caller', () => {
  const from = (callerAccountId: string | null, own = policy) => {
    const scene = sceneOf(sessionOf());
    const assumption = { ...scene.assumption!, callerAccountId };
    return judge({ ...scene, assumption }, only('outside-caller', own), own).length;
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
    return judge({ ...scene, assumption }, only('missing-external-id', own), own).length;
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
