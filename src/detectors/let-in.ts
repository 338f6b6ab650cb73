import type { SceneCaller, TrustUse } from '../model/scene.js';
import type { TrustPrincipal } from '../model/trust.js';
import { lastPart } from './say.js';

/**
 * Whether a session may have been taken by one whom a principal of a trust policy means. A caller of whom only the
 * account is known may be any role or user of it. A service takes a role for its own ends: nobody came in.
 */
export function mayBeMeant(principal: TrustPrincipal, { assumption }: TrustUse): boolean {
  if (assumption === null) return false;
  const { callers, callerAccountId } = assumption;
  switch (principal.kind) {
    case 'anyone':
      return callers.some(isOfAws);
    case 'account':
    case 'root':
      return callerAccountId === principal.accountId && callers.some(isOfAws);
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

function isOfAws({ kind }: SceneCaller): boolean {
  return kind === 'principal' || kind === 'account';
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
