/** An IAM principal, as its ARN tells it. */
export interface Principal {
  partition: string;
  accountId: string;
  kind: 'role' | 'user' | 'root' | 'federated-user';
  /** Without path; '' for root. */
  name: string;
  /** With path where the ARN keeps it: `aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef`. */
  fullName: string;
}

const PARTITION = /^aws(?:-[a-z0-9]+)*$/;

/**
 * Reads the ARN of a role, user, root, or of a session in a role (`sts … assumed-role/<name>/<session>`, which
 * stands for its role and has lost the path). Null for anything else.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export function readPrincipal(arn: string): Principal | null {
  const [head, partition = '', service, region, accountId = '', ...rest] = arn.split(':');
  const resource = rest.join(':');
  if (head !== 'arn' || region !== '' || !PARTITION.test(partition)) return null;
  if (resource === 'root' && service === 'iam')
    return { partition, accountId, kind: 'root', name: '', fullName: '' };
  const slash = resource.indexOf('/');
  if (slash === -1) return null;
  const type = resource.slice(0, slash);
  const path = resource.slice(slash + 1);
  if (service === 'sts' && type === 'assumed-role') {
    const name = path.split('/')[0]!;
    return name === '' ? null : { partition, accountId, kind: 'role', name, fullName: name };
  }
  const kind = kindOf(service, type);
  const name = path.slice(path.lastIndexOf('/') + 1);
  return kind === null || name === '' ? null : { partition, accountId, kind, name, fullName: path };
}

function kindOf(service: string | undefined, type: string): Principal['kind'] | null {
  if (service === 'iam' && (type === 'role' || type === 'user')) return type;
  return service === 'sts' && type === 'federated-user' ? type : null;
}
