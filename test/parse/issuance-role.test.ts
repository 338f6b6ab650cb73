import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assumeRole, at, issuance, issuanceOf, json, read, recordOf } from './records.js';

const prod = '222222222222';
const role = (name: string) => `arn:aws:iam::${prod}:role/${name}`;
const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('AssumeRole', () => {
  it('by a user with a second factor tells the key, its end, the role with its path, and the session', () => {
    expect(issuanceOf('a-user-assumes-a-role-with-mfa')).toEqual(
      issuance({
        name: 'AssumeRole',
        issuedKey: 'ASIAADMIN0000EXAMPLE',
        expiresAt: at('2026-11-17T10:15:12Z'),
        durationSeconds: 900,
        principalId: 'AROAPLATFORMADMINEXMP:alice',
        roleArn: role('teams/platform/PlatformAdmin'),
        sessionName: 'alice',
        targetAccountId: prod,
        mfa: true,
        requestId: json('a-user-assumes-a-role-with-mfa').requestID as string,
      }),
    );
  });

  const crossAccount = issuance({
    name: 'AssumeRole',
    issuedKey: 'ASIADEPLOY000EXAMPLE',
    expiresAt: at('2026-11-17T11:00:12Z'),
    durationSeconds: 3600,
    principalId: 'AROADEPLOYPRODEXAMPLE:gh-7',
    roleArn: role('deployment-role-prod'),
    sessionName: 'gh-7',
    targetAccountId: prod,
    sourceIdentity: 'acme_shop',
    sharedEventId: '77aa1b2c-3d4e-4f50-8a6b-acade0000002',
    requestId: '0d1f3c4e-5a6b-47c8-9d0e-acade0000001',
  });

  it('across accounts tells the same in the record of the caller and in the one of the role', () => {
    const caller = recordOf('a-session-assumes-a-role-in-another-account');
    const target = recordOf('the-role-account-sees-only-the-account-of-the-caller');
    expect(caller.issuance).toEqual(crossAccount);
    expect(target.issuance).toEqual(crossAccount);
    expect(caller.sharedEventId).toBe(target.sharedEventId);
    expect(caller.requestId).toBe(target.requestId);
    expect(caller.eventId).not.toBe(target.eventId);
    expect([caller.call.recipientAccountId, target.call.recipientAccountId]).toEqual(['111111111111', prod]);
  });

  it('by a service can lack the session although a key was issued', () => {
    const name = 'a-service-assumes-a-role-and-the-response-names-no-session';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'AssumeRole',
        issuedKey: 'ASIACONFIG000EXAMPLE',
        expiresAt: at('2026-11-17T11:00:12Z'),
        roleArn: role('aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig'),
        sessionName: 'AWSConfig-Describe',
        targetAccountId: prod,
        sharedEventId: json(name).sharedEventID as string,
        requestId: json(name).requestID as string,
      }),
    );
  });

  it('by EKS for a pod tells which one', () => {
    const name = 'eks-assumes-the-role-of-a-pod-with-six-tags';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'AssumeRole',
        issuedKey: 'ASIAPAYMENTS0EXAMPLE',
        expiresAt: at('2026-11-17T16:00:12Z'),
        durationSeconds: 21600,
        principalId: 'AROASHOPPAYMENTSEXAMP:eks-shop-checkout-7d9-5f3c2a10-acme-4b1f-9e2d-000000000001',
        roleArn: role('shop-payments'),
        sessionName: 'eks-shop-checkout-7d9-5f3c2a10-acme-4b1f-9e2d-000000000001',
        targetAccountId: prod,
        detail: 'shop/checkout/payments',
        sharedEventId: json(name).sharedEventID as string,
        requestId: json(name).requestID as string,
      }),
    );
  });

  it('by anybody else cannot claim a pod with tags', () => {
    const record = json('eks-assumes-the-role-of-a-pod-with-six-tags');
    const claims = { ...record, userIdentity: { type: 'AssumedRole', invokedBy: 'pods.eks.amazonaws.com' } };
    expect(read(claims).issuance?.detail).toBeNull();
  });

  it('keeps an ExternalId as a hash alone', () => {
    const { externalIdHash, roleArn, targetAccountId } = issuanceOf(
      'a-vendor-assumes-a-role-with-an-external-id',
    )!;
    expect({ externalIdHash, roleArn, targetAccountId }).toEqual({
      externalIdHash: sha256('acme-external-id-never-keep-this'),
      roleArn: role('vendor-monitoring'),
      targetAccountId: prod,
    });
  });

  it.each([[''], [7], [null], ['HIDDEN_DUE_TO_SECURITY_REASONS'], [['acme']]])(
    'takes %j for no ExternalId',
    (externalId) => {
      expect(read(assumeRole({ externalId }, null)).issuance?.externalIdHash).toBeNull();
    },
  );

  it('rebuilds the role from the session where the request has a bare name', () => {
    const { roleArn, targetAccountId } = issuanceOf('an-old-request-names-the-role-without-its-arn')!;
    expect({ roleArn, targetAccountId }).toEqual({
      roleArn: `arn:aws-cn:iam::${prod}:role/shop-reader`,
      targetAccountId: prod,
    });
  });

  it('prefers the role among the resources to a rebuilt one: it keeps the path', () => {
    const assumedRoleUser = { arn: `arn:aws:sts::${prod}:assumed-role/shop-reader/bob` };
    const other = { type: 'AWS::IAM::SAMLProvider', ARN: role('no-role') };
    const resources = [null, 'x', other, { type: 'AWS::IAM::Role', ARN: role('shop/shop-reader') }];
    const found = read(assumeRole({ roleArn: 'shop-reader' }, { assumedRoleUser }, { resources })).issuance;
    expect(found?.roleArn).toBe(role('shop/shop-reader'));
    expect(found?.sessionName).toBe('bob');
  });

  it.each([
    ['shop-reader'],
    ['arn:aws:iam::222222222222:user/bob'],
    ['arn:aws:iam::2222:role/shop-reader'],
    ['arn:aws:iam::222222222222:role/'],
    ['arn:aws:iam::222222222222:role/shop reader'],
    [' arn:aws:iam::222222222222:role/shop-reader'],
    ['arn:evil:iam::222222222222:role/shop-reader'],
    [`arn:aws:iam::222222222222:role/${'x'.repeat(2000)}`],
    ['HIDDEN_DUE_TO_SECURITY_REASONS'],
    [['arn:aws:iam::222222222222:role/shop-reader']],
    [{}],
  ])('takes %j for no role', (roleArn) => {
    const found = read(assumeRole({ roleArn }, null)).issuance;
    expect(found?.roleArn).toBeNull();
    expect(found?.targetAccountId).toBeNull();
  });

  it.each(['aws', 'aws-cn', 'aws-us-gov'])('knows roles of the partition %s', (partition) => {
    const roleArn = `arn:${partition}:iam::${prod}:role/shop-reader`;
    const arn = `arn:${partition}:sts::${prod}:assumed-role/shop-reader/bob`;
    expect(read(assumeRole({ roleArn }, null)).issuance?.roleArn).toBe(roleArn);
    expect(read(assumeRole(null, { assumedRoleUser: { arn } })).issuance?.roleArn).toBe(roleArn);
  });

  it('is one in the China regions, too', () => {
    const more = { eventSource: 'sts.amazonaws.com.cn' };
    expect(read(assumeRole(null, { credentials: { accessKeyId: 'ASIA1' } }, more)).issuance?.issuedKey).toBe(
      'ASIA1',
    );
  });

  it.each([
    [3600, 3600],
    ['3600', 3600],
    [129_600, 129_600],
    [0, null],
    [-1, null],
    [1.5, null],
    [1e300, null],
    ['1e3', null],
    ['soon', null],
    [null, null],
    [{}, null],
  ])('reads a duration of %j as %s', (durationSeconds, seconds) => {
    expect(read(assumeRole({ durationSeconds }, null)).issuance?.durationSeconds).toBe(seconds);
  });

  it.each([
    ['Nov 17, 2026 11:00:12 AM'],
    ['Nov 17, 2026, 11:00:12 AM'],
    ['Nov 17, 2026, 11:00:12\u202fAM'],
    ['2026-11-17T11:00:12Z'],
    [at('2026-11-17T11:00:12Z') * 1000],
  ])('reads an expiration of %j as UTC', (expiration) => {
    const found = read(assumeRole(null, { credentials: { accessKeyId: 'ASIA1', expiration } })).issuance;
    expect(found?.expiresAt).toBe(at('2026-11-17T11:00:12Z'));
  });

  it('carries the source identity of its caller on, which once set cannot change', () => {
    const userIdentity = { type: 'AssumedRole', sessionContext: { sourceIdentity: 'bob@acme.example' } };
    expect(read(assumeRole(null, null, { userIdentity })).issuance?.sourceIdentity).toBe('bob@acme.example');
  });

  it('takes a hidden MFA serial number for one', () => {
    const hidden = { serialNumber: 'HIDDEN_DUE_TO_SECURITY_REASONS' };
    expect(read(assumeRole(hidden, null)).issuance?.mfa).toBe(true);
    expect(read(assumeRole({ serialNumber: '' }, null)).issuance?.mfa).toBe(false);
  });
});

