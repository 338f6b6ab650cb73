import type { DirectAccess } from '../model/answers.js';
import { addressesOf, type DirectIdentity, directIdentities } from '../store/access.js';
import type { Sqlite } from '../store/open.js';
import { identityCallsWithin } from '../store/session-calls.js';

const kinds = { IAMUser: 'iam-user', Root: 'root', FederatedUser: 'federated-user' } as const;

/** People, root and federated users who acted in the accounts (null: all) without a role, by first call. */
export function directAccess(
  store: Sqlite,
  accountIds: string[] | null,
  { from, to }: { from: number; to: number },
): DirectAccess[] {
  const found = new Map<string, DirectAccess>();
  for (const identity of directIdentities(store, accountIds, from, to)) {
    const sums = identityCallsWithin(store, identity.identity, from, to);
    if (sums === null) continue;
    const id = nameOf(identity);
    const key = JSON.stringify([identity.type, id, identity.accountId]);
    const known = found.get(key);
    const keys = identity.accessKeyId === null ? [] : [identity.accessKeyId];
    const ips = addressesOf(store, identity.identity);
    found.set(key, {
      kind: kinds[identity.type],
      id,
      accountId: identity.accountId ?? '',
      accessKeyIds: union(known?.accessKeyIds, keys),
      calls: (known?.calls ?? 0) + sums.calls,
      denied: (known?.denied ?? 0) + sums.denied,
      first: Math.min(known?.first ?? sums.first, sums.first),
      last: Math.max(known?.last ?? sums.last, sums.last),
      mfa: (known?.mfa ?? false) || identity.mfa,
      sourceIps: union(known?.sourceIps, ips),
    });
  }
  return [...found.values()].sort((a, b) => a.first - b.first || (a.id < b.id ? -1 : 1));
}

function nameOf({ type, userName, arn, principalId, accountId }: DirectIdentity): string {
  if (type === 'Root') return accountId ?? principalId ?? '';
  return userName ?? (arn === null ? null : arn.slice(arn.lastIndexOf('/') + 1)) ?? principalId ?? '';
}

function union(before: string[] | undefined, more: string[]): string[] {
  return [...new Set([...(before ?? []), ...more])].sort();
}
