import { rootArn, userArn } from '../model/arn.js';
import type { SessionFacts } from '../model/facts.js';
import { type Assumption, emptyScene, type Scene, type SceneCaller } from '../model/scene.js';
import type { Origin, Session } from '../model/session.js';
import { clientsOfPrincipal, clientsOfSession } from '../store/clients.js';
import { deedsOfSession } from '../store/deeds.js';
import { rowsOfIds } from '../store/find-sessions.js';
import type { Sqlite } from '../store/open.js';
import { sessionIdsAfter, sessionIdsOfRole, signedFor } from '../store/select-sessions.js';
import { chainAbove } from './chain-above.js';
import type { Concluded } from './concluded.js';
import { edgesOf, edgesTouched } from './edges.js';
import type { Lineage } from './lineage.js';
import type { SceneSource } from './scene-source.js';

/** Every session in its chain: `session:<id>`. */
export const sessionSource: SceneSource = {
  kind: 'sessions',
  prefix: 'session:',
  keys: (store, after, limit) =>
    sessionIdsAfter(store, after === null ? '' : idIn(after), limit).map((id) => `session:${id}`),
  touched: sessionsTouched,
  scene(lineage, key, within) {
    const [sid] = rowsOfIds(lineage.db, [idIn(key)]);
    const concluded = sid === undefined ? null : lineage.concluded(sid);
    if (sid === undefined || concluded === null) return null;
    const { session, facts, asked } = concluded;
    const above = chainAbove(lineage, session.chain);
    // The first came from nobody's session: whether it was a switch does not matter.
    const hops = [...above, concluded].filter((each) => each.session.id !== session.chain[0]);
    const edges = edgesOf(lineage);
    const edge = edges.edgeOf(sid, session);
    const scene: Scene = {
      ...emptyScene,
      session,
      origin: session.origin,
      above: above.map((each) => each.session),
      switches: hops.filter(isSwitch).length,
      assumption: assumptionOf(session, facts, lineage),
      accountId: session.accountId,
      roleArn: session.roleArn,
      deeds: deedsOfSession(lineage.db, sid, within),
      clients: clientsOfSession(lineage.db, sid),
      clientsBefore: clientsBefore(lineage.db, session),
      edge,
    };
    return { scene, dependsOn: [...asked, ...edges.dependsOn(edge, session), ...instanceOf(session)] };
  },
};

/** The console's "switch role" led to it. */
function isSwitch({ facts }: Concluded): boolean {
  return facts.issued.some(({ name }) => name === 'SwitchRole');
}

function idIn(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}

/**
 * What an identity asked for whose session is another now, and sessions of a role whose older
 * sessions were revoked. A sign-in is no session, nor is a pair of caller and role: what rests on one asks for its token.
 */
function sessionsTouched(store: Sqlite, token: string): string[] {
  const [, kind, rest] = /^(session|signer|revoked):(.+)$/.exec(token) ?? [];
  if (rest === undefined) return [];
  if (kind === 'session') return edgesTouched(store, rest);
  if (kind === 'signer')
    return signedFor(store, Number(rest)).map((each) =>
      each.session === null ? `signin:${each.signIn}` : `session:${each.session}`,
    );
  const blank = rest.indexOf(' ');
  return sessionIdsOfRole(store, rest.slice(0, blank), rest.slice(blank + 1)).map((id) => `session:${id}`);
}

function instanceOf({ origin, principalId }: Session): string[] {
  return origin.id === 'ec2.amazonaws.com' && principalId !== null ? [`principal:${principalId}`] : [];
}

/** An instance is one principal from one session to the next: other principals move about. */
function clientsBefore(store: Sqlite, { origin, principalId, issuedAt }: Session): Scene['clientsBefore'] {
  if (origin.id !== 'ec2.amazonaws.com' || principalId === null) return [];
  // The creation date may lie a second before the issuance.
  return clientsOfPrincipal(store, principalId, issuedAt - 2 * 86_400, issuedAt - 1);
}

/** How a session came to be; null when no record shows it. */
export function assumptionOf(session: Session, facts: SessionFacts, lineage: Lineage): Assumption | null {
  const main = facts.issued.find((record) => record.name !== 'SwitchRole') ?? facts.issued[0];
  if (main === undefined) return null;
  return {
    callers: callersOf(session, facts, lineage),
    callerAccountId: main.caller.accountId ?? session.origin.accountId,
    at: main.at,
    eventName: main.name,
    evidence: facts.issued.map((record) => record.eventId),
    externalId: session.issuance?.externalId ?? null,
    sourceIdentity: session.sourceIdentity,
  };
}

/** The caller as a principal: of a role session its role, of a session token its user. */
function callersOf(session: Session, facts: SessionFacts, lineage: Lineage): SceneCaller[] {
  const before =
    session.parent === null ? lineage.known(session.link.candidates) : lineage.known([session.parent.id]);
  if (before.length > 0) return unique(before.map((each) => actingAs(each)));
  const main = facts.issued.find((record) => record.caller.type !== 'AWSAccount') ?? facts.issued[0]!;
  if (main.caller.type === 'IAMUser' && main.caller.arn !== null)
    return [{ kind: 'principal', arn: main.caller.arn }];
  return [ofOrigin(session.origin)];
}

function actingAs(session: Session): SceneCaller {
  if (session.roleArn !== null) return { kind: 'principal', arn: session.roleArn };
  if (session.kind === 'assumed-role') return { kind: 'unknown' };
  if (session.kind === 'assumed-root') return { kind: 'principal', arn: rootArn(session.accountId) };
  return ofOrigin(session.origin);
}

function ofOrigin(origin: Origin): SceneCaller {
  const { kind, id, accountId } = origin;
  switch (kind) {
    case 'iam-user':
      return accountId === null ? { kind: 'unknown' } : { kind: 'principal', arn: userArn(accountId, id) };
    case 'root':
      return accountId === null ? { kind: 'unknown' } : { kind: 'principal', arn: rootArn(accountId) };
    case 'aws-service':
      return { kind: 'service', name: id };
    case 'external-account':
      return { kind: 'account', accountId: id };
    case 'unobserved':
      return { kind: 'unknown' };
    default:
      return { kind: 'federated', origin };
  }
}

function unique(callers: SceneCaller[]): SceneCaller[] {
  return [...new Map(callers.map((caller) => [JSON.stringify(caller), caller])).values()];
}
