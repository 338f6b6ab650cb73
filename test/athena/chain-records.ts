import { folderOf, packed } from '../app/ingest-made.js';

const account = '222222222222';
const day = '2026-11-17';
let made = 0;

const roleId = (role: string) => `AROA${role.toUpperCase().replaceAll('-', '').padEnd(17, '0').slice(0, 17)}`;
const arnOf = (role: string) => `arn:aws:iam::${account}:role/${role}`;
const clock = (second: number) =>
  new Date(Date.UTC(2026, 10, 17, 9) + second * 1000).toISOString().replace('.000', '');

/** Whoever calls: an IAM user, or a session by its role, name and key. Seconds are counted from 09:00. */
type Caller = Record<string, unknown>;

const bob: Caller = {
  type: 'IAMUser',
  principalId: 'AIDABOB0000000EXAMPLE',
  arn: `arn:aws:iam::${account}:user/bob`,
  accountId: account,
  accessKeyId: 'AKIABOB000000EXAMPLE',
  userName: 'bob',
};

function session(role: string, name: string, key: string | null, created: number): Caller {
  return {
    type: 'AssumedRole',
    principalId: `${roleId(role)}:${name}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
    accountId: account,
    ...(key === null ? {} : { accessKeyId: key }),
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: roleId(role), arn: arnOf(role), accountId: account },
      attributes: { creationDate: clock(created), mfaAuthenticated: 'false' },
    },
  };
}

function record(caller: Caller, second: number, more: Record<string, unknown>): Record<string, unknown> {
  made++;
  return {
    eventVersion: '1.09',
    userIdentity: caller,
    eventTime: clock(second),
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '192.0.2.10',
    userAgent: 'aws-cli/2.17.1',
    requestParameters: null,
    responseElements: null,
    requestID: `r-${made}`,
    eventID: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...more,
  };
}

/** @param key null: the response does not show what was assumed, only that a key was issued */
function assume(caller: Caller, role: string, name: string, key: string, second: number, told = true) {
  const assumedRoleUser = {
    assumedRoleId: `${roleId(role)}:${name}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
  };
  return record(caller, second, {
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    requestParameters: { roleArn: arnOf(role), roleSessionName: name, durationSeconds: 3600 },
    responseElements: {
      credentials: { accessKeyId: key, sessionToken: 'never', expiration: clock(second + 3600) },
      ...(told ? { assumedRoleUser } : {}),
    },
  });
}

/** A walk through roles, each assumed with the key of the one before, a minute apart; every session makes a call. */
function walk(start: Caller, roles: string[], name: string, from: number) {
  let [caller, second] = [start, from];
  return roles.flatMap((role, hop) => {
    const key = `ASIA${name.toUpperCase().padEnd(8, '0')}${String(hop).padStart(2, '0')}EXAMPLE`;
    const issued = assume(caller, role, name, key, second);
    caller = session(role, name, key, second);
    second += 60;
    return [issued, record(caller, second - 30, {})];
  });
}

const hops = Array.from({ length: 12 }, (_, hop) => `step-${hop + 1}`);

