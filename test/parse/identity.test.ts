import { describe, expect, it } from 'vitest';
import type { Identity } from '../../src/model/identity.js';
import { at, identity, plainRecord, read, recordOf } from './records.js';

const prod = '222222222222';
const store = 'arn:aws:identitystore::999999999999:identitystore/d-1234567890';

function identityOf(name: string): Identity {
  return recordOf(name).actor.identity;
}

function identityFrom(userIdentity: unknown): Identity {
  return read(plainRecord({ userIdentity })).actor.identity;
}

function sessionOf(role: string, id: string, name: string, more: Partial<Identity>): Identity {
  return identity({
    type: 'AssumedRole',
    principalId: `${id}:${name}`,
    arn: `arn:aws:sts::${prod}:assumed-role/${role}/${name}`,
    accountId: prod,
    issuerType: 'Role',
    issuerArn: `arn:aws:iam::${prod}:role/${role}`,
    issuerId: id,
    mfa: false,
    ...more,
  });
}

describe('the identity of a caller', () => {
  it('is a user with a session token and a second factor', () => {
    expect(identityOf('a-user-assumes-a-role-with-mfa')).toEqual(
      identity({
        type: 'IAMUser',
        principalId: 'AIDAALICE00000EXAMPLE',
        arn: 'arn:aws:iam::111111111111:user/ops-alice',
        accountId: '111111111111',
        accessKeyId: 'ASIAALICE0000EXAMPLE',
        userName: 'ops-alice',
        createdAt: at('2026-11-17T09:58:00Z'),
        mfa: true,
      }),
    );
  });

  it('is an account and a principal id where another account called', () => {
    expect(identityOf('the-role-account-sees-only-the-account-of-the-caller')).toEqual(
      identity({ type: 'AWSAccount', principalId: 'AROAGITHUBACTIONSEXMP:gh-7', accountId: '111111111111' }),
    );
  });

  it('is a service that names itself', () => {
    expect(identityOf('a-service-assumes-a-role-and-the-response-names-no-session')).toEqual(
      identity({ type: 'AWSService', invokedBy: 'config.amazonaws.com' }),
    );
  });

  it('is the subject of a SAML assertion', () => {
    expect(identityOf('a-person-from-the-company-directory-assumes-a-role-with-saml')).toEqual(
      identity({
        type: 'SAMLUser',
        principalId: 'h1bYpQacmeNameQualifier0000=:carol@acme.example',
        userName: 'carol@acme.example',
        identityProvider: 'h1bYpQacmeNameQualifier0000=',
      }),
    );
  });

  it('is root of an account, held through AssumeRoot', () => {
    expect(identityOf('root-of-a-member-account-acts-after-assume-root')).toEqual(
      identity({
        type: 'Root',
        principalId: prod,
        arn: `arn:aws:iam::${prod}:root`,
        accountId: prod,
        accessKeyId: 'ASIASECURITY0EXAMPLE',
        createdAt: at('2026-11-17T10:00:12Z'),
        mfa: false,
        assumedRoot: true,
      }),
    );
  });

  it('is a federated user, with the user behind it as issuer', () => {
    expect(identityOf('a-federated-user-reads-an-object')).toEqual(
      identity({
        type: 'FederatedUser',
        principalId: '111111111111:warehouse-kiosk',
        arn: 'arn:aws:sts::111111111111:federated-user/warehouse-kiosk',
        accountId: '111111111111',
        accessKeyId: 'ASIAKIOSK0000EXAMPLE',
        issuerType: 'IAMUser',
        issuerArn: 'arn:aws:iam::111111111111:user/bob',
        issuerId: 'AIDABOB0000000EXAMPLE',
        createdAt: at('2026-11-17T10:00:12Z'),
        mfa: false,
      }),
    );
  });

  it('is an instance with the credentials that its metadata service handed out', () => {
    expect(identityOf('an-instance-acts-with-its-role')).toEqual(
      sessionOf('shop-web', 'AROASHOPWEB000EXAMPLE', 'i-0acme0000000000b2', {
        accessKeyId: 'ASIAWEB000000EXAMPLE',
        createdAt: at('2026-11-17T06:00:00Z'),
        ec2RoleDelivery: '2.0',
      }),
    );
  });

  it('is a session in the console, with the source identity that stays for the chain', () => {
    expect(identityOf('a-console-session-opens-a-bucket')).toEqual(
      sessionOf('PlatformAdmin', 'AROAPLATFORMADMINEXMP', 'bob', {
        accessKeyId: 'ASIACONSOLE00EXAMPLE',
        createdAt: at('2026-11-17T10:00:12Z'),
        mfa: true,
        sourceIdentity: 'bob@acme.example',
        fromConsole: true,
      }),
    );
  });

  it('is a session in the console, too, when that is said beside the identity', () => {
    expect(identityOf('a-newer-console-session-says-so-beside-its-identity').fromConsole).toBe(true);
  });

  it('keeps the path of the role, which the ARN of the session drops, and the person behind it', () => {
    const role = 'AWSReservedSSO_AdministratorAccess_0a1b2c3d4e5f6071';
    expect(identityOf('an-identity-center-session-acts-on-behalf-of-a-person')).toEqual(
      sessionOf(role, 'AROASSOADMIN00EXAMPLE', 'carol@acme.example', {
        accessKeyId: 'ASIACAROL0000EXAMPLE',
        issuerArn: `arn:aws:iam::${prod}:role/aws-reserved/sso.amazonaws.com/eu-west-1/${role}`,
        createdAt: at('2026-11-17T09:45:00Z'),
        onBehalfOfUser: 'c2a5d4f4-acme-4aa1-8d0c-000000000001',
        identityStoreArn: store,
      }),
    );
  });

  it('names the provider of a web identity, whose subject GitHub sessions do not repeat', () => {
    const { webProvider, webSubject } = identityOf('a-session-of-a-github-job-updates-a-service');
    const provider = 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com';
    expect({ webProvider, webSubject }).toEqual({ webProvider: provider, webSubject: null });
  });

  it('names the subject of a Cognito visitor', () => {
    const { webProvider, webSubject } = identityOf('a-session-of-a-cognito-visitor-uploads-a-picture');
    expect({ webProvider, webSubject }).toEqual({
      webProvider: 'cognito-identity.amazonaws.com',
      webSubject: 'eu-west-1:0acme000-0000-4000-8000-000000000002',
    });
  });

  it('names the service that acts for a session', () => {
    const { type, invokedBy } = identityOf('cloudformation-acts-for-a-session');
    expect({ type, invokedBy }).toEqual({ type: 'AssumedRole', invokedBy: 'cloudformation.amazonaws.com' });
  });

  it.each(['attributes', 'context', 'identity'])('finds the sign-in session among the %s', (place) => {
    const signInSessionArn = 'arn:aws:signin:eu-west-1:222222222222:session/1b7e';
    const attributes = place === 'attributes' ? { signInSessionArn } : {};
    const context = place === 'context' ? { signInSessionArn } : {};
    const own = place === 'identity' ? { signInSessionArn } : {};
    const found = identityFrom({ type: 'AssumedRole', sessionContext: { attributes, ...context }, ...own });
    expect(found.signInSessionArn).toBe(signInSessionArn);
  });

  it('of an agent carries the sign-in session that it came from', () => {
    expect(identityOf('an-agent-acts-in-a-sign-in-session')).toEqual(
      sessionOf('PlatformAdmin', 'AROAPLATFORMADMINEXMP', 'alice', {
        accessKeyId: 'ASIAAGENT0000EXAMPLE',
        createdAt: at('2026-11-17T09:50:00Z'),
        signInSessionArn:
          'arn:aws:signin:eu-west-1:222222222222:session/1b7e0c1a-acme-4c0e-9a55-000000000007',
      }),
    );
  });
});

