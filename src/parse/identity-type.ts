import { resourceOf } from './arn.js';

/**
 * `userIdentity.type` of a record that leaves it out, from the shape of its other fields.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function inferType(
  arn: string | null,
  principalId: string | null,
  accountId: string | null,
  invokedBy: string | null,
): string {
  if (arn !== null) {
    const resource = resourceOf(arn);
    if (resource.startsWith('assumed-role/')) return 'AssumedRole';
    if (resource.startsWith('user/')) return 'IAMUser';
    if (resource.startsWith('federated-user/')) return 'FederatedUser';
    if (resource === 'root') return 'Root';
  }
  if (principalId !== null) {
    if (/^AROA[0-9A-Z]+:/.test(principalId)) return 'AssumedRole';
    if (/^AIDA[0-9A-Z]+$/.test(principalId)) return 'IAMUser';
  }
  if (arn !== null) return 'Unknown';
  if (principalId === null) return invokedBy === null ? 'Unknown' : 'AWSService';
  return accountId === null ? 'Unknown' : 'AWSAccount';
}
