import { describe, expect, it } from 'vitest';
import type { Revocation } from '../../src/model/record.js';
import { at, json, read, recordOf } from './records.js';

const fixture = 'the-older-sessions-of-a-role-are-revoked';
const eventTime = at('2026-11-17T11:30:01Z');
const limit = at('2026-11-17T11:30:00Z');

function revocation(
  request: Record<string, unknown> | null,
  more: Record<string, unknown> = {},
): Revocation | null {
  const given = json(fixture);
  const requestParameters = request === null ? null : { ...(given.requestParameters as object), ...request };
  return read({ ...given, requestParameters, ...more }).revocation;
}

function denying(value: unknown, key = 'aws:TokenIssueTime', effect = 'Deny'): Record<string, unknown> {
  return { Effect: effect, Action: ['*'], Resource: ['*'], Condition: { DateLessThan: { [key]: value } } };
}

function limitOf(policyDocument: unknown): number | undefined {
  return revocation({ policyDocument })?.before;
}

describe('the revocation of older sessions', () => {
  it('tells the role, its account and the limit in the policy', () => {
    const record = recordOf(fixture);
    expect(record.issuance).toBeNull();
    expect(record.revocation).toEqual({
      accountId: '222222222222',
      roleName: 'deployment-role-prod',
      before: limit,
    });
  });

  it('reads a policy that is URL-encoded', () => {
    const { policyDocument } = json(fixture).requestParameters as { policyDocument: string };
    expect(limitOf(encodeURIComponent(policyDocument))).toBe(limit);
  });

  it.each([
    [{ Statement: denying('2026-11-17T10:00:00Z') }, '2026-11-17T10:00:00Z'],
    [{ Statement: [denying('2026-11-17T10:00:00Z')] }, '2026-11-17T10:00:00Z'],
    [{ Statement: [denying(['2026-11-17T09:00:00Z', '2026-11-17T10:00:00Z'])] }, '2026-11-17T10:00:00Z'],
    [{ Statement: [denying('2026-11-17T10:00:00Z', 'AWS:tokenissuetime')] }, '2026-11-17T10:00:00Z'],
    [
      { Statement: [denying('2026-11-17T10:00:00Z'), denying('2026-11-17T09:00:00Z'), null] },
      '2026-11-17T10:00:00Z',
    ],
  ])('reads the latest limit of %j', (policy, iso) => {
    expect(limitOf(JSON.stringify(policy))).toBe(at(iso));
  });

  it.each([
    ['a policy that is no JSON', '{"Statement":'],
    ['broken URL-encoding', '%7B%'],
    ['a hidden policy', 'HIDDEN_DUE_TO_SECURITY_REASONS'],
    ['no policy', undefined],
    [
      'a policy too long to be one',
      `${JSON.stringify({ Statement: denying('2026-11-17T10:00:00Z') })}${' '.repeat(400_000)}`,
    ],
    ['a list', '[1]'],
    ['a number', '7'],
    ['no statement', '{}'],
    [
      'a statement that allows',
      JSON.stringify({ Statement: denying('2026-11-17T10:00:00Z', 'aws:TokenIssueTime', 'Allow') }),
    ],
    ['another condition', JSON.stringify({ Statement: denying('2026-11-17T10:00:00Z', 'aws:CurrentTime') })],
    ['a limit that is no time', JSON.stringify({ Statement: denying('soon') })],
    ['conditions of another type', '{"Statement":[{"Effect":"Deny","Condition":{"DateLessThan":[]}}]}'],
    ['nesting without end', '['.repeat(30_000)],
  ])('takes the time of the event for the limit with %s', (_, policyDocument) => {
    expect(limitOf(policyDocument)).toBe(eventTime);
  });

  it('is none when it failed', () => {
    expect(revocation({}, { errorCode: 'AccessDenied' })).toBeNull();
  });

  it.each([
    [{ policyName: 'AWSRevokeOlderSessions2' }],
    [{ policyName: ['AWSRevokeOlderSessions'] }],
    [{ roleName: '' }],
    [{ roleName: 7 }],
    [null],
  ])('is none with the request %j', (request) => {
    expect(revocation(request)).toBeNull();
  });

  it.each([
    { eventName: 'PutUserPolicy' },
    { eventSource: 'sts.amazonaws.com' },
    { eventSource: 'iam.amazonaws.com.example' },
    { eventType: 'AwsVpceEvent' },
  ])('is none with %j', (more) => {
    expect(revocation({}, more)).toBeNull();
  });
});
