import { groupCredentials } from '../chains/group.js';
import { issuedKind, usedKind } from '../chains/kind.js';
import type { CredentialGroup } from '../model/credential.js';
import { type IdentityNode, type IssuanceNode, Links } from '../store/links.js';
import type { Sqlite } from '../store/open.js';
import * as rows from '../store/session-rows.js';
import type { Dirty } from '../store/writer.js';
import { type Cluster, clusterAround } from './relink-cluster.js';
import { learnRoleIds } from './relink-role-ids.js';
import { sessionId } from './session-id.js';

/** What one hour without a told expiry stands for; the STS default. */
const assumedLifetime = 3600;

/**
 * Decides again which uses belong to which issuance, for everything that new rows touch and for nothing else. The
 * outcome depends on the facts in the store alone, never on when they came.
 * @returns row numbers (`session.sid`) of the sessions that are new or that changed.
 */
export function relink(db: Sqlite, dirty: Dirty): Set<number> {
  const links = new Links(db);
  const learned = learnRoleIds(db, links, dirty);
  const touched = new Set<number>();
  const done = { identities: new Set<number>(), issuances: new Set<number>() };
  for (const start of startsOf(links, dirty, learned)) {
    if (
      'identity' in start ? done.identities.has(start.identity.id) : done.issuances.has(start.issuance.event)
    )
      continue;
    const cluster = clusterAround(links, [start]);
    for (const id of cluster.identities.keys()) done.identities.add(id);
    for (const event of cluster.issuances.keys()) done.issuances.add(event);
    settle(db, cluster, touched);
  }
  for (const { session } of dirty.gone) if (session !== null) rows.dropIfEmpty(db, session);
  for (const identity of dirty.identities) {
    const session = rows.sessionOfIdentity(db, identity);
    if (session !== null) touched.add(session);
  }
  for (const session of touched) rows.settleTimes(db, session);
  return touched;
}

function* startsOf(links: Links, dirty: Dirty, learned: number[]) {
  for (const event of new Set([...dirty.issuances, ...learned])) {
    const issuance = links.issuance(event);
    if (issuance !== null) yield { issuance };
  }
  for (const id of dirty.identities) {
    const identity = links.identity(id);
    // A use whose sums alone changed is where it was.
    if (identity !== null && identity.tie === null) yield { identity };
  }
  for (const { principal, time, accessKeyId, session } of dirty.gone) {
    const beside = [
      ...(principal === null ? [] : links.identitiesOf(principal, time - 1, time)),
      ...(accessKeyId === null ? [] : links.identitiesWithKey(accessKeyId)),
      ...(session === null ? [] : links.identitiesIn(session)),
    ];
    for (const identity of beside) yield { identity };
    if (session !== null) for (const issuance of links.issuancesIn(session)) yield { issuance };
  }
}

function settle(db: Sqlite, cluster: Cluster, touched: Set<number>): void {
  const identities = [...cluster.identities.values()];
  const issuances = [...cluster.issuances.values()];
  const groups = groupCredentials(
    issuances.map((i) => ({
      ref: i.event,
      eventId: i.eventId,
      name: i.name,
      kind: issuedKind(i.name)!,
      at: i.time,
      accessKeyId: i.accessKeyId,
      principal: i.principal,
      shared: i.shared,
      fullness: i.fullness,
    })),
    identities.map((i) => ({
      ref: i.id,
      kind: usedKind(i)!,
      accessKeyId: i.accessKeyId,
      principal: i.principal,
      createdAt: i.createdAt,
    })),
  );
  for (const group of groups) {
    const { sid, changed } = rows.saveSession(db, rowOf(db, group, cluster));
    let moved = changed;
    for (const { ref, tie } of group.uses) moved = rows.tieIdentity(db, ref, sid, tie) || moved;
    for (const event of group.issued) moved = rows.tieIssuance(db, event, sid) || moved;
    rows.settleTimes(db, sid);
    if (moved) touched.add(sid);
  }
  for (const { session } of [...identities, ...issuances])
    if (session !== null) rows.dropIfEmpty(db, session);
}

function rowOf(db: Sqlite, group: CredentialGroup, cluster: Cluster): rows.SessionRow {
  const uses = group.uses.map(({ ref }) => cluster.identities.get(ref)!);
  const issued = group.issued.map((event) => cluster.issuances.get(event)!);
  const issuer = group.kind === 'assumed-role' ? bestIssuer(db, uses, issued) : null;
  const members = [...issued, ...uses];
  return {
    id: sessionId(group.naturalKey),
    kind: group.kind,
    principal: members.find((m) => m.principal === group.principal)?.principalRow ?? null,
    issuer: issuer?.row ?? null,
    account: issuer?.account ?? smallest([...issued.map((i) => i.account), ...uses.map((u) => u.account)]),
    issuance: issued[0]?.event ?? null,
    issuedAt: group.at,
    ...expiryOf(group.at, issued),
    candidates: group.candidates.map(sessionId).sort(),
  };
}

function expiryOf(at: number | null, issued: IssuanceNode[]): Pick<rows.SessionRow, 'expiresAt' | 'expiry'> {
  const told = issued.find((i) => i.expiresAt !== null);
  if (told !== undefined) return { expiresAt: told.expiresAt, expiry: 'response' };
  const asked = issued.find((i) => i.duration !== null);
  if (asked !== undefined && at !== null) return { expiresAt: at + asked.duration!, expiry: 'duration' };
  return { expiresAt: at === null ? null : at + assumedLifetime, expiry: 'assumed' };
}

/** The issuer that tells most: with an id, and with the role's path. */
function bestIssuer(db: Sqlite, uses: IdentityNode[], issued: IssuanceNode[]) {
  const ids = new Set([...uses, ...issued].flatMap((m) => (m.issuer === null ? [] : [m.issuer])));
  const known = [...ids].map((row) => ({ row, ...rows.issuerText(db, row)! }));
  known.sort(
    (a, b) =>
      Number(b.roleId !== '') - Number(a.roleId !== '') ||
      b.arn.split('/').length - a.arn.split('/').length ||
      (`${a.arn}\n${a.roleId}` < `${b.arn}\n${b.roleId}` ? -1 : 1),
  );
  return known[0] ?? null;
}

function smallest(texts: (string | null)[]): string | null {
  return texts.filter((text) => text !== null).sort()[0] ?? null;
}