describe('a denied assumption', () => {
  it('with its request hidden tells the role in the sentence of the refusal', () => {
    const name = 'a-denied-assumption-hides-its-request';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'AssumeRole',
        granted: false,
        roleArn: role('PlatformAdmin'),
        targetAccountId: prod,
        requestId: json(name).requestID as string,
      }),
    );
  });

  const sentence = (about: string, action = 'sts:AssumeRole') =>
    `User: arn:aws:iam::111111111111:user/bob is not authorized to perform: ${action} on resource: ${about}`;

  it.each([
    [
      'with its reason after it',
      `${sentence(role('teams/Admin'))} because no identity-based policy allows it`,
    ],
    [
      'with an explicit deny',
      `${sentence(role('teams/Admin'))} with an explicit deny in a service control policy`,
    ],
  ])('tells the role of a sentence %s', (_, errorMessage) => {
    const found = read(assumeRole(null, null, { errorCode: 'AccessDenied', errorMessage })).issuance;
    expect(found?.roleArn).toBe(role('teams/Admin'));
  });

  it.each([
    ['of another action', sentence(role('Admin'), 'sts:TagSession')],
    ['about no role', sentence('arn:aws:iam::222222222222:user/bob')],
    ['with text before it', `Look: ${sentence(role('Admin'))}`],
    ['with several words for a caller', sentence(role('Admin')).replace('user/bob', 'user/bob and eve')],
    ['that is no text', [sentence(role('Admin'))]],
    ['that is missing', undefined],
  ])('knows of no role from a sentence %s', (_, errorMessage) => {
    const found = read(assumeRole(null, null, { errorCode: 'AccessDenied', errorMessage })).issuance;
    expect(found).toMatchObject({ granted: false, roleArn: null, targetAccountId: null });
  });

  it('believes the sentence of a refusal alone', () => {
    for (const errorCode of [null, 'ValidationError']) {
      const record = assumeRole(null, null, { errorCode, errorMessage: sentence(role('Admin')) });
      expect(read(record).issuance?.roleArn).toBeNull();
    }
  });

  it('tells the role it was for when it shows the request', () => {
    const name = 'a-denied-assumption-shows-its-request';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'AssumeRole',
        granted: false,
        roleArn: role('PlatformAdmin'),
        sessionName: 'bob',
        targetAccountId: prod,
        externalIdHash: sha256('a-guess-of-the-external-id'),
        requestId: json(name).requestID as string,
      }),
    );
  });

  it('never makes a session, even with a key in its response', () => {
    const record = { ...json('a-session-assumes-a-role-in-another-account'), errorCode: 'AccessDenied' };
    const { granted, issuedKey, expiresAt, principalId } = read(record).issuance!;
    expect({ granted, issuedKey, expiresAt, principalId }).toEqual({
      granted: false,
      issuedKey: null,
      expiresAt: null,
      principalId: null,
    });
  });
});

