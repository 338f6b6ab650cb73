import { matchAccount, matchRole } from './match.js';
import { isFault, parsePattern } from './pattern.js';
import type { Policy, PolicyAccount, RolePromise } from './policy.js';

/** What the policy promises about a role, in the order of the file: a role may be meant by several names. */
export function promisesOf(policy: Policy | null, roleArn: string | null): RolePromise[] {
  if (policy === null || roleArn === null) return [];
  return policy.roles.filter((role) => role.match.some((pattern) => matchRole(pattern, roleArn, policy)));
}

/** The account as the policy knows it. */
export function accountNamed(policy: Policy | null, id: string | null): PolicyAccount | null {
  return policy?.accounts.find((account) => account.id === id) ?? null;
}

/** What a principal pattern says about somebody of whom only the account is known. */
export function matchAccountOnly(
  pattern: string,
  id: string,
  policy: Policy | null,
): 'all' | 'some' | 'none' {
  const parsed = parsePattern(pattern);
  if (isFault(parsed)) return 'none';
  if (!matchAccount(pattern, id, policy)) return 'none';
  return parsed.kind === 'any' ? 'all' : 'some';
}
