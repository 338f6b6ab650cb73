import type { Exposure } from '../model/iam.js';
import type { Call } from '../model/identity.js';
import { entries, type Fields, fields, flag, told } from './fields.js';
import { listOf, policyOf } from './policy-document.js';
import { isPublic } from './public-statement.js';
import { isService } from './service.js';
import { s3Arn } from './targets.js';

/** Null when the call exposes nothing after all. */
type Reader = (request: Fields, call: Call) => Exposure | null;

/** Recipients kept of one call. */
const mostRecipients = 100;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
const cannedAcls: Readonly<Record<string, string>> = {
  'public-read': '*',
  'public-read-write': '*',
  'authenticated-read': 'authenticated',
};
const everybody = /groups\/global\/AllUsers\b/;
const everyAccount = /groups\/global\/AuthenticatedUsers\b/;

function acl(request: Fields, call: Call): Exposure | null {
  const policy = fields(request.AccessControlPolicy ?? request.accessControlPolicy);
  const list = fields(policy.AccessControlList ?? policy.accessControlList);
  const to = [...headerGrants(request), ...headerGrants(fields(request.accessControlList))];
  for (const entry of listOf(list.Grant ?? list.grant).slice(0, mostRecipients)) {
    const grant = fields(entry);
    const grantee = fields(grant.Grantee ?? grant.grantee);
    to.push(...groupsIn(grantee.URI ?? grantee.uri));
  }
  return exposure('s3-acl', s3Arn(request, call), to);
}

/** What the headers `x-amz-acl` and `x-amz-grant-…` of a request grant. */
function headerGrants(request: Fields): string[] {
  const canned = listOf(request['x-amz-acl']).flatMap((value) =>
    typeof value === 'string' && Object.hasOwn(cannedAcls, value) ? [cannedAcls[value]!] : [],
  );
  const granted = grantHeaders.flatMap((header) => listOf(request[header]).flatMap(groupsIn));
  return [...canned, ...granted];
}

const grantHeaders = ['full-control', 'read', 'read-acp', 'write', 'write-acp'].map(
  (right) => `x-amz-grant-${right}`,
);

function groupsIn(value: unknown): string[] {
  const text = told(value) ?? '';
  return [...(everybody.test(text) ? ['*'] : []), ...(everyAccount.test(text) ? ['authenticated'] : [])];
}

/** The policy is an object, or text in either of two places. */
function bucketPolicy(request: Fields, call: Call): Exposure | null {
  const open = [request.bucketPolicy, request.policy].some((document) => isPublic(policyOf(document)));
  return exposure('s3-policy', s3Arn(request, call), open ? ['*'] : []);
}

/** Nobody is let in by this alone: it takes away what would keep everybody out. */
function blockLifted(request: Fields, call: Call): Exposure {
  return { what: 's3-public-access-block', resource: s3Arn(request, call), to: [] };
}

function blockSet(request: Fields, call: Call): Exposure | null {
  const settings = fields(request.PublicAccessBlockConfiguration ?? request.publicAccessBlockConfiguration);
  return Object.values(settings).some((value) => flag(value) === false) ? blockLifted(request, call) : null;
}

/** EC2 lists whom it adds: `{"createVolumePermission":{"add":{"items":[{"group":"all"},{"userId":"…"}]}}}`. */
function shared(what: Exposure['what'], permission: string, id: string): Reader {
  return (request, call) => {
    const { items } = fields(fields(request[permission]).add);
    const to = entries(items, mostRecipients).flatMap((entry) => {
      const { group, userId } = fields(entry);
      return group === 'all' ? ['*'] : accountIn(userId, call);
    });
    return exposure(what, told(request[id]), to);
  };
}

/** RDS adds to the attribute `restore`. */
function restorable(id: string): Reader {
  return (request, call) => {
    if (request.attributeName !== 'restore') return null;
    const to = entries(request.valuesToAdd, mostRecipients).flatMap((value) =>
      value === 'all' ? ['*'] : accountIn(value, call),
    );
    return exposure('snapshot', told(request[id]), to);
  };
}

/** An account id other than the owner's. */
function accountIn(value: unknown, call: Call): string[] {
  const other = typeof value === 'string' && /^\d{12}$/.test(value) && value !== call.recipientAccountId;
  return other ? [value] : [];
}

function exposure(what: Exposure['what'], resource: string | null, to: string[]): Exposure | null {
  return to.length === 0 ? null : { what, resource, to: [...new Set(to)].sort() };
}

const readers = new Map<string, readonly [service: string, read: Reader]>([
  ['CreateBucket', ['s3', acl]],
  ['PutBucketAcl', ['s3', acl]],
  ['PutObject', ['s3', acl]],
  ['CopyObject', ['s3', acl]],
  ['CreateMultipartUpload', ['s3', acl]],
  ['PutObjectAcl', ['s3', acl]],
  ['PutBucketPolicy', ['s3', bucketPolicy]],
  ['PutPublicAccessBlock', ['s3', blockSet]],
  ['PutBucketPublicAccessBlock', ['s3', blockSet]],
  ['PutAccountPublicAccessBlock', ['s3', blockSet]],
  ['DeletePublicAccessBlock', ['s3', blockLifted]],
  ['DeleteBucketPublicAccessBlock', ['s3', blockLifted]],
  ['DeleteAccountPublicAccessBlock', ['s3', blockLifted]],
  ['ModifySnapshotAttribute', ['ec2', shared('snapshot', 'createVolumePermission', 'snapshotId')]],
  ['ModifyImageAttribute', ['ec2', shared('image', 'launchPermission', 'imageId')]],
  ['ModifyDBSnapshotAttribute', ['rds', restorable('dBSnapshotIdentifier')]],
  ['ModifyDBClusterSnapshotAttribute', ['rds', restorable('dBClusterSnapshotIdentifier')]],
]);

/** Service and name of every call that may show something to others. */
export const exposingCalls: readonly (readonly [service: string, name: string])[] = [...readers].map(
  ([name, [service]]) => [service, name],
);

/** What a successful call shows to others; null for any other record. */
export function readExposure(record: Fields, call: Call): Exposure | null {
  const found = readers.get(call.eventName);
  if (found === undefined || call.errorCode !== null || call.eventType === 'AwsVpceEvent') return null;
  const [service, read] = found;
  return isService(call.eventSource, service) ? read(fields(record.requestParameters), call) : null;
}