describe('an identity that says little', () => {
  it('is unknown when the record has none', () => {
    expect(identityOf('a-record-without-an-identity')).toEqual(identity({ type: 'Unknown' }));
  });

  it('is unknown when it is empty', () => {
    expect(identityOf('a-record-with-an-empty-identity')).toEqual(identity({ type: 'Unknown' }));
  });

  it.each([null, 'root', 7, true, [], [{ type: 'Root' }], '{"type":"Root"}'])(
    'is unknown when it is %j',
    (value) => {
      expect(identityFrom(value)).toEqual(identity({ type: 'Unknown' }));
    },
  );

  it('is anonymous where CloudTrail says so', () => {
    expect(identityOf('an-anonymous-caller-reads-a-public-object')).toEqual(
      identity({ type: 'AWSAccount', accountId: 'ANONYMOUS_PRINCIPAL' }),
    );
  });

  it('is a service when nothing but an account and a service is told', () => {
    expect(identityOf('an-identity-without-type-that-a-service-invoked')).toEqual(
      identity({ type: 'AWSService', accountId: prod, invokedBy: 'lambda.amazonaws.com' }),
    );
  });

  it('has no key when the key is empty', () => {
    expect(identityOf('a-user-with-an-empty-access-key-checks-mfa')).toEqual(
      identity({
        type: 'IAMUser',
        principalId: 'AIDABOB0000000EXAMPLE',
        accountId: '111111111111',
        userName: 'bob',
      }),
    );
  });

  it('has no name when CloudTrail hides it', () => {
    expect(identityOf('a-console-sign-in-of-nobody-known-fails')).toEqual(
      identity({ type: 'IAMUser', accountId: '111111111111' }),
    );
  });

  it.each([
    [{ arn: 'arn:aws:sts::222222222222:assumed-role/PlatformAdmin/bob' }, 'AssumedRole'],
    [{ principalId: 'AROAPLATFORMADMINEXMP:bob', accountId: prod }, 'AssumedRole'],
    [{ arn: 'arn:aws-cn:iam::222222222222:user/shop/bob' }, 'IAMUser'],
    [{ principalId: 'AIDABOB0000000EXAMPLE', accountId: prod }, 'IAMUser'],
    [{ arn: 'arn:aws:sts::222222222222:federated-user/kiosk' }, 'FederatedUser'],
    [{ arn: 'arn:aws-us-gov:iam::222222222222:root' }, 'Root'],
    [{ invokedBy: 'config.amazonaws.com' }, 'AWSService'],
    [{ principalId: prod, accountId: prod }, 'AWSAccount'],
    [{ principalId: 'somebody' }, 'Unknown'],
    [{ accountId: prod }, 'Unknown'],
    [{ arn: 'arn:aws:sts::222222222222:assumed-role/a/x:user/root:root' }, 'AssumedRole'],
    [
      { arn: 'arn:aws:s3:::acme/:assumed-role/PlatformAdmin/bob', principalId: 'x', accountId: prod },
      'Unknown',
    ],
    [{ arn: 'evil:aws:sts::222222222222:assumed-role/PlatformAdmin/bob' }, 'Unknown'],
    [{ arn: 'arn:aws:iam::222222222222:user', type: '' }, 'Unknown'],
    [{ type: 7, invokedBy: 'config.amazonaws.com' }, 'AWSService'],
    [{ type: 'SomethingNew', arn: 'arn:aws:iam::222222222222:root' }, 'SomethingNew'],
  ])('%j is taken for %s', (userIdentity, type) => {
    expect(identityFrom(userIdentity).type).toBe(type);
  });

  it.each([
    ['true', true],
    [true, true],
    ['false', false],
    [false, false],
    ['yes', null],
    [1, null],
    [null, null],
  ])('reads mfaAuthenticated %j as %s', (mfaAuthenticated, mfa) => {
    expect(identityFrom({ sessionContext: { attributes: { mfaAuthenticated } } }).mfa).toBe(mfa);
  });

  it('counts fields of another type as absent', () => {
    const wrong = {
      type: {},
      principalId: 1,
      arn: [],
      accountId: 222222222222,
      userName: null,
      accessKeyId: {},
    };
    const sessionContext = {
      attributes: { creationDate: {}, mfaAuthenticated: [] },
      sessionIssuer: 'Role',
      assumedRoot: 1,
    };
    const more = { sessionContext, onBehalfOf: 'carol', identityProvider: 3, invokedBy: false };
    expect(identityFrom({ ...wrong, ...more })).toEqual(identity({ type: 'Unknown' }));
  });

  it('takes the subject from its own names alone, the same one in any order', () => {
    const subjectOf = (attributes: unknown) =>
      identityFrom({ sessionContext: { webIdFederationData: { attributes } } }).webSubject;
    expect(subjectOf({ 'b:sub': 'second', 'a:sub': 'first' })).toBe('first');
    expect(subjectOf({ 'a:sub': 'first', 'b:sub': 'second' })).toBe('first');
    expect(subjectOf({ 'a:sub': 'first', sub: 'plain' })).toBe('plain');
    expect(subjectOf({ 'a:sub': {}, 'b:sub': 'second' })).toBe('second');
    expect(subjectOf({ 'a:subject': 'x', subs: 'y' })).toBeNull();
    expect(subjectOf(['sub'])).toBeNull();
  });
});