describe('federation into a role', () => {
  it('with SAML tells the person and the provider', () => {
    const name = 'a-person-from-the-company-directory-assumes-a-role-with-saml';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'AssumeRoleWithSAML',
        issuedKey: 'ASIASUPPORT00EXAMPLE',
        expiresAt: at('2026-11-17T11:00:12Z'),
        durationSeconds: 3600,
        principalId: 'AROASHOPSUPPORTEXAMPL:carol@acme.example',
        roleArn: role('shop-support'),
        sessionName: 'carol@acme.example',
        targetAccountId: prod,
        subject: 'carol@acme.example',
        provider: `arn:aws:iam::${prod}:saml-provider/acme-directory`,
        audience: 'https://signin.aws.amazon.com/saml',
        requestId: json(name).requestID as string,
      }),
    );
  });

  it('with SAML names the provider by whatever the record has', () => {
    const record = json('a-person-from-the-company-directory-assumes-a-role-with-saml');
    const bare = { ...record, requestParameters: null };
    expect(read(bare).issuance?.provider).toBe(`arn:aws:iam::${prod}:saml-provider/acme-directory`);
    expect(read({ ...bare, resources: [] }).issuance?.provider).toBe('h1bYpQacmeNameQualifier0000=');
    expect(read({ ...bare, resources: [], userIdentity: {} }).issuance?.provider).toBe(
      'https://login.acme.example/saml',
    );
  });

  it('with a web identity tells the job and the provider', () => {
    const name = 'a-github-job-assumes-a-role-with-its-token';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'AssumeRoleWithWebIdentity',
        issuedKey: 'ASIAGITHUB000EXAMPLE',
        expiresAt: at('2026-11-17T11:00:00Z'),
        durationSeconds: 3600,
        principalId: 'AROAGITHUBACTIONSEXMP:gh-7',
        roleArn: 'arn:aws:iam::111111111111:role/github-actions-deploy',
        sessionName: 'gh-7',
        targetAccountId: '111111111111',
        subject: 'repo:acme/shop:ref:refs/heads/main',
        provider: 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com',
        audience: 'sts.amazonaws.com',
        requestId: json(name).requestID as string,
      }),
    );
  });

  it('with a web identity takes subject and provider from the caller when the response is missing', () => {
    const record = { ...json('a-github-job-assumes-a-role-with-its-token'), responseElements: null };
    const { subject, provider, audience } = read(record).issuance!;
    expect({ subject, provider, audience }).toEqual({
      subject: 'repo:acme/shop:ref:refs/heads/main',
      provider: 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com',
      audience: null,
    });
  });
});
