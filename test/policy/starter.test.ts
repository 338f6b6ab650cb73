import { describe, expect, it } from 'vitest';
import type { StarterAccount, StarterFacts, StarterRole } from '../../src/model/starter.js';
import { parsePolicy } from '../../src/policy/index.js';
import { starterPolicy } from '../../src/policy/starter.js';
import { foldActions, foldOrigins, foldSubjects } from '../../src/policy/starter-fold.js';

const prod = '222222222222';
const tooling = '111111111111';

const account = (id: string, more: Partial<StarterAccount> = {}): StarterAccount => ({
  id,
  name: null,
  own: true,
  records: 10,
  sessions: 1,
  ...more,
});

const role = (name: string, more: Partial<StarterRole> = {}): StarterRole => ({
  accountId: prod,
  name,
  sessions: 1,
  origins: new Map([['iam-user', new Map([['bob', 1]])]]),
  callers: new Map([[`arn:aws:iam::${prod}:user/bob`, 1]]),
  unknownCallers: 0,
  serviceCallers: 0,
  federated: 0,
  crossAccount: 0,
  externalIds: 0,
  actions: new Map(),
  reads: 0,
  writes: 0,
  unclear: 0,
  maxDepth: 1,
  trustOnly: false,
  ...more,
});

const facts = (more: Partial<StarterFacts> = {}): StarterFacts => ({
  accounts: [account(prod)],
  roles: [],
  regions: [],
  sessions: 1,
  maxDepth: 1,
  ...more,
});

const policyOf = (more: Partial<StarterFacts>) => parsePolicy(starterPolicy(facts(more)), 'rolecall.yaml');
const only = (each: StarterRole, accounts = [account(prod)]) =>
  policyOf({ accounts, roles: [each] }).roles[0]!;
const ci = (more: Partial<StarterRole> = {}) =>
  role('deploy', {
    origins: new Map([['web-identity', new Map([['repo:acme/shop:ref:refs/heads/main', 1]])]]),
    callers: new Map(),
    federated: 1,
    ...more,
  });

