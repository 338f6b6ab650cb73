import { describe, expect, it } from 'vitest';
import { trustOf } from '../../src/policy/trust-document.js';

const read = (document: unknown) => trustOf(JSON.stringify(document));

describe('a trust policy', () => {
  it('is read however IAM lets it be written', () => {
    const trust = read({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: '222222222222', Service: ['ec2.amazonaws.com'] },
        Action: 'sts:AssumeRole',
        Condition: {
          stringequals: { 'AWS:PrincipalOrgId': 'o-a1b2c3d4e5' },
          'ForAnyValue:StringLikeIfExists': { 'aws:PrincipalOrgPaths': ['o-a1b2c3d4e5/*'] },
          'ForAllValues:StringLike': { 'aws:principalorgid': 'o-*' },
          Bool: { 'aws:MultiFactorAuthPresent': true },
        },
      },
    });
    expect(trust?.statements).toEqual([
      {
        effect: 'Allow',
        principals: [
          { kind: 'account', value: '222222222222', accountId: '222222222222' },
          { kind: 'service', value: 'ec2.amazonaws.com', accountId: null },
        ],
        except: [],
        actions: ['sts:AssumeRole'],
        conditions: new Map([
          [
            'aws:principalorgid',
            [
              {
                key: 'AWS:PrincipalOrgId',
                operator: 'stringequals',
                optional: false,
                values: ['o-a1b2c3d4e5'],
              },
              { key: 'aws:principalorgid', operator: 'stringlike', optional: true, values: ['o-*'] },
            ],
          ],
          [
            'aws:principalorgpaths',
            [
              {
                key: 'aws:PrincipalOrgPaths',
                operator: 'stringlike',
                optional: true,
                values: ['o-a1b2c3d4e5/*'],
              },
            ],
          ],
          [
            'aws:multifactorauthpresent',
            [{ key: 'aws:MultiFactorAuthPresent', operator: 'bool', optional: false, values: ['true'] }],
          ],
        ]),
      },
    ]);
  });

  it.each([
    ['*', 'anyone', null],
    ['222222222222', 'account', '222222222222'],
    ['arn:aws:iam::222222222222:root', 'root', '222222222222'],
    ['arn:aws-cn:iam::222222222222:role/team/deploy', 'role', '222222222222'],
    ['arn:aws:iam::222222222222:user/eva', 'user', '222222222222'],
    ['arn:aws:sts::222222222222:assumed-role/deploy/gh-7', 'session', '222222222222'],
    ['arn:aws:sts::222222222222:federated-user/eva', 'session', '222222222222'],
    ['AROAEXAMPLEEXAMPLE123', 'deleted', null],
    ['AIDAEXAMPLEEXAMPLE123', 'deleted', null],
    ['arn:aws:iam::222222222222:group/admins', 'unknown', '222222222222'],
    ['deploy', 'unknown', null],
  ])('knows %s as %s', (value, kind, accountId) => {
    const trust = read({ Statement: [{ Effect: 'Allow', Principal: { AWS: [value] } }] });
    expect(trust?.statements[0]?.principals).toEqual([{ kind, value, accountId }]);
  });

  it('knows providers, and the short way of writing anyone', () => {
    const provider = 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com';
    const trust = read({
      Statement: [
        { Effect: 'Allow', Principal: { Federated: provider } },
        { Effect: 'Allow', Principal: '*' },
      ],
    });
    expect(trust?.statements.flatMap(({ principals }) => principals)).toEqual([
      { kind: 'federated', value: provider, accountId: '111111111111' },
      { kind: 'anyone', value: '*', accountId: null },
    ]);
  });

  it('with NotPrincipal lets in everybody but some; with NotAction it allows all and denies nothing', () => {
    const trust = read({
      Statement: [
        { Effect: 'Allow', NotPrincipal: { AWS: '222222222222' }, NotAction: 'sts:TagSession' },
        { Effect: 'Deny', Principal: '*', NotAction: 'sts:TagSession' },
      ],
    });
    expect(
      trust?.statements.map(({ principals, except, actions }) => [principals[0]?.kind, except, actions]),
    ).toEqual([
      ['anyone', [{ kind: 'account', value: '222222222222', accountId: '222222222222' }], ['*']],
      ['anyone', [], []],
    ]);
  });

  it('never shows an ExternalId, but says where anything will do, and keeps the hash of one', () => {
    const hash = `sha256:${'0'.repeat(64)}`;
    const trust = read({
      Statement: [
        {
          Effect: 'Allow',
          Principal: '*',
          Condition: {
            StringEquals: { 'STS:ExternalID': ['acme-0042', hash] },
            StringLike: { 'sts:ExternalId': '*' },
            Null: { 'sts:ExternalId': 'false' },
          },
        },
      ],
    });
    const conditions = trust?.statements[0]?.conditions.get('sts:externalid');
    expect(conditions?.map(({ operator, values }) => [operator, values])).toEqual([
      ['stringequals', [expect.stringMatching(/^sha256:[0-9a-f]{64}$/), hash]],
      ['stringlike', ['*']],
      ['null', ['false']],
    ]);
  });

  it('that is none is null', () => {
    for (const document of [
      null,
      '',
      'no JSON',
      '[]',
      '"text"',
      '{}',
      '{"Statement":"x"}',
      '{"Statement":[1]}',
    ])
      expect(trustOf(document)).toBeNull();
  });

  it('with keys written twice counts as JSON readers take it: the last', () => {
    const trust = trustOf(
      '{"Statement":{"Effect":"Deny","Effect":"Allow","Principal":"*","Principal":{"AWS":"222222222222"}}}',
    );
    expect(trust?.statements.map(({ effect, principals }) => [effect, principals[0]?.kind])).toEqual([
      ['Allow', 'account'],
    ]);
  });

  it('whose parts are of the wrong kind loses only those', () => {
    const trust = read({
      Statement: [
        { Effect: 'allow', Principal: { AWS: [1, null, {}, 'x'] }, Action: {}, Condition: [{}] },
        null,
      ],
    });
    expect(trust?.statements).toHaveLength(1);
    expect(trust?.statements[0]?.principals.map(({ value }) => value)).toEqual(['1', 'x']);
    expect(trust?.statements[0]?.effect).toBe('Allow');
  });
});
