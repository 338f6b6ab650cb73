import { longestText } from './fields.js';

/** Partitions are `aws`, `aws-cn`, `aws-us-gov` and others of that shape. */
const role = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[!-~]+$/;
const roleSession = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/s;
const anyOfAccount = /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):./s;
const account = /^\d{12}$/;

/** What the ARN of a role session tells. The role's path is not in it. */
export interface RoleSessionArn {
  roleArn: string;
  accountId: string;
  sessionName: string;
}

/** The ARN when it is a whole role ARN, else null: old records have a bare role name in its place. */
export function roleArnOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= longestText && role.test(value) ? value : null;
}

/** Parts of `arn:aws:sts::<account>:assumed-role/<role>/<session>`, or null. */
export function roleSessionOf(arn: unknown): RoleSessionArn | null {
  const found = typeof arn === 'string' && arn.length <= longestText ? roleSession.exec(arn) : null;
  if (found === null) return null;
  const [, partition, accountId, name, sessionName] = found as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  const roleArn = roleArnOf(`arn:${partition}:iam::${accountId}:role/${name}`);
  return roleArn === null ? null : { roleArn, accountId, sessionName };
}

/** The account id in an ARN, or the value itself when it is an account id, else null. */
export function accountOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > longestText) return null;
  return account.test(value) ? value : (anyOfAccount.exec(value)?.[1] ?? null);
}

/** What follows the fifth colon: `assumed-role/admin/bob`, `user/bob`, `root`; empty when it is no ARN. */
export function resourceOf(arn: string): string {
  let at = -1;
  for (let colons = 0; colons < 5; colons++) {
    at = arn.indexOf(':', at + 1);
    if (at < 0) return '';
  }
  return arn.startsWith('arn:') ? arn.slice(at + 1) : '';
}

/** Partition of a region. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
