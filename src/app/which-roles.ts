import { type Policy, type RoleMeaning, resolveAccount, roleMeaning } from '../policy/index.js';
import type { Sqlite } from '../store/open.js';
import { roles } from '../store/select-sessions.js';

/** What the words of a question stand for in this store. */
export interface Scope {
  /** Null when no account was named: all. */
  accountIds: string[] | null;
  meaning: RoleMeaning;
  /** Row numbers of the roles meant; null when no role was named: all. */
  issuers: number[] | null;
}

/** @throws RolecallError ACCOUNT_UNKNOWN, ROLE_UNKNOWN */
export function scopeOf(
  store: Sqlite,
  question: { account: string | null; role: string | null; policy: Policy | null },
): Scope {
  const { account, role, policy } = question;
  const meaning = roleMeaning(role, policy);
  const issuers =
    role === null
      ? null
      : roles(store)
          .filter(({ arn }) => meaning.matches(arn))
          .map(({ id }) => id);
  return { accountIds: account === null ? null : resolveAccount(account, policy), meaning, issuers };
}
