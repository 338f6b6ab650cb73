import { describe, expect, it } from 'vitest';
import { type Json, plainRecord, read } from './records.js';

const bucket = 'arn:aws:s3:::acme-shop-pictures';
const resources = [
  { type: 'AWS::S3::Object', ARN: `${bucket}/a.png` },
  { type: 'AWS::S3::Bucket', ARN: bucket },
];

function targets(more: Json): readonly string[] {
  return read(plainRecord(more)).targets;
}

describe('the targets of a call', () => {
  it.each([
    ['a data event', { eventCategory: 'Data', readOnly: true }],
    ['a data event of an older version', { managementEvent: false, readOnly: true }],
    ['a call that changes something', { readOnly: false }],
    ['a call that was refused', { readOnly: false, errorCode: 'AccessDenied' }],
  ])('are the resources of %s', (_what, more) => {
    expect(targets({ resources, ...more })).toEqual([`${bucket}/a.png`, bucket]);
  });

  it.each([
    ['a call that reads', { readOnly: true }],
    ['a call that does not say whether it reads', {}],
    ['an STS call', { readOnly: false, eventSource: 'sts.amazonaws.com' }],
    ['what passed a network endpoint', { readOnly: false, eventType: 'AwsVpceEvent' }],
  ])('are none of %s', (_what, more) => {
    expect(targets({ resources, ...more })).toEqual([]);
  });

  it('follow from the request of an S3 call that names no resources', () => {
    const requestParameters = { bucketName: 'acme-shop-pictures', key: 'a.png' };
    const data = { eventCategory: 'Data', requestParameters };
    expect(targets(data)).toEqual([`${bucket}/a.png`]);
    expect(targets({ ...data, resources: [] })).toEqual([`${bucket}/a.png`]);
    expect(targets({ ...data, awsRegion: 'us-gov-west-1' })).toEqual([
      'arn:aws-us-gov:s3:::acme-shop-pictures/a.png',
    ]);
    expect(targets({ ...data, eventSource: 'ssm.amazonaws.com' })).toEqual([]);
    const point = 'arn:aws:s3:eu-west-1:222222222222:accesspoint/shop';
    expect(targets({ readOnly: false, requestParameters: { bucketName: point } })).toEqual([point]);
  });

  it('are no longer than any other text, however long a bucket is said to be called', () => {
    const requestParameters = { bucketName: 'x'.repeat(3000) };
    expect(targets({ requestParameters, readOnly: false })[0]).toHaveLength(1024);
  });

  it('are each told once, and at most twenty-five of them', () => {
    const many = Array.from({ length: 80 }, (_, i) => ({ ARN: `${bucket}/${i >> 1}.png` }));
    const found = targets({ readOnly: false, resources: many });
    expect(found).toHaveLength(25);
    expect(new Set(found).size).toBe(25);
  });

  it.each([
    null,
    'arn:aws:s3:::x',
    {},
    [
      null,
      'arn:aws:s3:::x',
      { ARN: 7 },
      { ARN: 'x' },
      { arn: bucket },
      { ARN: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    ],
  ])('are none where the resources are %j', (hostile) => {
    expect(targets({ readOnly: false, resources: hostile, eventSource: 'ssm.amazonaws.com' })).toEqual([]);
    expect(targets({ readOnly: false, resources: hostile, requestParameters: 'bucketName' })).toEqual([]);
  });
});
