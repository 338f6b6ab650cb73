import { describe, expect, it } from 'vitest';
import { at, issuance, issuanceOf, json, plainRecord, read, recordOf } from './records.js';

const prod = '222222222222';

function requestIdOf(name: string): string | null {
  return (json(name).requestID as string | undefined) ?? null;
}

describe('tokens that are no role', () => {
  it('GetSessionToken gives the caller the same identity with another key', () => {
    const name = 'a-user-asks-for-a-session-token-with-mfa';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'GetSessionToken',
        issuedKey: 'ASIABOB000000EXAMPLE',
        expiresAt: at('2026-11-17T22:00:12Z'),
        durationSeconds: 43200,
        principalId: 'AIDABOB0000000EXAMPLE',
        targetAccountId: '111111111111',
        mfa: true,
        requestId: requestIdOf(name),
      }),
    );
  });

  it('GetFederationToken makes a federated user of the account', () => {
    const name = 'a-user-asks-for-a-federation-token';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'GetFederationToken',
        issuedKey: 'ASIAKIOSK0000EXAMPLE',
        expiresAt: at('2026-11-17T11:00:12Z'),
        durationSeconds: 3600,
        principalId: '111111111111:warehouse-kiosk',
        sessionName: 'warehouse-kiosk',
        targetAccountId: '111111111111',
        requestId: requestIdOf(name),
      }),
    );
  });

  it('AssumeRoot makes root of the target account, and can show the key of its caller', () => {
    const name = 'security-assumes-root-of-a-member-account-and-gets-its-own-key-back';
    const record = recordOf(name);
    expect(record.actor.identity.accessKeyId).toBe('ASIASECURITY0EXAMPLE');
    expect(record.issuance).toEqual(
      issuance({
        name: 'AssumeRoot',
        issuedKey: 'ASIASECURITY0EXAMPLE',
        expiresAt: at('2026-11-17T10:15:12Z'),
        durationSeconds: 900,
        principalId: prod,
        targetAccountId: prod,
        requestId: requestIdOf(name),
      }),
    );
  });

  it.each([
    [prod, prod],
    [`arn:aws:iam::${prod}:root`, prod],
    ['the root', null],
    [222222222222, null],
    [null, null],
  ])('AssumeRoot of %j is for the account %s', (targetPrincipal, account) => {
    const record = { ...json('security-assumes-root-of-a-member-account-and-gets-its-own-key-back') };
    const found = read({ ...record, requestParameters: { targetPrincipal } }).issuance;
    expect([found?.targetAccountId, found?.principalId]).toEqual([account, account]);
  });
});

describe('Identity Center', () => {
  it.each([
    ['a-person-asks-identity-center-for-role-credentials', 'GetRoleCredentials'],
    ['identity-center-takes-a-person-to-the-console', 'Federate'],
  ] as const)('%s: the account and the permission set, no key', (fixture, name) => {
    const record = recordOf(fixture);
    expect(record.actor.identity.onBehalfOfUser).toBe('c2a5d4f4-acme-4aa1-8d0c-000000000001');
    expect(record.issuance).toEqual(
      issuance({
        name,
        targetAccountId: prod,
        detail: 'AdministratorAccess',
        requestId: requestIdOf(fixture),
      }),
    );
  });

  it('reads account and role from the request where there are no event details', () => {
    const record = json('a-person-asks-identity-center-for-role-credentials');
    const request = { accountId: prod, roleName: 'ReadOnlyAccess' };
    const found = read({ ...record, serviceEventDetails: '{}', requestParameters: request }).issuance;
    expect([found?.targetAccountId, found?.detail]).toEqual([prod, 'ReadOnlyAccess']);
  });
});

describe('sign-in', () => {
  it('CreateOAuth2Token lets the caller go on elsewhere, tied by the sign-in session', () => {
    const name = 'aws-login-asks-for-a-token';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'CreateOAuth2Token',
        principalId: 'AROAPLATFORMADMINEXMP:alice',
        targetAccountId: prod,
        signInSessionArn:
          'arn:aws:signin:eu-west-1:222222222222:session/1b7e0c1a-acme-4c0e-9a55-000000000007',
        requestId: requestIdOf(name),
      }),
    );
  });

  it('CreateOAuth2Token without success is an attempt', () => {
    const record = { ...json('aws-login-asks-for-a-token'), additionalEventData: { success: 'false' } };
    expect(read(record).issuance?.granted).toBe(false);
  });

  const switched = issuance({
    name: 'SwitchRole',
    principalId: 'AROAPLATFORMADMINEXMP:bob',
    roleArn: `arn:aws:iam::${prod}:role/PlatformAdmin`,
    sessionName: 'bob',
    targetAccountId: prod,
    switchFrom: 'arn:aws:iam::111111111111:user/bob',
  });

  it('SwitchRole tells the session in its own identity, and who switched beside it', () => {
    expect(issuanceOf('a-user-switches-role-in-the-console')).toEqual(switched);
  });

  it('SwitchRole that fails is an attempt, and a failed call', () => {
    const record = recordOf('a-switch-of-role-fails');
    expect(record.call.errorCode).toBe('Failure');
    expect(record.issuance).toEqual({ ...switched, granted: false, principalId: null });
  });

  it.each([null, 'Success', {}, { SwitchRole: 'success' }, { SwitchRole: true }, { RenewRole: 'Success' }])(
    'SwitchRole without its Success (%j) grants nothing',
    (responseElements) => {
      const record = { ...json('a-user-switches-role-in-the-console'), responseElements };
      expect(read(record).issuance?.granted).toBe(false);
    },
  );

  it('SwitchRole keeps the path of the role where its identity tells it', () => {
    const record = json('a-user-switches-role-in-the-console');
    const arn = `arn:aws:iam::${prod}:role/teams/platform/PlatformAdmin`;
    const userIdentity = { ...(record.userIdentity as object), sessionContext: { sessionIssuer: { arn } } };
    expect(read({ ...record, userIdentity }).issuance?.roleArn).toBe(arn);
  });

  it('RenewRole is a switch when it says from whom', () => {
    expect(issuanceOf('a-switched-session-is-renewed')).toEqual(switched);
    expect(read({ ...json('a-switched-session-is-renewed'), additionalEventData: null }).issuance).toBeNull();
  });

  it('ExitRole gives nothing out', () => {
    expect(issuanceOf('a-person-leaves-a-switched-role')).toBeNull();
  });
});

