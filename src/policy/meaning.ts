import { RolecallError } from '../errors.js';
import { accountId } from './accounts.js';
import { builtInRoles } from './built-in-roles.js';
import { matchRole } from './match.js';
import { nearest } from './nearest.js';
import { isAccountId, isFault, parsePattern } from './pattern.js';
import type { Policy } from './policy.js';
import { readPrincipal } from './principal.js';

/** What a role's name in a question stands for, and who said so. */
export interface RoleMeaning {
  /** The name stands for administrators: roles whose permissions show it belong to it, too. */
  isAdmin: boolean;
  /** Role patterns, as given or written; `matches` is true when one of them matches. */
  patterns: string[];
  from: 'policy' | 'built-in' | 'given';
  matches(roleArn: string): boolean;
  /** The first pattern that matches; null when none does. */
  pattern(roleArn: string): string | null;
}

/**
 * What `--role <text>` stands for: the policy's role of that name; else a built-in list (`admin`);
 * else the text itself as role name, glob, `account:role/name` or ARN. Null means every role.
 * @throws RolecallError ROLE_UNKNOWN when the text can be no role at all
 */
export function roleMeaning(text: string | null, policy: Policy | null): RoleMeaning {
  if (text === null) return meaning(['*:role/*'], 'given', policy);
  const isAdmin = text === 'admin';
  const promised = policy?.roles.find((role) => role.name === text);
  if (promised !== undefined) return meaning([...promised.match], 'policy', policy, isAdmin);
  const builtIn = builtInRoles.get(text);
  if (builtIn !== undefined)
    return meaning(
      builtIn.map((entry) => entry.pattern),
      'built-in',
      policy,
      isAdmin,
    );
  return meaning([givenPattern(text, policy)], 'given', policy);
}

function meaning(
  patterns: string[],
  from: RoleMeaning['from'],
  policy: Policy | null,
  isAdmin = false,
): RoleMeaning {
  const pattern = (roleArn: string) => patterns.find((each) => matchRole(each, roleArn, policy)) ?? null;
  return { isAdmin, patterns, from, pattern, matches: (roleArn) => pattern(roleArn) !== null };
}

function givenPattern(text: string, policy: Policy | null): string {
  const session = text.startsWith('arn:') ? readPrincipal(text) : null;
  if (session?.kind === 'role' && text.split(':')[2] === 'sts') {
    return `arn:${session.partition}:iam::${session.accountId}:role/${session.name}`;
  }
  const pattern = text.includes(':') ? text : `*:role/${text.replace(/^\/?(?:role\/)?/, '')}`;
  const parsed = parsePattern(pattern);
  if (isFault(parsed)) {
    throw new RolecallError(
      'ROLE_UNKNOWN',
      `${JSON.stringify(text)} is no role: ${parsed.fault} (${parsed.remedy})`,
    );
  }
  if (parsed.kind !== 'role') {
    throw new RolecallError(
      'ROLE_UNKNOWN',
      `${JSON.stringify(text)} is no role (name, glob, account:role/name or ARN)`,
    );
  }
  const { account } = parsed;
  if (
    !isAccountId(account) &&
    !/[*?]/.test(account) &&
    (policy === null || accountId(account, policy) === undefined)
  ) {
    const near = nearest(account, policy?.accounts.map((known) => known.alias) ?? []);
    const hint = near.length > 0 ? `; did you mean ${near[0]}?` : '';
    throw new RolecallError(
      'ACCOUNT_UNKNOWN',
      `no account is called ${JSON.stringify(account)} in ${JSON.stringify(text)}${hint}`,
    );
  }
  return pattern;
}
