import { RolecallError } from '../errors.js';
import type { AccountNames } from '../model/answers.js';
import { compileGlob } from './glob.js';
import { nearest } from './nearest.js';
import { isAccountId } from './pattern.js';
import type { Policy } from './policy.js';

const idsByAlias = new WeakMap<Policy, Map<string, string>>();

/** The id behind an alias; undefined when the policy names no such account. */
export function accountId(alias: string, policy: Policy): string | undefined {
  let ids = idsByAlias.get(policy);
  if (ids === undefined) {
    ids = new Map(policy.accounts.map((account) => [account.alias, account.id]));
    idsByAlias.set(policy, ids);
  }
  return ids.get(alias);
}

/** Names for account ids: the policy's alias, else the id itself; null stays null. */
export function accountNames(policy: Policy | null): AccountNames {
  const aliases = new Map(policy?.accounts.map((account) => [account.id, account.alias]));
  return (id) => (id === null ? null : (aliases.get(id) ?? id));
}

/**
 * The accounts that a text means: an alias, a 12-digit id (known or not), a glob over aliases (`prod-*`, `*`),
 * or `env:prod`.
 * @returns 12-digit ids, at least one, in the policy's order
 * @throws RolecallError ACCOUNT_UNKNOWN when it means none, naming the nearest aliases
 */
export function resolveAccount(text: string, policy: Policy | null): string[] {
  if (isAccountId(text)) return [text];
  if (policy === null) {
    throw new RolecallError(
      'ACCOUNT_UNKNOWN',
      `${JSON.stringify(text)} is not an account id, and there is no policy to give accounts names`,
    );
  }
  const ids = accountsMeant(text, policy);
  if (ids.length > 0) return ids;
  throw new RolecallError(
    'ACCOUNT_UNKNOWN',
    `no account is called ${JSON.stringify(text)}${suggestion(text, policy)}`,
  );
}

function accountsMeant(text: string, policy: Policy): string[] {
  const env = text.startsWith('env:') ? text.slice('env:'.length) : null;
  const matches = compileGlob(text);
  return policy.accounts
    .filter((account) => (env === null ? matches(account.alias) : account.env === env))
    .map((account) => account.id);
}

function suggestion(text: string, policy: Policy): string {
  const names = [
    ...policy.accounts.map((account) => account.alias),
    ...policy.accounts.flatMap((account) => (account.env === null ? [] : [`env:${account.env}`])),
  ];
  const near = nearest(text, new Set(names), 3);
  if (near.length > 0) return `; did you mean ${near.join(', ')}?`;
  const listed = policy.accounts.slice(0, 10).map((account) => account.alias);
  return listed.length === 0 ? `: ${policy.file} names none` : `; ${policy.file} names ${listed.join(', ')}`;
}
