import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/policy/policy.js';
import { trustOf } from '../../src/policy/trust-document.js';
import { weaknessesOf } from '../../src/policy/trust-weakness.js';
import { acme } from './acme.js';

const inside = 'arn:aws:iam::111111111111:role/ci';
const vendor = 'arn:aws:iam::333333333333:role/collector';
const github = 'arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com';
const organization = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
const externalId = { StringEquals: { 'sts:ExternalId': 'acme-0042' } };

type Part = Record<string, unknown>;
const aws = (AWS: unknown, Condition?: Part): Part => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action: 'sts:AssumeRole',
  ...(Condition && { Condition }),
});
const web = (Federated: string, Condition?: Part): Part => ({
  Effect: 'Allow',
  Principal: { Federated },
  Action: 'sts:AssumeRoleWithWebIdentity',
  ...(Condition && { Condition }),
});
const subject = (values: string | string[], operator = 'StringLike') => ({
  [operator]: { 'token.actions.githubusercontent.com:sub': values },
});

/** `kind severity` of each weakness of a role in prod. */
function weak(statements: Part | Part[], policy: Policy | null = acme): string[] {
  const trust = trustOf(JSON.stringify({ Statement: statements }));
  return weaknessesOf(trust!, { accountId: '222222222222', policy }).map(
    ({ kind, severity }) => `${kind} ${severity}`,
  );
}

describe('anyone', () => {
  it.each<[string, Part, string[]]>([
    ['without a condition', aws('*'), ['anyone critical']],
    [
      'with MFA, which anybody can have',
      aws('*', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      ['anyone critical'],
    ],
    [
      'with a tag, which anybody can set',
      aws('*', { StringEquals: { 'aws:PrincipalTag/team': 'shop' } }),
      ['anyone critical'],
    ],
    ['with an ExternalId alone', aws('*', externalId), ['anyone high']],
    ['of any organization', aws('*', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }), ['anyone critical']],
    [
      'but one organization',
      aws('*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }),
      ['anyone critical'],
    ],
    [
      'without an organization',
      aws('*', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }),
      ['anyone critical'],
    ],
    [
      'where the set may be empty',
      aws('*', { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }),
      ['anyone critical'],
    ],
    ['with some organization', aws('*', { Null: { 'aws:PrincipalOrgID': 'false' } }), ['anyone critical']],
    [
      'from every address',
      aws('*', { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '0.0.0.0/0'] } }),
      ['anyone critical'],
    ],
    [
      'with a role of that name in any account',
      aws('*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci' } }),
      ['anyone critical'],
    ],
    [
      'where one of the values is a wildcard',
      aws('*', { StringLike: { 'aws:PrincipalAccount': ['111111111111', '*'] } }),
      ['anyone critical'],
    ],
    ['of the organization', aws('*', organization), []],
    [
      'of a part of the organization',
      aws('*', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*' } }),
      [],
    ],
    ['from an address', aws('*', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }), []],
    ['of an account of ours', aws('*', { StringEquals: { 'aws:PrincipalAccount': '111111111111' } }), []],
    [
      'of the vendor',
      aws('*', { StringEquals: { 'aws:PrincipalAccount': '333333333333' } }),
      ['outside-without-external-id high'],
    ],
    [
      'with an ARN of the vendor',
      aws('*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::333333333333:role/*' } }),
      ['outside-without-external-id high'],
    ],
    [
      'of the vendor with an ExternalId',
      aws('*', { StringEquals: { 'aws:PrincipalAccount': '333333333333', 'sts:ExternalId': 'x' } }),
      [],
    ],
    [
      'but one account',
      { Effect: 'Allow', NotPrincipal: { AWS: '333333333333' }, Action: 'sts:*' },
      ['anyone critical'],
    ],
    ['who may only tag', { ...aws('*'), Action: 'sts:TagSession' }, []],
    ['who is denied', { ...aws('*'), Effect: 'Deny' }, []],
  ])('%s', (_, statement, expected) => {
    expect(weak(statement)).toEqual(expected);
  });

  it('is narrowed by a denial of everybody outside the organization, and by no lesser one', () => {
    const denial = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' };
    const outside = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
    const service = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };
    expect(weak([aws('*'), { ...denial, Condition: outside }])).toEqual([]);
    expect(weak([aws('*'), { ...denial, Condition: { ...outside, ...service } }])).toEqual([]);
    const lesser: Part[] = [
      { ...denial, Condition: organization },
      { ...denial, Condition: { ...outside, Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
      { ...denial, Condition: outside, Principal: { AWS: '333333333333' } },
      { ...denial, Condition: outside, Action: 'sts:TagSession' },
      { Effect: 'Deny', NotPrincipal: { AWS: inside }, Action: 'sts:*', Condition: outside },
      {
        ...denial,
        Condition: { StringNotEquals: { ...outside.StringNotEquals, 'aws:PrincipalAccount': '1' } },
      },
    ];
    for (const each of lesser) expect(weak([aws('*'), each])).toEqual(['anyone critical']);
    expect(
      weak([
        { ...aws('*'), Action: '*' },
        { ...denial, Condition: outside },
      ]),
    ).toEqual(['anyone critical']);
  });
});

