import type { Trust, TrustPrincipal, TrustWeakness } from '../model/trust.js';
import { isAccountId } from './pattern.js';
import type { Policy } from './policy.js';
import { accountNamed } from './promises.js';
import { isOpen, narrowed, narrowingValues, type WayIn, waysIn } from './trust-condition.js';
import { externalIdKey } from './trust-document.js';
import { federatedWeakness } from './trust-federated.js';
import { type Weak, weak } from './weak.js';

/** The role's own surroundings: what its trust is held against. */
export interface TrustContext {
  /** Account of the role. */
  accountId: string;
  policy: Policy | null;
}

type Standing = 'own' | 'inside' | 'outside' | 'unknown';

const organizationKeys = [
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principalarn',
];

/**
 * Keys that say who may come, or from where. What callers can set for themselves is none: anybody can tag their own
 * role and send any ExternalId.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const whoseKeys = new Set([
  ...organizationKeys,
  'aws:userid',
  'aws:federatedprovider',
  'aws:principalserviceorgid',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:vpcsourceip',
  'saml:sub',
]);

/**
 * Where a trust policy lets in more than it should, in the order of its statements. Services are trusted as they
 * come: whether they act for others than the account (`aws:SourceAccount`) is not looked at.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function weaknessesOf(trust: Trust, context: TrustContext): TrustWeakness[] {
  return waysIn(trust).flatMap((way) =>
    way.statement.principals.flatMap((principal) =>
      weakOf(principal, way, context).map((weak) => ({ ...weak, statement: way.index, principal })),
    ),
  );
}

function weakOf(principal: TrustPrincipal, way: WayIn, context: TrustContext): Weak[] {
  switch (principal.kind) {
    case 'anyone':
      return weakAnyone(way, context);
    case 'federated':
      return federatedWeakness(principal.value, way);
    case 'service':
    case 'deleted':
    case 'unknown':
      return [];
    default:
      return weakAccount(principal, way, context);
  }
}

function weakAnyone(way: WayIn, context: TrustContext): Weak[] {
  const { except } = way.statement;
  const who = except.length === 0 ? 'anybody with an AWS account' : 'everybody but those named';
  if (narrowed(way, (key) => whoseKeys.has(key) || key.endsWith(':sub'))) return weakNamed(way, context);
  if (narrowed(way, isExternalId)) {
    return [weak('anyone', 'high', `${who} who knows the ExternalId may assume it`)];
  }
  return [weak('anyone', 'critical', `${who} may assume it: no condition says who`)];
}

/** A condition that names accounts or ARNs lets in those as a principal would. */
function weakNamed(way: WayIn, context: TrustContext): Weak[] {
  if (narrowed(way, (key) => key.startsWith('aws:principalorg'))) return [];
  const accounts = narrowingValues(way, 'aws:principalaccount');
  const arns = narrowingValues(way, 'aws:principalarn').map((arn) => arn.split(':')[4] ?? '');
  const ids = new Set([...accounts, ...arns].filter(isAccountId));
  return [...ids].flatMap((accountId) =>
    weakAccount({ kind: 'role', value: accountId, accountId }, way, context),
  );
}

function weakAccount(principal: TrustPrincipal, way: WayIn, context: TrustContext): Weak[] {
  const { kind, accountId } = principal;
  if (accountId === null) return [];
  const standing = standingOf(accountId, context);
  const everybody = (kind === 'account' || kind === 'root') && isOpen(way);
  const account = accountText(accountId, standing, context);
  if (standing === 'own') {
    const says = `everybody in its own account whom IAM allows it may assume it`;
    return everybody ? [weak('whole-account', 'info', says)] : [];
  }
  const found: Weak[] = [];
  if (everybody) {
    const severity = standing === 'outside' ? 'high' : 'medium';
    found.push(
      weak('whole-account', severity, `everybody in ${account} may assume it, without any condition`),
    );
  }
  if (standing === 'outside') {
    const says = `${account} may assume it without sts:ExternalId`;
    if (!narrowed(way, isExternalId)) found.push(weak('outside-without-external-id', 'high', says));
  } else if (!everybody && !isTied(way, standing)) {
    const says = `nothing ties ${account} to the organization: no aws:PrincipalOrgID, aws:PrincipalAccount or the like`;
    found.push(weak('no-organization-condition', 'low', says));
  }
  return found;
}

/** An account nobody knows, but with an ExternalId, is a vendor's: it has an organization of its own. */
function isTied(way: WayIn, standing: Standing): boolean {
  return (
    narrowed(way, (key) => organizationKeys.includes(key)) ||
    (standing === 'unknown' && narrowed(way, isExternalId))
  );
}

function standingOf(id: string, { accountId, policy }: TrustContext): Standing {
  if (id === accountId) return 'own';
  const named = accountNamed(policy, id);
  if (named !== null) return named.external ? 'outside' : 'inside';
  // Without a list of accounts everybody would be outside.
  return policy === null || policy.accounts.length === 0 ? 'unknown' : 'outside';
}

function accountText(id: string, standing: Standing, { policy }: TrustContext): string {
  const alias = accountNamed(policy, id)?.alias;
  if (alias !== undefined) return standing === 'outside' ? `${alias} (${id}, external)` : `${alias} (${id})`;
  return standing === 'outside' ? `${id}, an account that the policy does not name,` : `account ${id}`;
}

function isExternalId(key: string): boolean {
  return key === externalIdKey;
}
