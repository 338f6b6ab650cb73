import type { SceneCaller, TrustUse } from '../model/scene.js';
import type { Trust, TrustPrincipal } from '../model/trust.js';
import { lastPart } from './say.js';

/** Principals that a trust policy lets in; however often it names one, once. */
export function letIn(trust: Trust): TrustPrincipal[] {
  const allowed = trust.statements.filter(({ effect }) => effect === 'Allow');
  const principals = allowed.flatMap((statement) => statement.principals);
  return [...new Map(principals.map((principal) => [principalKey(principal), principal])).values()];
}

/** Principals that a trust policy lets in and the one before it did not. */
export function newlyLetIn(trust: Trust, before: Trust | null): TrustPrincipal[] {
  const known = new Set(before === null ? [] : letIn(before).map(principalKey));
  return letIn(trust).filter((principal) => !known.has(principalKey(principal)));
}

/** An account's id and the ARN of its root mean the same: everybody in it. */
export function principalKey({ kind, value, accountId }: TrustPrincipal): string {
  return kind === 'account' || kind === 'root' ? `account ${accountId}` : value;
}

/**
 * Whether a session may have been taken by one whom a principal means. A caller of whom only the account is known may
 * be any role or user of it.
 * @param roleAccount account of the role: what is open to anyone is open to others
 */
export function mayBeMeant(principal: TrustPrincipal, use: TrustUse, roleAccount: string | null): boolean {
  const { assumption } = use;
  if (assumption === null || use.session.origin.kind === 'aws-service') return false;
  const { callers, callerAccountId } = assumption;
  switch (principal.kind) {
    case 'anyone':
      return callerAccountId !== null && callerAccountId !== roleAccount;
    case 'account':
    case 'root':
      return callerAccountId === principal.accountId && callers.some(({ kind }) => kind !== 'federated');
    case 'federated':
      return callers.some((caller) => caller.kind === 'federated' && isProvider(caller, principal.value));
    case 'role':
    case 'user':
    case 'session':
      return callers.some((caller) => isNamed(caller, principal));
    default:
      return false;
  }
}

function isNamed(caller: SceneCaller, { kind, value, accountId }: TrustPrincipal): boolean {
  if (caller.kind === 'account') return caller.accountId === accountId;
  if (caller.kind !== 'principal') return false;
  const [, , , , account, resource = ''] = caller.arn.split(':');
  if (account !== accountId) return false;
  // `assumed-role/<role>/<session>` names the role in its middle; paths are not in every record.
  const name = kind === 'session' ? value.split('/')[1] : lastPart(value);
  return resource.startsWith(kind === 'user' ? 'user/' : 'role/') && lastPart(resource) === name;
}

/** A policy names a provider by its ARN, a record sometimes by its address alone. */
function isProvider(caller: SceneCaller & { kind: 'federated' }, value: string): boolean {
  const told = caller.origin.detail;
  return (
    told !== null && (told === value || value.endsWith(`:oidc-provider/${told.replace(/^https:\/\//, '')}`))
  );
}