describe('an account', () => {
  it.each<[string, Part, string[]]>([
    [
      "that is the role's own, which is how IAM begins",
      aws('arn:aws:iam::222222222222:root'),
      ['whole-account info'],
    ],
    [
      "that is the role's own, with a condition",
      aws('222222222222', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      [],
    ],
    ["that is the role's own, one role of it", aws('arn:aws:iam::222222222222:role/ci'), []],
    ['of ours, whole', aws('111111111111'), ['whole-account medium']],
    ['of ours, whole, by its root', aws('arn:aws:iam::111111111111:root'), ['whole-account medium']],
    [
      'of ours, with a condition that ties it to nothing',
      aws('111111111111', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      ['no-organization-condition low'],
    ],
    ['of ours, tied to the organization', aws('111111111111', organization), []],
    ['of ours, one role', aws(inside), ['no-organization-condition low']],
    [
      'of ours, one role, with its ARN',
      aws('111111111111', { ArnEquals: { 'aws:PrincipalArn': inside } }),
      [],
    ],
    ['of the vendor, one role', aws(vendor), ['outside-without-external-id high']],
    ['of the vendor, whole', aws('333333333333'), ['whole-account high', 'outside-without-external-id high']],
    ['of the vendor, with an ExternalId', aws(vendor, externalId), []],
    [
      'of the vendor, with any ExternalId',
      aws(vendor, { StringLike: { 'sts:ExternalId': '*' } }),
      ['outside-without-external-id high'],
    ],
    [
      'of the vendor, with some ExternalId',
      aws(vendor, { Null: { 'sts:ExternalId': 'false' } }),
      ['outside-without-external-id high'],
    ],
    ['that nobody named', aws('arn:aws:iam::555555555555:user/eva'), ['outside-without-external-id high']],
    ['of which a user is gone', aws('AIDAEXAMPLEEXAMPLE123'), []],
    [
      'of a service',
      { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
      [],
    ],
  ])('%s', (_, statement, expected) => {
    expect(weak(statement)).toEqual(expected);
  });

  it('is outside only for a policy that names accounts', () => {
    const nameless: Policy = { ...acme, accounts: [] };
    for (const policy of [null, nameless]) {
      expect(weak(aws(vendor), policy)).toEqual(['no-organization-condition low']);
      expect(weak(aws(vendor, externalId), policy)).toEqual([]);
      expect(weak(aws('333333333333'), policy)).toEqual(['whole-account medium']);
    }
  });
});

describe('a provider', () => {
  it.each<[string, Part, string[]]>([
    ['without a subject', web(github), ['oidc-without-subject high']],
    [
      'with an audience only',
      web(github, { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } }),
      ['oidc-without-subject high'],
    ],
    [
      "with another provider's subject",
      web(github, { StringEquals: { 'accounts.google.com:sub': '1' } }),
      ['oidc-without-subject high'],
    ],
    ['with every subject', web(github, subject('*')), ['oidc-wide-subject high']],
    ['with every repository', web(github, subject('repo:*')), ['oidc-wide-subject high']],
    [
      'with the main branch of every repository',
      web(github, subject('repo:*/*:ref:refs/heads/main')),
      ['oidc-wide-subject high'],
    ],
    ['with organizations that begin alike', web(github, subject('repo:acme*')), ['oidc-wide-subject high']],
    [
      'with one wide subject among others',
      web(github, subject(['repo:acme/shop:*', 'repo:*'])),
      ['oidc-wide-subject high'],
    ],
    [
      'with a subject that may be missing',
      web(github, subject('repo:acme/shop:*', 'StringLikeIfExists')),
      ['oidc-without-subject high'],
    ],
    ['with a repository', web(github, subject('repo:acme/shop:*')), []],
    ['with an organization', web(github, subject('repo:acme/*')), []],
    ['with a star that is none', web(github, subject('repo:*', 'StringEquals')), []],
    [
      'with two conditions, one sound',
      web(github, { ...subject('repo:*'), ...subject('repo:acme/shop:ref:refs/heads/main', 'StringEquals') }),
      [],
    ],
    [
      'with the id of a repository',
      web(github, { StringEquals: { 'token.actions.githubusercontent.com:repository_id': '42' } }),
      [],
    ],
    [
      'with the id of a repository and a wide subject',
      web(github, {
        StringEquals: { 'token.actions.githubusercontent.com:repository_id': '42' },
        ...subject('repo:*'),
      }),
      [],
    ],
    [
      'of a cluster, any service account',
      web('arn:aws:iam::222222222222:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1', {
        StringLike: { 'oidc.eks.eu-west-1.amazonaws.com/id/A1:sub': 'system:serviceaccount:*:*' },
      }),
      ['oidc-wide-subject high'],
    ],
    [
      'of a cluster, one namespace',
      web('arn:aws:iam::222222222222:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1', {
        StringLike: { 'oidc.eks.eu-west-1.amazonaws.com/id/A1:sub': 'system:serviceaccount:shop:*' },
      }),
      [],
    ],
    [
      'Cognito without a pool',
      web('cognito-identity.amazonaws.com', {
        'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
      }),
      ['cognito-without-audience high'],
    ],
    [
      'Cognito with a pool',
      web('cognito-identity.amazonaws.com', {
        StringEquals: {
          'cognito-identity.amazonaws.com:aud': 'eu-west-1:00000000-0000-4000-8000-000000000000',
        },
      }),
      [],
    ],
    ['Google without anything', web('accounts.google.com'), ['oidc-without-subject high']],
    [
      'Google with an application',
      web('accounts.google.com', { StringEquals: { 'accounts.google.com:aud': 'shop' } }),
      [],
    ],
    [
      'SAML without an audience',
      web('arn:aws:iam::222222222222:saml-provider/acme'),
      ['saml-without-audience low'],
    ],
    [
      'SAML with an audience',
      web('arn:aws:iam::222222222222:saml-provider/acme', {
        StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' },
      }),
      [],
    ],
  ])('%s', (_, statement, expected) => {
    expect(weak(statement)).toEqual(expected);
  });
});

describe('a weakness', () => {
  it('says which statement and which principal, in words', () => {
    const trust = trustOf(JSON.stringify({ Statement: [aws(inside, organization), aws([inside, vendor])] }))!;
    const found = weaknessesOf(trust, { accountId: '222222222222', policy: acme });
    expect(found.map(({ statement, principal, says }) => [statement, principal.value, says])).toEqual([
      [
        1,
        inside,
        'nothing ties tooling (111111111111) to the organization: no aws:PrincipalOrgID, aws:PrincipalAccount or the like',
      ],
      [1, vendor, 'watchdog (333333333333, external) may assume it without sts:ExternalId'],
    ]);
  });

  it('is found in ten thousand statements as in one', () => {
    const statements = Array.from({ length: 10_000 }, () =>
      aws('*', { StringNotLike: { 'aws:PrincipalOrgID': 'o-x' } }),
    );
    const denials = statements.map((each) => ({
      ...each,
      Effect: 'Deny',
      Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'shop' } },
    }));
    expect(weak([...statements, ...denials])).toHaveLength(10_000);
  });
});
