import type { IssuanceName } from '../model/record.js';
import type { SessionKind } from '../model/session.js';

/** Kind of session that an issuance makes; null for one that hands out no credential of its own. */
export function issuedKind(name: IssuanceName): SessionKind | null {
  switch (name) {
    case 'AssumeRole':
    case 'AssumeRoleWithSAML':
    case 'AssumeRoleWithWebIdentity':
    case 'CreateSession':
    case 'SwitchRole':
      return 'assumed-role';
    case 'AssumeRoot':
      return 'assumed-root';
    case 'GetSessionToken':
      return 'session-token';
    case 'GetFederationToken':
      return 'federated-user';
    default:
      return null;
  }
}

/** Kind of session that an identity acts in; null for one that needs no temporary credential. */
export function usedKind(i: {
  type: string;
  accessKeyId: string | null;
  principal: string | null;
  assumedRoot: boolean;
}): SessionKind | null {
  // A hidden caller: nothing says which session it was.
  if (i.accessKeyId === null && i.principal === null) return null;
  if (i.type === 'AssumedRole') return 'assumed-role';
  if (i.type === 'FederatedUser') return 'federated-user';
  if (i.type !== 'Root' && i.type !== 'IAMUser') return null;
  if (i.assumedRoot) return i.type === 'Root' ? 'assumed-root' : null;
  // Long-term keys begin with AKIA. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  return i.accessKeyId?.startsWith('ASIA') ? 'session-token' : null;
}