describe('workloads', () => {
  it('Roles Anywhere hands out the one credential of a list', () => {
    const name = 'a-machine-outside-aws-shows-its-certificate';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'CreateSession',
        issuedKey: 'ASIASCANNER00EXAMPLE',
        expiresAt: at('2026-11-17T11:00:12Z'),
        durationSeconds: 3600,
        principalId: 'AROASTOCKSCANNEREXAMP:00a7f9b2c4d6e8f0',
        roleArn: `arn:aws:iam::${prod}:role/warehouse/stock-scanner`,
        sessionName: '00a7f9b2c4d6e8f0',
        targetAccountId: prod,
        sourceIdentity: 'CN=scanner-4.warehouse.acme.example',
        subject: `arn:aws:rolesanywhere:eu-west-1:${prod}:subject/0c5a0000-acme-4000-8000-000000000003`,
        provider: `arn:aws:rolesanywhere:eu-west-1:${prod}:trust-anchor/0c5a0000-acme-4000-8000-000000000002`,
        requestId: requestIdOf(name),
      }),
    );
  });

  it('Roles Anywhere names the certificate itself where it is told', () => {
    const record = json('a-machine-outside-aws-shows-its-certificate');
    const additionalEventData = { x509Subject: 'CN=scanner-4,O=acme' };
    expect(read({ ...record, additionalEventData }).issuance?.subject).toBe('CN=scanner-4,O=acme');
  });

  it.each([
    null,
    {},
    { credentialSet: null },
    { credentialSet: [] },
    { credentialSet: ['x'] },
    { credentialSet: {} },
  ])('Roles Anywhere with the response %j issues no key, and still tells the role', (responseElements) => {
    const record = { ...json('a-machine-outside-aws-shows-its-certificate'), responseElements };
    const found = read(record).issuance;
    expect(found?.issuedKey).toBeNull();
    expect(found?.roleArn).toBe(`arn:aws:iam::${prod}:role/warehouse/stock-scanner`);
  });

  it('eks-auth tells the cluster, by the node', () => {
    const name = 'a-node-asks-for-the-identity-of-a-pod';
    expect(issuanceOf(name)).toEqual(
      issuance({
        name: 'AssumeRoleForPodIdentity',
        targetAccountId: prod,
        detail: 'shop',
        requestId: requestIdOf(name),
      }),
    );
  });

  it('eks-auth tells the pod where the response is logged', () => {
    const record = json('a-node-asks-for-the-identity-of-a-pod');
    const responseElements = { subject: { namespace: 'checkout', serviceAccount: 'payments' } };
    expect(read({ ...record, responseElements }).issuance?.detail).toBe('shop/checkout/payments');
  });
});

describe('what is no issuance', () => {
  it('is a CreateSession of another service', () => {
    expect(issuanceOf('an-s3-directory-bucket-session-is-no-credential-of-a-role')).toBeNull();
  });

  it.each([
    ['AssumeRole', 'signin.amazonaws.com'],
    ['AssumeRole', 'sts.amazonaws.com.example'],
    ['AssumeRole', 'sts.amazonaws.org'],
    ['AssumeRole', 'ssts.amazonaws.com'],
    ['AssumeRole', 'sts'],
    ['AssumeRole', ' sts.amazonaws.com'],
    ['SwitchRole', 'sts.amazonaws.com'],
    ['Federate', 'sts.amazonaws.com'],
    ['GetRoleCredentials', 'sso-oauth.amazonaws.com'],
    ['assumerole', 'sts.amazonaws.com'],
    ['AssumeRole ', 'sts.amazonaws.com'],
    ['constructor', 'sts.amazonaws.com'],
    ['__proto__', 'sts.amazonaws.com'],
    ['GetCallerIdentity', 'sts.amazonaws.com'],
  ])('is %s of %s', (eventName, eventSource) => {
    const responseElements = { credentials: { accessKeyId: 'ASIAFAKE00000EXAMPLE' } };
    expect(read(plainRecord({ eventName, eventSource, responseElements })).issuance).toBeNull();
  });

  it('is what a VPC endpoint saw of an assumption: STS records it itself', () => {
    const record = { ...json('a-session-assumes-a-role-in-another-account'), eventType: 'AwsVpceEvent' };
    expect(read(record).issuance).toBeNull();
  });
});
