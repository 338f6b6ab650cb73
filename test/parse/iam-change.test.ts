import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IamChange } from '../../src/model/iam.js';
import { type Json, plainRecord, read } from './records.js';

const readBuckets = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:List*', Resource: '*' },
};
const text = JSON.stringify(readBuckets, null, 2);
const kept = '{"Statement":{"Action":"s3:List*","Effect":"Allow","Resource":"*"},"Version":"2012-10-17"}';
const policyArn = 'arn:aws:iam::222222222222:policy/shop/order-desk';

function change(eventName: string, requestParameters: unknown, more: Json = {}): IamChange | null {
  return read(plainRecord({ eventSource: 'iam.amazonaws.com', eventName, requestParameters, ...more }))
    .change;
}

function trust(policyDocument: unknown): IamChange | null {
  return change('UpdateAssumeRolePolicy', { roleName: 'order-desk', policyDocument });
}

const account = { accountId: '222222222222' };
const role = { entity: 'role', name: 'order-desk', ...account };
const user = { entity: 'user', name: 'bob', ...account };
const group = { entity: 'group', name: 'desk', ...account };
const managed = { entity: 'policy', name: policyArn, policy: null, ...account };

describe('a change of trust or permissions', () => {
  it.each([
    [
      'CreateRole',
      { path: '/shop/', roleName: 'order-desk', assumeRolePolicyDocument: text },
      { change: 'create', ...role, policy: null, document: kept },
    ],
    [
      'UpdateAssumeRolePolicy',
      { roleName: 'order-desk', policyDocument: text },
      { change: 'trust', ...role, policy: null, document: kept },
    ],
    ['DeleteRole', { roleName: 'order-desk' }, { change: 'delete', ...role, policy: null, document: null }],
    ['DeleteUser', { userName: 'bob' }, { change: 'delete', ...user, policy: null, document: null }],
    ['DeleteGroup', { groupName: 'desk' }, { change: 'delete', ...group, policy: null, document: null }],
    ['DeletePolicy', { policyArn }, { change: 'delete', ...managed, document: null }],
    [
      'CreatePolicyVersion',
      { policyArn, policyDocument: text, setAsDefault: true },
      { change: 'policy', ...managed, document: kept },
    ],
    [
      'SetDefaultPolicyVersion',
      { policyArn, versionId: 'v1' },
      { change: 'policy', ...managed, document: null },
    ],
  ])('is told by %s', (eventName, request, expected) => {
    expect(change(eventName, request)).toEqual(expected);
  });

  it.each([
    ['Role', { roleName: 'order-desk' }, role],
    ['User', { userName: 'bob' }, user],
    ['Group', { groupName: 'desk' }, group],
  ])('is told by the four calls on policies of a %s', (word, name, entity) => {
    expect(change(`Attach${word}Policy`, { ...name, policyArn })).toEqual({
      change: 'attach',
      ...entity,
      policy: policyArn,
      document: null,
    });
    expect(change(`Detach${word}Policy`, { ...name, policyArn })).toEqual({
      change: 'detach',
      ...entity,
      policy: policyArn,
      document: null,
    });
    const inline = { ...name, policyName: 'lists' };
    expect(change(`Put${word}Policy`, { ...inline, policyDocument: text })).toEqual({
      change: 'put',
      ...entity,
      policy: 'lists',
      document: kept,
    });
    expect(change(`Delete${word}Policy`, inline)).toEqual({
      change: 'remove',
      ...entity,
      policy: 'lists',
      document: null,
    });
  });

  it('is told by CreatePolicy, with the ARN of the response or the one that follows from the request', () => {
    const request = { policyName: 'order-desk', path: '/shop/', policyDocument: text };
    const expected = { change: 'policy', ...managed, document: kept };
    expect(change('CreatePolicy', request, { responseElements: { policy: { arn: policyArn } } })).toEqual(
      expected,
    );
    expect(change('CreatePolicy', request)).toEqual(expected);
    const { path: _, ...noPath } = request;
    expect(change('CreatePolicy', noPath, { awsRegion: 'cn-north-1' })?.name).toBe(
      'arn:aws-cn:iam::222222222222:policy/order-desk',
    );
  });

  it('is not told by a version that is not made the default', () => {
    expect(
      change('CreatePolicyVersion', { policyArn, policyDocument: text, setAsDefault: false }),
    ).toBeNull();
    expect(change('CreatePolicyVersion', { policyArn, policyDocument: text })).toBeNull();
  });

  it.each([
    ['a call that failed', 'DeleteRole', { errorCode: 'AccessDenied' }],
    ['a call of another service', 'DeleteRole', { eventSource: 'iam.amazonaws.com.example' }],
    ['what passed a network endpoint', 'DeleteRole', { eventType: 'AwsVpceEvent' }],
    ['a call that only reads', 'GetRole', {}],
  ])('is not told by %s', (_what, eventName, more) => {
    expect(change(eventName, { roleName: 'order-desk' }, more)).toBeNull();
  });
});

