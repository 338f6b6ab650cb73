import type { RoleTrust, TrustReview } from '../model/trust-review.js';
import { type Policy, resolveAccount, roleMeaning } from '../policy/index.js';
import { trustOf } from '../policy/trust-document.js';
import { type ShownTrust, touches, trustedSpans, trustPeriods } from '../policy/trust-history.js';
import { weaknessesOf } from '../policy/trust-weakness.js';
import { allChanges } from '../store/iam.js';
import type { Sqlite } from '../store/open.js';
import { roles } from '../store/select-sessions.js';
import { snapshotRoles, snapshots } from '../store/snapshots.js';
import { type RoleName, roleKey, roleNameOf } from './admin-roles.js';

export interface TrustQuestion {
  /** Alias, id, glob over aliases or `env:<name>`; null: every account. */
  account: string | null;
  /** Name from the policy, role name, glob or ARN; null: every role. */
  role: string | null;
  /** Only roles with a weakness beyond `info`, and of them what is weak. */
  weak: boolean;
}

/**
 * Whom roles trust, when, and where that is more than it should be: by exports of IAM and by records of changes.
 * @param window null: any time
 * @throws RolecallError ACCOUNT_UNKNOWN, ROLE_UNKNOWN
 */
export function trustReview(
  store: Sqlite,
  policy: Policy | null,
  window: { from: number; to: number } | null,
  { account, role, weak }: TrustQuestion = { account: null, role: null, weak: false },
): TrustReview {
  const accounts = account === null ? null : resolveAccount(account, policy);
  const meaning = roleMeaning(role, policy);
  const known = evidenceOf(store);
  const arns = arnsOf(store);
  const found: RoleTrust[] = [];
  for (const [key, { accountId, name, arn, changes, shown }] of known.roles) {
    if (accounts?.includes(accountId) === false) continue;
    const told = arn ?? arns.get(key) ?? `arn:aws:iam::${accountId}:role/${name}`;
    if (role !== null && !meaning.matches(told)) continue;
    const all = trustPeriods(changes, shown);
    const periods = all
      .filter((period) => touches(period, window))
      .map((period) => {
        const trust = trustOf(period.document);
        return { ...period, weaknesses: trust === null ? [] : weaknessesOf(trust, { accountId, policy }) };
      });
    if (periods.length === 0) continue;
    if (weak && periods.every(({ weaknesses }) => weaknesses.every(({ severity }) => severity === 'info')))
      continue;
    const trusted = trustedSpans(all, accountId).filter((span) => touches(span, window));
    found.push({ accountId, name, arn: told, periods, trusted });
  }
  return {
    roles: found.sort((a, b) => (roleKey(a) < roleKey(b) ? -1 : 1)),
    exports: known.exports,
    changes: known.changes,
    incomplete: known.incomplete,
  };
}

interface Known extends RoleName {
  arn: string | null;
  changes: ReturnType<typeof allChanges>;
  shown: ShownTrust[];
}

function evidenceOf(store: Sqlite) {
  const found = new Map<string, Known>();
  const at = ({ accountId, name }: RoleName): Known => {
    const key = roleKey({ accountId, name });
    const known = found.get(key) ?? { accountId, name, arn: null, changes: [], shown: [] };
    found.set(key, known);
    return known;
  };
  const changes = allChanges(store, 'role').filter(({ change }) =>
    ['create', 'trust', 'delete'].includes(change),
  );
  for (const change of changes) at(change).changes.push(change);
  const inSnapshot = new Map<number, Set<string>>();
  for (const { snapshot, arn, accountId, name, createdAt, trust } of snapshotRoles(store)) {
    const known = at({ accountId, name });
    known.arn = arn;
    known.shown.push({ at: snapshot.takenAt, name: snapshot.name, gone: false, createdAt, document: trust });
    const names = inSnapshot.get(snapshot.id) ?? new Set();
    inSnapshot.set(snapshot.id, names.add(name));
  }
  const all = snapshots(store);
  for (const known of found.values()) {
    // A whole export that does not have the role says that it was not there.
    const without = all.filter(
      ({ id, accountId, complete }) =>
        complete && accountId === known.accountId && inSnapshot.get(id)?.has(known.name) !== true,
    );
    const gone = without.map(({ takenAt, name }) => ({
      at: takenAt,
      name,
      gone: true,
      createdAt: null,
      document: null,
    }));
    known.shown = [...known.shown, ...gone].sort((a, b) => a.at - b.at);
  }
  return {
    roles: found,
    exports: all.length,
    changes: changes.length,
    incomplete: all.filter(({ complete }) => !complete).map(({ name }) => name),
  };
}

/** The longest ARN of a role has its path. */
function arnsOf(store: Sqlite): Map<string, string> {
  const found = new Map<string, string>();
  for (const { arn } of roles(store)) {
    const name = roleNameOf(arn);
    if (name === null) continue;
    const key = roleKey(name);
    const known = found.get(key) ?? '';
    if (arn.length > known.length || (arn.length === known.length && arn < known)) found.set(key, arn);
  }
  return found;
}