describe('a starter', () => {
  it('begins with the line that editors read, and is sound', () => {
    const text = starterPolicy(facts({ roles: [ci()], regions: [{ name: 'eu-west-1', records: 4 }] }));
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=rolecall.schema.json');
    expect(text).toContain('rolecall policy schema > rolecall.schema.json');
    const policy = parsePolicy(text, 'rolecall.yaml');
    expect(policy.accounts).toMatchObject([{ alias: 'account-1', id: prod, external: false }]);
    expect(policy.guardrails.regions).toEqual(['eu-west-1']);
    expect(policy.limits.maxDepth).toBe(1);
  });

  it('is sound of nothing at all', () => {
    expect(policyOf({ accounts: [], sessions: 0, maxDepth: 0 }).roles).toEqual([]);
  });

  it('is the same whatever the order of what was seen', () => {
    const accounts = [
      account(prod, { name: 'Shop' }),
      account(tooling, { name: 'shop' }),
      account('333333333333'),
    ];
    const roles = [ci(), role('repair', { sessions: 9 }), role('audit')];
    const text = starterPolicy(facts({ accounts, roles }));
    const reversed = { accounts: accounts.toReversed(), roles: roles.toReversed() };
    expect(starterPolicy(facts(reversed))).toBe(text);
  });

  it('has suggestions that are sound once they are no comments', () => {
    const outside = account('333333333333', { own: false });
    const text = starterPolicy(
      facts({ accounts: [account(prod), outside], regions: [{ name: 'eu-west-1', records: 1 }] }),
    );
    const taken = text.replace(/# (?=vendor-1:|breakGlass:|deny:|never:)/g, '');
    const policy = parsePolicy(taken, 'rolecall.yaml');
    expect(policy.accounts.find(({ external }) => external)).toMatchObject({ alias: 'vendor-1' });
    expect([policy.breakGlass.length, policy.guardrails.deny.length, policy.never.length]).toEqual([1, 2, 1]);
  });
});

describe('an account', () => {
  it.each([
    ['Acme Prod', 'acme-prod'],
    ['4-shop', 'shop'],
    ['Ünï', 'uni'],
    ['店', 'account-1'],
    ['', 'account-1'],
    ['a\n# b: {\u001b[2J\u202e', 'a-b-2j'],
    [': &x *y !z', 'x-y-z'],
  ])('called %j is named %s', (name, alias) => {
    const text = starterPolicy(facts({ accounts: [account(prod, { name })] }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(parsePolicy(text, 'rolecall.yaml').accounts.map((each) => each.alias)).toEqual([alias]);
  });

  it('of a name that is taken gets a number', () => {
    const accounts = [account(prod, { name: 'Shop', sessions: 5 }), account(tooling, { name: 'shop' })];
    expect(policyOf({ accounts }).accounts.map(({ alias }) => alias)).toEqual(['shop', 'shop-2']);
  });
});

describe('a role', () => {
  it('promises what was seen of a pipeline', () => {
    const seen = ci({ actions: new Map([['ecs:UpdateService', 3]]), writes: 1 });
    expect(only(seen)).toMatchObject({
      name: 'deploy',
      match: ['account-1:role/deploy'],
      usage: 'cicd',
      callers: null,
      origins: ['web-identity:repo:acme/shop:ref:refs/heads/main'],
      calls: ['ecs:UpdateService'],
      readOnly: false,
      maxDepth: 1,
    });
  });

  it('of a vendor asks for the ExternalId that always came', () => {
    const seen = role('monitoring', {
      sessions: 2,
      callers: new Map([['333333333333', 2]]),
      origins: new Map([['external-account', new Map([['333333333333', 2]])]]),
      crossAccount: 2,
      externalIds: 2,
    });
    expect(only(seen)).toMatchObject({ usage: 'vendor', callers: ['333333333333'], externalId: 'required' });
    expect(only({ ...seen, externalIds: 1 }).externalId).toBeNull();
  });

  it.each<[string, Partial<StarterRole>, boolean]>([
    ['was read with alone', { reads: 2 }, true],
    ['was never used', {}, false],
    ['wrote once', { reads: 2, writes: 1 }, false],
    ['made a call that does not say', { reads: 2, unclear: 1 }, false],
  ])('that %s is read-only: %#', (_title, more, expected) => {
    expect(only(role('audit', more)).readOnly).toBe(expected);
  });

  it('of Identity Center is one for all accounts, for people alone', () => {
    const seen = (accountId: string, id: string) =>
      role(`AWSReservedSSO_ReadOnly_${id}`, {
        accountId,
        origins: new Map([['identity-center-user', new Map([['alice', 1]])]]),
        callers: new Map(),
        federated: 1,
      });
    const { roles } = policyOf({
      roles: [seen(prod, '0123456789abcdef'), seen(tooling, 'fedcba9876543210')],
    });
    expect(roles).toMatchObject([
      { name: 'sso-ReadOnly', match: ['*:role/AWSReservedSSO_ReadOnly_*'], humans: 'identity-center' },
    ]);
  });

  it.each<[string, Partial<StarterRole>]>([
    ['no record names', { unknownCallers: 1 }],
    ['are services', { serviceCallers: 1 }],
    ['came with a token too, from origins not promised', { federated: 1 }],
    [
      'are too many',
      { callers: new Map(Array.from({ length: 21 }, (_, i) => [`arn:aws:iam::${prod}:user/u${i}`, 1])) },
    ],
    ['no pattern can name', { callers: new Map([[`arn:aws:iam::${prod}:user/a\u0000b`, 1]]) }],
  ])('promises no callers where some %s', (_title, more) => {
    expect(only(role('repair', more)).callers).toBeNull();
    expect(only(role('repair')).callers).toEqual(['account-1:user/bob']);
  });

  it('that services alone hold is left out and counted, and so is a name that no pattern can hold', () => {
    const services = role('worker', {
      origins: new Map([['aws-service', new Map([['ec2.amazonaws.com', 1]])]]),
    });
    const text = starterPolicy(facts({ roles: [services, role('a b'), ci()] }));
    expect(parsePolicy(text, 'rolecall.yaml').roles.map(({ name }) => name)).toEqual(['deploy']);
    expect(text).toContain('Left out: 1 roles that AWS services');
    expect(text).toContain('Left out: 1 roles whose name');
  });

  it('is one of the forty that were used most', () => {
    const roles = Array.from({ length: 50 }, (_, i) => role(`r${i}`, { sessions: i + 1 }));
    const text = starterPolicy(facts({ roles }));
    const names = parsePolicy(text, 'rolecall.yaml').roles.map(({ name }) => name);
    expect([names.length, names[0]]).toEqual([40, 'r49']);
    expect(text).toContain('Left out: 10 roles that were used less.');
  });

  it('is looked at twice when a pipeline changed who may do what', () => {
    const text = starterPolicy(
      facts({
        roles: [
          ci({
            actions: new Map([
              ['iam:CreateUser', 1],
              ['iam:ListUsers', 1],
            ]),
          }),
        ],
      }),
    );
    expect(text).toContain('# look twice at iam:CreateUser\n');
  });
});

describe('what is folded', () => {
  const counted = (...names: string[]) => new Map(names.map((name) => [name, 1]));

  it('is reading calls of one kind, from three on, and never what writes', () => {
    expect(
      foldActions(
        counted(
          'ec2:DescribeA',
          'ec2:DescribeB',
          'ec2:DescribeC',
          's3:GetA',
          's3:GetB',
          'iam:CreateA',
          'iam:CreateB',
          'iam:CreateC',
        ),
      ),
    ).toEqual({
      patterns: ['ec2:Describe*', 'iam:CreateA', 'iam:CreateB', 'iam:CreateC', 's3:GetA', 's3:GetB'],
      left: 0,
    });
  });

  it('leaves out what no pattern can name, and counts it', () => {
    expect(foldActions(counted('sts:GetCallerIdentity', 'a b:C', 's3:*'))).toEqual({ patterns: [], left: 2 });
    expect(foldSubjects(['repo:acme/*:ref', 'repo:a\u001b', ''])).toEqual({ patterns: [], left: 3 });
  });

  it('is repositories of one owner on one branch, never owner or branch', () => {
    const subject = (owner: string, repository: string, branch: string) =>
      `repo:${owner}/${repository}:ref:refs/heads/${branch}`;
    const many = ['a', 'b', 'c'].map((repository) => subject('acme', repository, 'main'));
    expect(foldSubjects(many).patterns).toEqual(['repo:acme/*:ref:refs/heads/main']);
    const branches = ['a', 'b', 'c'].map((branch) => subject('acme', 'shop', branch));
    expect(foldSubjects(branches).patterns).toEqual(branches);
    const owners = ['a', 'b', 'c'].map((owner) => subject(owner, 'shop', 'main'));
    expect(foldSubjects(owners).patterns).toEqual(owners);
  });

  it('is no origin where one was not observed', () => {
    const web = ['web-identity', new Map([['repo:acme/shop:ref', 1]])] as const;
    expect(foldOrigins({ origins: new Map([web]) })?.patterns).toEqual(['web-identity:repo:acme/shop:ref']);
    expect(foldOrigins({ origins: new Map([web, ['unobserved', new Map([['', 1]])]]) })).toBeNull();
    expect(foldOrigins({ origins: new Map([['iam-user', new Map([['bob', 1]])]]) })).toBeNull();
  });
});
