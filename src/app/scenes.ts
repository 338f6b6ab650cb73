import type { SessionFacts } from '../model/facts.js';
import type { Assumption, Deed, Scene, SceneCaller } from '../model/scene.js';
import type { Origin, Session } from '../model/session.js';
import { type DirectIdentity, directIdentities } from '../store/access.js';
import { deedsOfIdentity, deedsOfSession } from '../store/deeds.js';
import { latestTime } from '../store/event-key.js';
import type { Sqlite } from '../store/open.js';
import { selectSessions, switchesAmong } from '../store/select-sessions.js';
import { sessionFacts } from '../store/session-facts.js';
import { Lineage } from './lineage.js';

/** Every session in its chain, issued last first; one in memory at a time. */
export function* sessionScenes(store: Sqlite): Generator<Scene> {
  const lineage = new Lineage(store);
  for (const sid of selectSessions(store, { issuers: null, accounts: null, window: null, kinds: null })) {
    const session = lineage.session(sid);
    const facts = sessionFacts(store, sid);
    if (session === null || facts === null) continue;
    const before = session.chain.slice(0, -1);
    const above = new Map(lineage.known(before).map((each) => [each.id, each]));
    yield {
      session,
      origin: session.origin,
      above: before.flatMap((id) => above.get(id) ?? []),
      switches: switchesAmong(store, session.chain.slice(1)),
      assumption: assumptionOf(session, facts, lineage),
      accountId: session.accountId,
      roleArn: session.roleArn,
      deeds: deedsOfSession(store, sid),
    };
  }
}

/** Every IAM user, root and federated user that acted without a role. */
export function* directScenes(store: Sqlite): Generator<Scene> {
  const people = new Map<string, { origin: Origin; identities: number[] }>();
  for (const identity of directIdentities(store, null, 0, latestTime)) {
    const origin = originOf(identity);
    const key = JSON.stringify([origin.kind, origin.id, origin.accountId]);
    const known = people.get(key) ?? { origin, identities: [] };
    known.identities.push(identity.identity);
    people.set(key, known);
  }
  for (const [, { origin, identities }] of [...people].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const deeds = identities.flatMap((identity) => deedsOfIdentity(store, identity));
    if (deeds.length === 0) continue;
    yield {
      session: null,
      origin,
      above: [],
      switches: 0,
      assumption: null,
      accountId: origin.accountId,
      roleArn: null,
      deeds: deeds.sort(byTime),
    };
  }
}

function byTime(a: Deed, b: Deed): number {
  return a.first - b.first || (a.eventId < b.eventId ? -1 : 1);
}

function originOf({ type, userName, arn, principalId, accountId }: DirectIdentity): Origin {
  if (type === 'Root') return { kind: 'root', id: accountId ?? principalId ?? '', accountId, detail: null };
  const id = userName ?? arn?.slice(arn.lastIndexOf('/') + 1) ?? principalId ?? '';
  return { kind: 'iam-user', id, accountId, detail: null };
}

function assumptionOf(session: Session, facts: SessionFacts, lineage: Lineage): Assumption | null {
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
  if (session.kind === 'assumed-root')
    return { kind: 'principal', arn: `arn:aws:iam::${session.accountId}:root` };
  return ofOrigin(session.origin);
}

function ofOrigin(origin: Origin): SceneCaller {
  const { kind, id, accountId } = origin;
  switch (kind) {
    case 'iam-user':
      return accountId === null
        ? { kind: 'unknown' }
        : { kind: 'principal', arn: `arn:aws:iam::${accountId}:user/${id}` };
    case 'root':
      return accountId === null
        ? { kind: 'unknown' }
        : { kind: 'principal', arn: `arn:aws:iam::${accountId}:root` };
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
