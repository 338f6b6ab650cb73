import { accountId } from './accounts.js';
import { compileGlob, type Matcher } from './glob.js';
import { isAccountId, isFault, type PrincipalPattern, parsePattern } from './pattern.js';
import type { Policy } from './policy.js';
import { type Principal, readPrincipal } from './principal.js';

interface CompiledPattern {
  pattern: PrincipalPattern;
  partition: Matcher;
  account: Matcher;
  name: Matcher;
}

// Patterns come from a policy or a command line: few. The bound only keeps a long-running watch from growing.
const MAX_COMPILED = 5000;
const compiled = new Map<string, CompiledPattern | null>();

/**
 * True when the role is one that the pattern means: `prod:role/deploy-*`, `*:role/Admin`,
 * `222222222222:role/team/deploy` (with its path), or an ARN with wildcards. A name without `/` ignores the path,
 * because role names are unique in an account. `*` crosses `/`, never `:`; case counts, as in IAM.
 * Never throws: text that is no pattern, an alias that the policy does not know, and text that is no ARN match nothing.
 * @param roleArn ARN of a role, or of a session in it
 */
export function matchRole(pattern: string, roleArn: string, policy: Policy | null): boolean {
  const principal = readPrincipal(roleArn);
  return principal !== null && principal.kind === 'role' && matchesPrincipal(pattern, principal, policy);
}

/**
 * The same for any IAM principal: roles, users, root, and an account alone, which means everybody in it.
 * @param arn ARN of a role, a session in it, a user, a federated user or root
 */
export function matchPrincipal(pattern: string, arn: string, policy: Policy | null): boolean {
  const principal = readPrincipal(arn);
  return principal !== null && matchesPrincipal(pattern, principal, policy);
}

function matchesPrincipal(text: string, principal: Principal, policy: Policy | null): boolean {
  const found = compile(text);
  if (found === null) return false;
  const { pattern } = found;
  return (
    (pattern.kind === 'any' || pattern.kind === principal.kind) &&
    matchesAccount(found, principal.accountId, policy) &&
    found.partition(principal.partition) &&
    found.name(pattern.name.includes('/') ? principal.fullName : principal.name)
  );
}

/**
 * True when the account of a principal pattern, or an account alone, is this one. Never throws.
 * @param id 12 digits
 */
export function matchAccount(pattern: string, id: string, policy: Policy | null): boolean {
  const found = compile(pattern);
  return found !== null && matchesAccount(found, id, policy);
}

function matchesAccount(found: CompiledPattern, id: string, policy: Policy | null): boolean {
  const { account } = found.pattern;
  if (isAccountId(account) || /[*?]/.test(account)) return found.account(id);
  return policy !== null && accountId(account, policy) === id;
}

function compile(text: string): CompiledPattern | null {
  let found = compiled.get(text);
  if (found === undefined) {
    const pattern = parsePattern(text);
    found = isFault(pattern)
      ? null
      : {
          pattern,
          partition: compileGlob(pattern.partition),
          account: compileGlob(pattern.account),
          name: compileGlob(pattern.name),
        };
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(text, found);
  }
  return found;
}
