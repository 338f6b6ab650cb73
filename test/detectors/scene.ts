import { detectors, type Judged, judge, readyDetectors } from '../../src/detectors/index.js';
import { type Client, emptyScene, type Scene } from '../../src/model/scene.js';
import type { Origin, Session } from '../../src/model/session.js';
import { parsePolicy } from '../../src/policy/index.js';

/** Noon of a made Tuesday, epoch seconds. */
export const noon = Date.UTC(2026, 10, 17, 12) / 1000;

export const user: Origin = { kind: 'iam-user', id: 'bob', accountId: '222222222222', detail: null };
export const instance: Origin = {
  kind: 'aws-service',
  id: 'ec2.amazonaws.com',
  accountId: '222222222222',
  detail: 'i-0a1b2c3d4e5f60718',
};

/** A session of order-worker, issued at noon to bob at the office. */
export function sessionOf(changes: Partial<Session> = {}): Session {
  const roleArn = 'arn:aws:iam::222222222222:role/order-worker';
  return {
    id: 'k7m2qpk7m2qpk7m2',
    kind: 'assumed-role',
    accessKeyId: 'ASIAWORKEREXAMPLE000',
    principalId: 'AROAWORKEREXAMPLE0000:bob',
    roleArn,
    accountId: '222222222222',
    sessionName: 'bob',
    sourceIdentity: null,
    issuedAt: noon,
    expiresAt: noon + 3600,
    expiry: 'response',
    firstUsedAt: noon + 60,
    lastUsedAt: noon + 600,
    calls: 2,
    denied: 0,
    mfa: false,
    sourceIps: [],
    parent: null,
    link: { method: 'issuance', confidence: 'exact', evidence: [], candidates: [], reason: null },
    origin: user,
    depth: 1,
    chain: ['k7m2qpk7m2qpk7m2'],
    issuance: {
      eventId: 'e-1',
      eventName: 'AssumeRole',
      externalId: null,
      sourceIp: '192.0.2.10',
      userAgent: 'aws-cli/2.31.4 os/linux#6.8.0',
      region: 'eu-west-1',
    },
    ...changes,
  };
}

export function sceneOf(session: Session, changes: Partial<Scene> = {}): Scene {
  return {
    ...emptyScene,
    session,
    origin: session.origin,
    accountId: session.accountId,
    roleArn: session.roleArn,
    assumption: {
      callers: [{ kind: 'principal', arn: 'arn:aws:iam::222222222222:user/bob' }],
      callerAccountId: '222222222222',
      at: session.issuedAt,
      eventName: 'AssumeRole',
      evidence: ['e-1'],
      externalId: null,
      sourceIdentity: null,
    },
    ...changes,
  };
}

/** Calls from somewhere, the first so many seconds after noon. */
export function clientOf(
  after: number,
  address: string,
  userAgent = 'aws-cli/2.31.4 os/linux#6.8.0',
  changes: Partial<Client> = {},
): Client {
  const [first, last] = [noon + after, noon + after + 30];
  return {
    address,
    userAgent,
    invokedBy: null,
    console: false,
    calls: 2,
    first,
    last,
    eventId: `e-${after}`,
    ...changes,
  };
}

/** What one detector says about a scene, with a policy made of what stands under `detectors:`. */
export function judgedBy(id: string, scene: Scene, settings = '{}'): Judged[] {
  const policy = parsePolicy(`version: 1\ndetectors: ${settings}\n`, 'rolecall.yaml');
  const chosen = detectors.filter((detector) => detector.id === id);
  return judge(scene, readyDetectors(chosen, policy), policy);
}
