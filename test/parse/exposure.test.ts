import { describe, expect, it } from 'vitest';
import type { Exposure } from '../../src/model/iam.js';
import { type Json, plainRecord, read } from './records.js';

const bucketName = 'acme-shop-pictures';
const bucket = `arn:aws:s3:::${bucketName}`;
const group = (name: string) => `http://acs.amazonaws.com/groups/global/${name}`;

function exposure(eventName: string, requestParameters: unknown, more: Json = {}): Exposure | null {
  return read(plainRecord({ eventName, requestParameters, ...more })).exposure;
}

function granting(...uris: unknown[]): Json {
  const Grant = uris.map((URI) => ({ Grantee: { 'xsi:type': 'Group', URI }, Permission: 'READ' }));
  return { bucketName, acl: [''], AccessControlPolicy: { AccessControlList: { Grant } } };
}

function bucketPolicy(statement: Json): Exposure | null {
  return exposure('PutBucketPolicy', { bucketName, bucketPolicy: { Statement: [statement] }, policy: '' });
}

const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${bucket}/*` };

describe('an ACL', () => {
  it.each([
    ['public-read', ['*']],
    ['public-read-write', ['*']],
    ['authenticated-read', ['authenticated']],
  ])('that is canned as %s exposes', (acl, to) => {
    const expected = { what: 's3-acl', resource: bucket, to };
    for (const eventName of ['PutBucketAcl', 'CreateBucket', 'PutObject', 'PutObjectAcl', 'CopyObject'])
      for (const given of [acl, [acl]])
        expect(exposure(eventName, { bucketName, 'x-amz-acl': given })).toEqual(expected);
  });

  it('of an object names the object', () => {
    const request = { bucketName, key: 'a b/c.png', 'x-amz-acl': 'public-read' };
    expect(exposure('PutObjectAcl', request)?.resource).toBe(`${bucket}/a b/c.png`);
  });

  it('that grants something to a group of everybody exposes', () => {
    expect(exposure('PutBucketAcl', granting(group('AllUsers')))?.to).toEqual(['*']);
    expect(exposure('PutBucketAcl', granting(group('AuthenticatedUsers'), group('AllUsers')))?.to).toEqual([
      '*',
      'authenticated',
    ]);
    const one = {
      accessControlPolicy: { accessControlList: { grant: { grantee: { uri: group('AllUsers') } } } },
    };
    expect(exposure('PutBucketAcl', { bucketName, ...one })?.to).toEqual(['*']);
    expect(
      exposure('PutObject', { bucketName, 'x-amz-grant-read': `uri="${group('AllUsers')}"` })?.to,
    ).toEqual(['*']);
    expect(
      exposure('PutObject', { bucketName, accessControlList: { 'x-amz-grant-read': [group('AllUsers')] } })
        ?.to,
    ).toEqual(['*']);
  });

  it.each([
    ['private', { bucketName, 'x-amz-acl': ['private'] }],
    ['for the bucket owner', { bucketName, 'x-amz-acl': 'bucket-owner-full-control' }],
    ['named like what every object has', { bucketName, 'x-amz-acl': 'constructor' }],
    ['for log delivery', granting('http://acs.amazonaws.com/groups/s3/LogDelivery')],
    [
      'for one person',
      { bucketName, AccessControlPolicy: { AccessControlList: { Grant: { Grantee: { ID: 'x' } } } } },
    ],
    [
      'a text in the place of grants',
      { bucketName, AccessControlPolicy: `{"Grant":"${group('AllUsers')}"}` },
    ],
    ['a tag that imitates one', { bucketName, tagging: 'x-amz-acl=public-read' }],
  ])('that is %s exposes nothing', (_what, request) => {
    expect(exposure('PutBucketAcl', request)).toBeNull();
  });
});

describe('a bucket policy', () => {
  it.each([
    ['everybody', open],
    ['every principal of AWS', { ...open, Principal: { AWS: '*' } }],
    [
      'one principal and every other',
      { ...open, Principal: { AWS: ['arn:aws:iam::111111111111:root', '*'] } },
    ],
    ['everybody who uses TLS', { ...open, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['everybody from everywhere', { ...open, Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }],
    [
      'everybody but one account',
      { ...open, Condition: { StringNotEquals: { 'aws:PrincipalAccount': '111111111111' } } },
    ],
  ])('that lets in %s exposes', (_who, statement) => {
    expect(bucketPolicy(statement)).toEqual({ what: 's3-policy', resource: bucket, to: ['*'] });
  });

  it('is read as text, too', () => {
    for (const key of ['policy', 'bucketPolicy'])
      expect(
        exposure('PutBucketPolicy', { bucketName, [key]: JSON.stringify({ Statement: open }) })?.to,
      ).toEqual(['*']);
  });

  it.each([
    ['refuses everybody', { ...open, Effect: 'Deny' }],
    ['lets in another account', { ...open, Principal: { AWS: 'arn:aws:iam::111111111111:root' } }],
    ['lets in a service', { ...open, Principal: { Service: 'cloudfront.amazonaws.com' } }],
    [
      'lets in the organization',
      { ...open, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } },
    ],
    ['lets in some addresses', { ...open, Condition: { IpAddress: { 'AWS:sourceip': ['192.0.2.0/24'] } } }],
  ])('that %s exposes nothing', (_what, statement) => {
    expect(bucketPolicy(statement)).toBeNull();
  });
});

describe('a public access block', () => {
  const expected = { what: 's3-public-access-block', resource: bucket, to: [] };
  const set = (settings: unknown) => ({ bucketName, PublicAccessBlockConfiguration: settings });

  it('that is deleted, or set with something off, exposes', () => {
    expect(exposure('DeletePublicAccessBlock', { bucketName })).toEqual(expected);
    expect(exposure('DeleteBucketPublicAccessBlock', { bucketName })).toEqual(expected);
    for (const off of [false, 'false'])
      expect(
        exposure('PutBucketPublicAccessBlock', set({ BlockPublicAcls: off, IgnorePublicAcls: true })),
      ).toEqual(expected);
    expect(exposure('DeleteAccountPublicAccessBlock', { accountId: '222222222222' })).toEqual({
      ...expected,
      resource: null,
    });
  });

  it('that is set with everything on, or with nothing readable, does not', () => {
    for (const settings of [{ BlockPublicAcls: true, IgnorePublicAcls: 'true' }, {}, 'false', null])
      expect(exposure('PutPublicAccessBlock', set(settings))).toBeNull();
  });
});

describe('a snapshot or an image', () => {
  const ec2 = { eventSource: 'ec2.amazonaws.com' };
  const rds = { eventSource: 'rds.amazonaws.com' };
  const items = [
    { group: 'all' },
    { userId: '111111111111' },
    { userId: '222222222222' },
    { userId: 7 },
    null,
  ];
  const to = ['*', '111111111111'];

  it('that is shared names whom with, except its owner', () => {
    const volume = { snapshotId: 'snap-0a1b2c3d', createVolumePermission: { add: { items } } };
    expect(exposure('ModifySnapshotAttribute', volume, ec2)).toEqual({
      what: 'snapshot',
      resource: 'snap-0a1b2c3d',
      to,
    });
    const image = { imageId: 'ami-0a1b2c3d', launchPermission: { add: { items } } };
    expect(exposure('ModifyImageAttribute', image, ec2)).toEqual({
      what: 'image',
      resource: 'ami-0a1b2c3d',
      to,
    });
    const values = { attributeName: 'restore', valuesToAdd: ['all', '111111111111', '222222222222', null] };
    expect(exposure('ModifyDBSnapshotAttribute', { dBSnapshotIdentifier: 'orders', ...values }, rds)).toEqual(
      { what: 'snapshot', resource: 'orders', to },
    );
    expect(
      exposure('ModifyDBClusterSnapshotAttribute', { dBClusterSnapshotIdentifier: 'orders', ...values }, rds)
        ?.resource,
    ).toBe('orders');
  });

  it('that is taken back, or changed otherwise, exposes nothing', () => {
    expect(
      exposure('ModifySnapshotAttribute', { createVolumePermission: { remove: { items } } }, ec2),
    ).toBeNull();
    expect(exposure('ModifyImageAttribute', { imageId: 'x', description: { value: 'all' } }, ec2)).toBeNull();
    expect(
      exposure('ModifyDBSnapshotAttribute', { attributeName: 'restore', valuesToRemove: ['all'] }, rds),
    ).toBeNull();
    expect(
      exposure('ModifyDBSnapshotAttribute', { attributeName: 'other', valuesToAdd: ['all'] }, rds),
    ).toBeNull();
  });
});

describe('a call that exposes nothing', () => {
  const request = { bucketName, 'x-amz-acl': 'public-read' };

  it.each([
    ['because it failed', 'PutBucketAcl', { errorCode: 'AccessDenied' }],
    ['because another service has one of that name', 'PutBucketAcl', { eventSource: 'acme.amazonaws.com' }],
    ['because a network endpoint saw it', 'PutBucketAcl', { eventType: 'AwsVpceEvent' }],
    ['because it reads', 'GetBucketAcl', {}],
  ])('is told as none %s', (_why, eventName, more) => {
    expect(exposure(eventName, request, more)).toBeNull();
  });

  it.each([null, 'public-read', [], { 'x-amz-acl': null }, 'HIDDEN_DUE_TO_SECURITY_REASONS'])(
    'is told as none where the request is %j',
    (hostile) => {
      for (const name of ['PutBucketAcl', 'PutBucketPolicy', 'PutPublicAccessBlock'])
        expect(exposure(name, hostile)).toBeNull();
    },
  );
});
