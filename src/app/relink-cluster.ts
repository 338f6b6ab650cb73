import { issuedKind, usedKind } from '../chains/kind.js';
import type { IdentityNode, IssuanceNode, Links } from '../store/links.js';

/** Rows that can influence one another's linking, and no others. */
export interface Cluster {
  identities: Map<number, IdentityNode>;
  issuances: Map<number, IssuanceNode>;
}

type Node = { identity: IdentityNode } | { issuance: IssuanceNode };

/**
 * Walks from some rows to everything that their linking depends on: same key, same shared event, same principal
 * within the second that a creation date may lag. A use that is certainly tied by its key does not lead on by time,
 * or a role assumed every second would be one cluster for ever.
 */
export function clusterAround(links: Links, start: Node[]): Cluster {
  const cluster: Cluster = { identities: new Map(), issuances: new Map() };
  const queue: Node[] = [];
  const addUse = (identity: IdentityNode) => {
    if (usedKind(identity) === null || cluster.identities.has(identity.id)) return;
    cluster.identities.set(identity.id, identity);
    queue.push({ identity });
  };
  const addIssuance = (issuance: IssuanceNode) => {
    if (!tells(issuance) || cluster.issuances.has(issuance.event)) return;
    cluster.issuances.set(issuance.event, issuance);
    queue.push({ issuance });
  };
  for (const node of start) {
    if ('identity' in node) addUse(node.identity);
    else addIssuance(node.issuance);
  }
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if ('identity' in node) walkUse(links, node.identity, addUse, addIssuance);
    else walkIssuance(links, node.issuance, addUse, addIssuance);
  }
  return cluster;
}

function walkUse(
  links: Links,
  use: IdentityNode,
  addUse: (i: IdentityNode) => void,
  addIssuance: (i: IssuanceNode) => void,
): void {
  if (use.accessKeyId !== null) {
    for (const other of links.issuancesWithKey(use.accessKeyId)) addIssuance(other);
    for (const other of links.identitiesWithKey(use.accessKeyId)) addUse(other);
  }
  if (isSettledByKey(links, use)) return;
  for (const other of links.identitiesOf(use.principalRow, use.createdAt, use.createdAt)) addUse(other);
  if (use.principalRow === null || use.createdAt === null) return;
  for (const other of links.issuancesOf(use.principalRow, use.createdAt, use.createdAt + 1))
    addIssuance(other);
}

function walkIssuance(
  links: Links,
  issuance: IssuanceNode,
  addUse: (i: IdentityNode) => void,
  addIssuance: (i: IssuanceNode) => void,
): void {
  const { accessKeyId, shared, principalRow, time } = issuance;
  if (accessKeyId !== null) {
    for (const other of links.issuancesWithKey(accessKeyId)) addIssuance(other);
    for (const other of links.identitiesWithKey(accessKeyId)) addUse(other);
  }
  if (shared !== null) for (const other of links.copies(shared)) addIssuance(other);
  if (principalRow === null) return;
  for (const other of links.identitiesOf(principalRow, time - 1, time))
    if (!isSettledByKey(links, other)) addUse(other);
  for (const other of links.issuancesOf(principalRow, time - 1, time + 1))
    if (other.name === 'SwitchRole' || issuance.name === 'SwitchRole') addIssuance(other);
}

/** Whether the record says anything about the credential that it handed out; over 100 KB, CloudTrail drops it all. */
function tells({ name, accessKeyId, principal, issuer, sessionName }: IssuanceNode): boolean {
  const named = principal !== null || (issuer !== null && sessionName !== null);
  return issuedKind(name) !== null && (accessKeyId !== null || named);
}

/** Exactly one credential was issued with the use's key, and no earlier state says otherwise. */
function isSettledByKey(links: Links, use: IdentityNode): boolean {
  if (use.accessKeyId === null || (use.tie !== null && use.tie !== 'issued-key')) return false;
  const kind = usedKind(use);
  const owners = links
    .issuancesWithKey(use.accessKeyId)
    .filter(
      (i) =>
        issuedKind(i.name) === kind &&
        (i.principal === null || use.principal === null || i.principal === use.principal) &&
        (use.createdAt === null || use.createdAt >= i.time - 2),
    );
  return owners.length > 0 && new Set(owners.map((o) => o.principal)).size === 1;
}