describe('a policy document', () => {
  it.each([
    [
      'with other white space and order',
      JSON.stringify({ Statement: readBuckets.Statement, Version: '2012-10-17' }),
    ],
    ['URL-encoded', encodeURIComponent(text)],
  ])('%s is the same text', (_how, document) => {
    expect(trust(document)?.document).toBe(kept);
  });

  it.each([
    ['hidden', 'HIDDEN_DUE_TO_SECURITY_REASONS'],
    ['cut', text.slice(0, 40)],
    ['broken in its encoding', '%7B%'],
    ['absent', undefined],
    ['a list', '[]'],
    ['an object in the place of text', readBuckets],
    ['longer than any policy', JSON.stringify({ Statement: 'x'.repeat(10_300) })],
    ['nested beyond all measure', `{"a":${'['.repeat(90_000)}${']'.repeat(90_000)}}`],
  ])('that is %s leaves the change known and its content not', (_what, document) => {
    expect(trust(document)).toEqual({ change: 'trust', ...role, policy: null, document: null });
  });

  it('keeps of an ExternalId the hash that requests are compared with', () => {
    const condition = (value: unknown, key = 'sts:ExternalId') =>
      JSON.stringify({ Statement: [{ Condition: { StringEquals: { [key]: value } } }] });
    const secret = 'acme-external-id-never-keep-this';
    const hashed = read(
      plainRecord({
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRole',
        requestParameters: { externalId: secret },
      }),
    ).issuance?.externalIdHash;
    expect(hashed).toMatch(/^sha256:/);
    expect(trust(condition(secret))?.document).toBe(condition(hashed));
    expect(trust(condition([secret], 'STS:externalid'))?.document).toBe(
      condition([hashed], 'STS:externalid'),
    );
    expect(trust(condition('*'))?.document).toBe(condition('*'));
  });

  it('is kept, whatever is in it, only as canonical JSON of an object', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const document = trust(JSON.stringify(value))?.document ?? null;
        const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
        expect(document === null ? null : JSON.parse(document)).toEqual(
          isObject ? JSON.parse(JSON.stringify(value)) : null,
        );
      }),
    );
  });
});

describe('a request that is not what it should be', () => {
  it.each([
    null,
    undefined,
    'roleName',
    [],
    { roleName: 7 },
    { roleName: '' },
    { role: { roleName: 'x' } },
    { roleName: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
  ])('as %j tells no change', (request) => {
    for (const eventName of [
      'CreateRole',
      'AttachRolePolicy',
      'PutUserPolicy',
      'DeletePolicy',
      'CreatePolicy',
    ])
      expect(change(eventName, request)).toBeNull();
  });

  it('tells no attachment without the policy', () => {
    expect(change('AttachRolePolicy', { roleName: 'order-desk', policyArn: null })).toBeNull();
    expect(change('PutRolePolicy', { roleName: 'order-desk', policyDocument: text })).toBeNull();
  });
});
