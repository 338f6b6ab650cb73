import { describe, expect, it } from 'vitest';
import type { Origin } from '../../src/model/session.js';
import { accountNames, resolveAccount } from '../../src/policy/accounts.js';
import { builtInRoles } from '../../src/policy/built-in-roles.js';
import { roleMeaning } from '../../src/policy/meaning.js';
import { matchOrigin } from '../../src/policy/origin.js';
import { isFault, parsePattern } from '../../src/policy/pattern.js';
import { acme } from './acme.js';

const inProd = (role: string) => `arn:aws:iam::222222222222:role/${role}`;

describe('an account in a question', () => {
  it.each([
    ['prod', ['222222222222']],
    ['222222222222', ['222222222222']],
    ['555555555555', ['555555555555']],
    ['env:shared', ['111111111111', '999999999999']],
    ['*ing', ['444444444444', '111111111111']],
    ['*', ['222222222222', '444444444444', '111111111111', '999999999999', '333333333333']],
  ])('%s means %j', (text, ids) => {
    expect(resolveAccount(text, acme)).toEqual(ids);
  });

  it.each([
    ['prd', 'no account is called "prd"; did you mean prod?'],
    ['env:prd', 'did you mean env:prod?'],
    ['constructor', 'rolecall.yaml names prod, staging, tooling, security, watchdog'],
    ['zz*', 'rolecall.yaml names prod'],
    ['22222222222', 'no account is called "22222222222"'],
    ['', 'no account is called ""'],
  ])('%s is unknown, and the answer says what is known', (text, message) => {
    expect(() => resolveAccount(text, acme)).toThrow(expect.objectContaining({ code: 'ACCOUNT_UNKNOWN' }));
    expect(() => resolveAccount(text, acme)).toThrow(message);
  });

  it('without a policy is an id or nothing', () => {
    expect(resolveAccount('222222222222', null)).toEqual(['222222222222']);
    expect(() => resolveAccount('prod', null)).toThrow('there is no policy to give accounts names');
  });
});

describe('the name of an account', () => {
  it('is its alias, else its id', () => {
    const names = accountNames(acme);
    expect([names('222222222222'), names('555555555555'), names(null)]).toEqual([
      'prod',
      '555555555555',
      null,
    ]);
    expect(accountNames(null)('222222222222')).toBe('222222222222');
  });
});

describe('a role in a question', () => {
  it('that the policy names means what the policy says', () => {
    const admin = roleMeaning('admin', acme);
    expect(admin.from).toBe('policy');
    expect(admin.patterns).toEqual(acme.roles[0]!.match);
    expect(admin.matches(inProd('PlatformAdmin'))).toBe(true);
    expect(admin.matches(inProd('OtherAdmin'))).toBe(false);
  });

  it.each([
    'aws-reserved/sso.amazonaws.com/AWSReservedSSO_AdministratorAccess_0123456789abcdef',
    'aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_AWSAdministratorAccess_0123456789abcdef',
    'OrganizationAccountAccessRole',
    'AWSControlTowerExecution',
    'Admin',
    'admin',
    'PlatformAdmin',
    'platform-admin',
    'AdministratorRole',
  ])('admin means %s by a built-in list', (role) => {
    const admin = roleMeaning('admin', null);
    expect(admin.from).toBe('built-in');
    expect(admin.matches(inProd(role))).toBe(true);
  });

  it.each([
    'badminton',
    'deployment-role-prod',
    'aws-reserved/sso.amazonaws.com/AWSReservedSSO_DatabaseAdministrator_0123456789abcdef',
    'aws-reserved/sso.amazonaws.com/AWSReservedSSO_ReadOnly_0123456789abcdef',
  ])('admin does not mean %s', (role) => {
    expect(roleMeaning('admin', null).matches(inProd(role))).toBe(false);
  });

  it('has sound patterns and a reason for each in the built-in list', () => {
    for (const { pattern, because } of [...builtInRoles.values()].flat()) {
      expect(isFault(parsePattern(pattern)), pattern).toBe(false);
      expect(because.length).toBeGreaterThan(10);
    }
  });

  it.each([
    ['deployment-role-prod', 'deployment-role-prod', true],
    ['deployment-*', 'deployment-role-prod', true],
    ['role/deployment-*', 'deployment-role-prod', true],
    ['team/deploy', 'team/deploy', true],
    ['/team/deploy', 'team/deploy', true],
    ['team/deploy', 'other/deploy', false],
    ['prod:role/deploy*', 'deploy', true],
    ['staging:role/deploy*', 'deploy', false],
    ['arn:aws:iam::222222222222:role/team/deploy', 'team/deploy', true],
    ['arn:aws:sts::222222222222:assumed-role/deploy/gh-7', 'team/deploy', true],
  ])('%s is taken as given: %s %s', (text, role, expected) => {
    const given = roleMeaning(text, acme);
    expect(given.from).toBe('given');
    expect(given.matches(inProd(role))).toBe(expected);
  });

  it('left out means every role', () => {
    const every = roleMeaning(null, null);
    expect(every.matches(inProd('team/anything'))).toBe(true);
    expect(every.matches('arn:aws:iam::222222222222:user/eva')).toBe(false);
  });

  it.each([
    ['(a|b)', 'ROLE_UNKNOWN'],
    ['prod:user/eva', 'ROLE_UNKNOWN'],
    ['arn:aws:s3:::bucket', 'ROLE_UNKNOWN'],
    ['', 'ROLE_UNKNOWN'],
    ['prd:role/deploy', 'ACCOUNT_UNKNOWN'],
  ])('%s can be no role: %s', (text, code) => {
    expect(() => roleMeaning(text, acme)).toThrow(expect.objectContaining({ code }));
  });
});

describe('an origin pattern', () => {
  const github = (id: string): Origin => ({
    kind: 'web-identity',
    id,
    accountId: '111111111111',
    detail: null,
  });

  it.each([
    ['web-identity:repo:acme/*:ref:refs/heads/main', 'repo:acme/shop:ref:refs/heads/main', true],
    ['web-identity:repo:acme/*:ref:refs/heads/main', 'repo:acme/shop:pull_request', false],
    ['web-identity:repo:acme/*', 'repo:acme/shop:pull_request', false],
    ['web-identity:repo:acme/*:ref:refs/heads/main', 'repo:other/acme/:ref:refs/heads/main', false],
    ['web-identity:*', 'repo:acme/shop:pull_request', true],
    ['web-identity', 'repo:acme/shop:pull_request', true],
    ['saml-user:*', 'repo:acme/shop:pull_request', false],
  ])('%s and %s: %s', (pattern, id, expected) => {
    expect(matchOrigin(pattern, github(id))).toBe(expected);
  });
});
