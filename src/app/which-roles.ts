import type { AdminBy } from '../model/session.js';
import { type Policy, type RoleMeaning, resolveAccount, roleMeaning } from '../policy/index.js';
import type { Sqlite } from '../store/open.js';
import { roles } from '../store/select-sessions.js';
import { permissionSnapshots } from '../store/snapshots.js';
import { adminBy } from './admin-by.js';
import { AdminRoles, roleNameOf } from './admin-roles.js';

type Span = { from: number; to: number };

/** What the words of a question stand for in this store. */
export interface Scope {
  /** Null when no account was named: all. */
  accountIds: string[] | null;
  meaning: RoleMeaning;
  /** Row numbers of the roles meant; null when no role was named: all. */
  issuers: number[] | null;
  /** ARNs of roles that were administrators at some moment asked about, by evidence; null when that was not asked. */
  byEvidence: string[] | null;
  /** Whether a session of a role belongs to the answer, and why, when the question is about administrators. */
  ground(roleArn: string | null, part: Span): { belongs: boolean; adminBy: AdminBy | null };
}

/**
 * @param window null: any time
 * @throws RolecallError ACCOUNT_UNKNOWN, ROLE_UNKNOWN
 */
export function scopeOf(
  store: Sqlite,
  question: { account: string | null; role: string | null; policy: Policy | null; window: Span | null },
): Scope {
  const { account, role, policy, window } = question;
  const meaning = roleMeaning(role, policy);
  const accountIds = account === null ? null : resolveAccount(account, policy);
  if (role === null || !meaning.isAdmin) {
    const issuers = role === null ? null : named(store, meaning);
    return {
      accountIds,
      meaning,
      issuers,
      byEvidence: null,
      ground: () => ({ belongs: true, adminBy: null }),
    };
  }
  const admins = new AdminRoles(store, permissionSnapshots(store));
  const { from, to } = window ?? { from: -Infinity, to: Infinity };
  const shown = roles(store).filter(({ arn }) => {
    const name = roleNameOf(arn);
    if (name === null || accountIds?.includes(name.accountId) === false) return false;
    return admins.within(name, from, to).some(({ admin }) => admin);
  });
  return {
    accountIds,
    meaning,
    issuers: [...new Set([...named(store, meaning), ...shown.map(({ id }) => id)])],
    byEvidence: [...new Set(shown.map(({ arn }) => arn))].sort(),
    ground(roleArn, part) {
      const found = adminBy(roleArn, part, meaning, admins);
      return { belongs: found !== null, adminBy: found };
    },
  };
}

function named(store: Sqlite, meaning: RoleMeaning): number[] {
  return roles(store)
    .filter(({ arn }) => meaning.matches(arn))
    .map(({ id }) => id);
}
