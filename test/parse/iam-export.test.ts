import { describe, expect, it } from 'vitest';
import { RolecallError } from '../../src/errors.js';
import { readAccountList } from '../../src/parse/account-list.js';
import { readIamExport } from '../../src/parse/iam-export.js';

const trust = (principal: unknown, condition?: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', Condition: condition }],
});
const role = (more: object = {}) => ({
  Path: '/shop/',
  RoleName: 'order-repair',
  RoleId: 'AROAEXAMPLEORDERREP1',
  Arn: 'arn:aws:iam::222222222222:role/shop/order-repair',
  CreateDate: '2026-01-10T09:00:00+00:00',
  AssumeRolePolicyDocument: trust({ AWS: '111111111111' }),
  RolePolicyList: [],
  AttachedManagedPolicies: [],
  ...more,
});
const read = (value: unknown) => readIamExport(JSON.stringify(value), 'prod.json');
const withRole = (more: object = {}) => read({ RoleDetailList: [role(more)] });

function fault(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof RolecallError && error.code === 'IAM_UNREADABLE') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an export of IAM', () => {
  it('tells roles with their trust and when they were made', () => {
    const found = withRole();
    expect(found).toMatchObject({ accountId: '222222222222', complete: true, problems: [] });
    expect(found.roles).toMatchObject([
      {
        name: 'order-repair',
        arn: 'arn:aws:iam::222222222222:role/shop/order-repair',
        createdAt: Date.UTC(2026, 0, 10, 9) / 1000,
        trust:
          '{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"AWS":"111111111111"}}],"Version":"2012-10-17"}',
      },
    ]);
  });

  it('reads documents as objects, as text and as URL-encoded text alike', () => {
    const document = trust('*');
    const text = JSON.stringify(document);
    const trusts = [document, text, encodeURIComponent(text)].map(
      (AssumeRolePolicyDocument) => withRole({ AssumeRolePolicyDocument }).roles[0]!.trust,
    );
    expect(new Set(trusts).size).toBe(1);
    expect(trusts[0]).toContain('"Principal":"*"');
  });

  it('keeps of an ExternalId nothing but the hash', () => {
    const secret = { StringEquals: { 'sts:ExternalId': 'acme-secret' } };
    const found = withRole({ AssumeRolePolicyDocument: trust({ AWS: '333333333333' }, secret) });
    expect(JSON.stringify(found)).not.toContain('acme-secret');
    expect(found.roles[0]!.trust).toMatch(/"sts:ExternalId":"sha256:[0-9a-f]{64}"/);
  });

  it('tells what is attached, with the version of a policy that is in force', () => {
    const arn = 'arn:aws:iam::222222222222:policy/shop';
    const version = (VersionId: string, IsDefaultVersion: boolean, Action: string) => ({
      VersionId,
      IsDefaultVersion,
      Document: { Statement: { Effect: 'Allow', Action, Resource: '*' } },
    });
    const { roles } = read({
      RoleDetailList: [
        role({
          AttachedManagedPolicies: [
            { PolicyName: 'shop', PolicyArn: arn },
            { PolicyName: 'AdministratorAccess', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
          ],
          RolePolicyList: [{ PolicyName: 'inline', PolicyDocument: '{"Statement":[]}' }],
        }),
      ],
      Policies: [{ Arn: arn, PolicyVersionList: [version('v1', false, 's3:*'), version('v2', true, '*')] }],
    });
    expect(roles[0]).toMatchObject({
      attached: [
        { name: arn, document: '{"Statement":{"Action":"*","Effect":"Allow","Resource":"*"}}' },
        { name: 'arn:aws:iam::aws:policy/AdministratorAccess', document: null },
      ],
      inline: [{ name: 'inline', document: '{"Statement":[]}' }],
    });
  });

  it.each([
    ['IsTruncated', { IsTruncated: true }],
    ['a token of the next page', { NextToken: 'eyJ' }],
    ['a marker', { Marker: 'eyJ' }],
  ])('is not whole with %s', (_name, more) => {
    expect(read({ RoleDetailList: [role()], ...more }).complete).toBe(false);
  });

  it('keeps a role whose trust is longer than any may be, and says so', () => {
    const Statement = Array.from({ length: 10_000 }, () => trust('*').Statement[0]);
    const found = withRole({ AssumeRolePolicyDocument: { Statement } });
    expect(found.roles[0]!.trust).toBeNull();
    expect(found.problems).toEqual([
      'RoleDetailList[0].AssumeRolePolicyDocument is no policy document, or longer than any may be',
    ]);
  });

  it('keeps a role whose trust is nested beyond reason, and says so', () => {
    const nested = `{"RoleDetailList":[${JSON.stringify(role()).replace(/"AssumeRolePolicyDocument":.*?,"RolePolicyList"/, `"AssumeRolePolicyDocument":${'['.repeat(100_000)}${']'.repeat(100_000)},"RolePolicyList"`)}]}`;
    const found = readIamExport(nested, 'prod.json');
    expect([found.roles[0]!.trust, found.problems.length]).toEqual([null, 1]);
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'prod.json: it is no JSON object'],
    ['something else', { Buckets: [] }, 'prod.json: it has no RoleDetailList, as'],
    ['no list', { RoleDetailList: {} }, 'prod.json: RoleDetailList: it is no list'],
    [
      'a role that is none',
      { RoleDetailList: [role(), 'x'] },
      'prod.json: RoleDetailList[1]: it is no object',
    ],
    [
      'a role without id',
      { RoleDetailList: [role({ RoleId: undefined })] },
      'prod.json: RoleDetailList[0].RoleId: it is missing',
    ],
    [
      'a name with a control character',
      { RoleDetailList: [role({ RoleName: 'a\u001b[2J' })] },
      'RoleDetailList[0].RoleName: it is "a\\u001b[2J"',
    ],
    [
      'an ARN that names no role',
      { RoleDetailList: [role({ Arn: 'arn:aws:iam::222222222222:user/bob' })] },
      'RoleDetailList[0].Arn: it is "arn',
    ],
    ['a role twice', { RoleDetailList: [role(), role()] }, 'RoleDetailList[1]: order-repair is there twice'],
    ['nothing at all', { RoleDetailList: [] }, 'it holds nothing that tells which account it is of'],
    [
      'two accounts',
      { RoleDetailList: [role()], UserDetailList: [{ Arn: 'arn:aws:iam::111111111111:user/bob' }] },
      'it is of several accounts: 222222222222 and 111111111111',
    ],
    [
      'a policy without a name',
      { RoleDetailList: [role({ RolePolicyList: [{}] })] },
      'RoleDetailList[0].RolePolicyList[0].PolicyName: it is missing',
    ],
  ])('with %s is refused, with file and place', (_name, value, message) => {
    expect(fault(() => read(value))).toContain(message);
  });

  it('that is no JSON is refused with its place', () => {
    const place = fault(() => readIamExport('{\n  "RoleDetailList" [', 'prod.json'));
    expect(place).toMatch(/^prod\.json:2:20: it is no JSON: /);
    expect(fault(() => readIamExport('', 'a\u001bb.json'))).toMatch(/^a\\u001bb\.json: it is no JSON: .*end/);
    expect(fault(() => readIamExport('\u001b[2J', 'prod.json'))).not.toContain('\u001b');
  });
});

describe('a list of accounts', () => {
  const list = (...Accounts: unknown[]) => readAccountList(JSON.stringify({ Accounts }), 'accounts.json');

  it('tells ids and names, and which are still in use', () => {
    expect(
      list(
        { Id: '222222222222', Name: 'Acme Prod', Status: 'ACTIVE' },
        { Id: '111111111111', Name: 'Old', State: 'SUSPENDED', Status: 'ACTIVE' },
      ),
    ).toEqual([
      { id: '222222222222', name: 'Acme Prod', active: true },
      { id: '111111111111', name: 'Old', active: false },
    ]);
  });

  it.each<[unknown, string]>([
    [{ Name: 'x' }, 'accounts.json: Accounts[0].Id: it is missing'],
    [{ Id: 222222222222 }, 'accounts.json: Accounts[0].Id: it is 222222222222'],
    ['x', 'accounts.json: Accounts[0]: it is no object'],
  ])('that is wrong is refused with file and place: %j', (entry, message) => {
    expect(fault(() => list(entry))).toBe(message);
  });

  it('that is something else is refused', () => {
    expect(fault(() => readAccountList('{}', 'accounts.json'))).toContain('it has no Accounts');
  });
});