/** Chains that a query can trip over: long ones, ones that come back, and ones that fit in several ways. */
export const chainRecords: readonly Record<string, unknown>[] = [
  ...walk(bob, hops, 'twelve', 0),
  ...walk(bob, ['role-a', 'role-b', 'role-a', 'role-b'], 'juggler', 1000),
  // A key issued to the session that asked for it, as in AWS's own example of AssumeRoot.
  assume(
    session('own-key', 'loop', 'ASIAOWNKEY000EXAMPLE', 2000),
    'own-key',
    'loop',
    'ASIAOWNKEY000EXAMPLE',
    2000,
  ),
  // Two sessions, each issued with the key of the other, in one second.
  assume(
    session('ring-a', 'ring', 'ASIARINGA0000EXAMPLE', 2100),
    'ring-b',
    'ring',
    'ASIARINGB0000EXAMPLE',
    2100,
  ),
  assume(
    session('ring-b', 'ring', 'ASIARINGB0000EXAMPLE', 2100),
    'ring-a',
    'ring',
    'ASIARINGA0000EXAMPLE',
    2100,
  ),
  // The same role and name twice in one second, used with a third key: both fit, and the chain goes on from there.
  assume(bob, 'twice', 'twin', 'ASIATWICE0001EXAMPLE', 2200),
  assume(bob, 'twice', 'twin', 'ASIATWICE0002EXAMPLE', 2200),
  record(session('twice', 'twin', 'ASIATWICE0003EXAMPLE', 2200), 2210, {}),
  assume(
    session('twice', 'twin', 'ASIATWICE0003EXAMPLE', 2200),
    'after-twice',
    'twin',
    'ASIAAFTER0001EXAMPLE',
    2220,
  ),
  // In two seconds that follow, with rotating keys: only one way to deal them out is right.
  assume(bob, 'near', 'close', 'ASIANEAR00001EXAMPLE', 2300),
  assume(bob, 'near', 'close', 'ASIANEAR00002EXAMPLE', 2301),
  record(session('near', 'close', 'ASIANEAR00003EXAMPLE', 2300), 2310, {}),
  record(session('near', 'close', 'ASIANEAR00004EXAMPLE', 2301), 2311, {}),
  // The issuance does not say whom it made; the role's id is learned from its calls.
  assume(bob, 'silent', 'worker', 'ASIASILENT001EXAMPLE', 2400, false),
  record(session('silent', 'worker', 'ASIASILENT002EXAMPLE', 2400), 2410, {}),
  assume(
    session('silent', 'worker', 'ASIASILENT002EXAMPLE', 2400),
    'after-silent',
    'worker',
    'ASIASILENT003EXAMPLE',
    2420,
  ),
  // A console switch: STS hands out a key, sign-in tells who switched, and the calls are signed with other keys.
  {
    ...assume(bob, 'console', 'bob', 'ASIACONSOLE01EXAMPLE', 2500),
    userIdentity: { type: 'AWSAccount', principalId: 'AIDAELSEWHERE0EXAMPLE', accountId: '333333333333' },
  },
  record({ ...session('console', 'bob', null, 2500), sessionContext: undefined }, 2500, {
    eventSource: 'signin.amazonaws.com',
    eventName: 'SwitchRole',
    eventType: 'AwsConsoleSignIn',
    responseElements: { SwitchRole: 'Success' },
    additionalEventData: { SwitchFrom: 'arn:aws:iam::333333333333:user/zoe' },
  }),
  record(session('console', 'bob', 'ASIACONSOLE02EXAMPLE', 2500), 2510, {}),
  record(session('console', 'bob', 'ASIACONSOLE03EXAMPLE', 2500), 2520, { errorCode: 'AccessDenied' }),
  // Only the role's account has its copy: the caller is a session that is known by its principal.
  assume(bob, 'hidden-caller', 'caller', 'ASIAHIDDEN001EXAMPLE', 2600),
  {
    ...assume(bob, 'of-hidden', 'callee', 'ASIAHIDDEN002EXAMPLE', 2610),
    userIdentity: {
      type: 'AWSAccount',
      principalId: `${roleId('hidden-caller')}:caller`,
      accountId: account,
    },
  },
  // `aws login`: the sign-in was allowed by one session, and its calls are another's.
  assume(bob, 'portal', 'agent', 'ASIAPORTAL001EXAMPLE', 2700),
  record(session('portal', 'agent', 'ASIAPORTAL001EXAMPLE', 2700), 2710, {
    eventSource: 'signin.amazonaws.com',
    eventName: 'CreateOAuth2Token',
    additionalEventData: {
      success: 'true',
      signInSessionArn: `arn:aws:signin:eu-west-1:${account}:session/1`,
    },
  }),
  record(
    {
      ...session('portal', 'agent-cli', 'ASIAPORTAL002EXAMPLE', 2720),
      signInSessionArn: `arn:aws:signin:eu-west-1:${account}:session/1`,
    },
    2730,
    {},
  ),
  // Sessions of a role end when they are revoked.
  assume(bob, 'revoked', 'gone', 'ASIAREVOKED01EXAMPLE', 2800),
  record(bob, 3000, {
    eventSource: 'iam.amazonaws.com',
    eventName: 'PutRolePolicy',
    readOnly: false,
    requestParameters: {
      roleName: 'revoked',
      policyName: 'AWSRevokeOlderSessions',
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            ...{ Effect: 'Deny', Action: ['*'], Resource: ['*'] },
            Condition: { DateLessThan: { 'aws:TokenIssueTime': clock(2999) } },
          },
        ],
      }),
    },
  }),
  // Tried in vain, three times; once only the sentence of the refusal names the role.
  ...[3100, 3101].map((second) =>
    record(bob, second, {
      ...{ eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole', errorCode: 'AccessDenied' },
      requestParameters: { roleArn: arnOf('step-1'), roleSessionName: 'bob' },
    }),
  ),
  record(bob, 3102, {
    ...{ eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole', errorCode: 'AccessDenied' },
    errorMessage: `User: arn:aws:iam::${account}:user/bob is not authorized to perform: sts:AssumeRole on resource: ${arnOf('step-1')}`,
  }),
];

/** These records as a folder of log files, in CloudTrail's layout. */
export function chainLogs(): string {
  const place = `AWSLogs/o-a1b2c3d4e5/${account}/CloudTrail/eu-west-1/${day.replaceAll('-', '/')}`;
  const name = `${account}_CloudTrail_eu-west-1_20261117T1000Z_AbCdEfGhIjKlMnOp.json.gz`;
  return folderOf({ [`${place}/${name}`]: packed(chainRecords) });
}
