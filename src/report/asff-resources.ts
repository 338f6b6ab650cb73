import type { Finding } from '../model/finding.js';
import { bounded } from './finding-about.js';

interface Resource {
  Type: string;
  Id: string;
  Partition: string;
  Region: string;
  ResourceRole: 'Target' | 'Actor';
}

/**
 * The role that it was done with, the account that it was done in, and whoever was behind it.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Resource.html
 */
export function asffResources(finding: Finding, partition: string, region: string): Resource[] {
  const { roleArn, accountId, origin } = finding;
  const found: [type: string, id: string, role: 'Target' | 'Actor'][] = [];
  if (roleArn !== null) found.push(['AwsIamRole', roleArn, 'Target']);
  if (accountId !== null) found.push(['AwsAccount', accountArn(accountId), 'Target']);
  if (origin !== null && origin.kind !== 'unobserved') {
    const { kind, id } = origin;
    const account = origin.accountId;
    if (kind === 'iam-user' && account !== null)
      found.push([
        'AwsIamUser',
        id.startsWith('arn:') ? id : `arn:${partition}:iam::${account}:user/${id}`,
        'Actor',
      ]);
    else if (kind === 'external-account' || kind === 'root')
      found.push(['AwsAccount', accountArn(id), 'Actor']);
    else found.push(['Other', `${kind}:${id}`, 'Actor']);
  }
  const known = new Map(found.map((each) => [each[1], each]));
  // It has to have one.
  if (known.size === 0) known.set('', ['Other', `rolecall:${finding.id}`, 'Target']);
  return [...known.values()].map(([type, id, role]) => ({
    Type: type,
    Id: bounded(id, 512),
    Partition: partition,
    Region: region,
    ResourceRole: role,
  }));
}

/** As Security Hub itself names an account. */
function accountArn(id: string): string {
  return `AWS::::Account:${id}`;
}
