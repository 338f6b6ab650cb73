import { rootArn } from '../model/arn.js';
import type { PatternUse, PolicyCheck } from '../model/policy-check.js';
import { matchPrincipal, matchRole, type Policy } from '../policy/index.js';
import { directIdentities } from '../store/access.js';
import { latestTime } from '../store/event-key.js';
import type { Sqlite } from '../store/open.js';
import { roles } from '../store/select-sessions.js';

/** Examples kept for one pattern. */
const most = 3;

/**
 * What each pattern of a sound policy means among the roles and users in the store: one that means nothing is
 * perhaps misspelt, one that means much is perhaps too wide.
 * @param store null: there is none yet, and nothing can be told
 */
export function checkPolicy(policy: Policy, store: Sqlite | null): PolicyCheck {
  const roleArns = store === null ? [] : [...new Set(roles(store).map(({ arn }) => arn))].sort();
  const arns = store === null ? [] : [...new Set([...roleArns, ...userArns(store)])].sort();
  const use = (key: string, pattern: string, found: string[]): PatternUse => ({
    key,
    pattern,
    matches: found.length,
    outside: policy.accounts.some(
      ({ alias, id, external }) => external && [alias, id].includes(pattern.split(':', 1)[0]!),
    ),
    examples: found.slice(0, most),
  });
  const ofRole = (key: string) => (pattern: string) =>
    use(
      key,
      pattern,
      roleArns.filter((arn) => matchRole(pattern, arn, policy)),
    );
  const ofPrincipal = (key: string) => (pattern: string) =>
    use(
      key,
      pattern,
      arns.filter((arn) => matchPrincipal(pattern, arn, policy)),
    );
  return {
    file: policy.file,
    accounts: policy.accounts.length,
    roles: policy.roles.length,
    detectors: policy.detectors.length,
    store: store !== null,
    patterns: [
      ...policy.roles.flatMap(({ name, match, callers }) => [
        ...match.map(ofRole(`roles.${name}.match`)),
        ...(callers ?? []).map(ofPrincipal(`roles.${name}.callers`)),
      ]),
      ...policy.breakGlass.map(ofPrincipal('breakGlass')),
      ...policy.never.flatMap(({ from, to }) => [ofPrincipal('never.from')(from), ofRole('never.to')(to)]),
    ],
  };
}

/** IAM users and root, as far as they acted. */
function userArns(store: Sqlite): string[] {
  return directIdentities(store, null, 0, latestTime).flatMap(({ type, arn, accountId }) => {
    if (type === 'Root') return accountId === null ? [] : [rootArn(accountId)];
    return arn ?? [];
  });
}
