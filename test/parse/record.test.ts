import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/parse/record.js';
import { at, identity, json, plainRecord, read, recordOf } from './records.js';

describe('a record', () => {
  it('is its event, its time, its call and its actor', () => {
    const given = json('a-console-session-opens-a-bucket');
    const record = recordOf('a-console-session-opens-a-bucket');
    const { identity: who, ...actor } = record.actor;
    expect(who.type).toBe('AssumedRole');
    expect({ ...record, actor }).toEqual({
      eventId: given.eventID,
      time: at('2026-11-17T10:00:12Z'),
      call: {
        eventSource: 's3.amazonaws.com',
        eventName: 'GetBucketAcl',
        region: 'eu-west-1',
        recipientAccountId: '222222222222',
        errorCode: null,
        readOnly: true,
        eventType: 'AwsApiCall',
      },
      actor: {
        sourceIp: '192.0.2.10',
        userAgent: 'aws-cli/2.17.1 md/Botocore#2.17.1 ua/2.0 os/linux#6.1 lang/python#3.11.9',
      },
      sharedEventId: null,
      requestId: given.requestID,
      issuance: null,
      revocation: null,
      change: null,
      exposure: null,
      targets: [],
      revises: null,
    });
  });

  it('of the first event version has no recipient: its trail held the account of the caller', () => {
    const { call } = recordOf('a-record-of-the-first-event-version');
    expect(call).toEqual({
      eventSource: 's3.amazonaws.com',
      eventName: 'ListBuckets',
      region: 'eu-west-1',
      recipientAccountId: '111111111111',
      errorCode: null,
      readOnly: null,
      eventType: 'AwsApiCall',
    });
  });

  it.each([{}, { accountId: 'ANONYMOUS_PRINCIPAL' }, { accountId: 222222222222 }, null])(
    'without a recipient, made by %j, is of an unknown account',
    (userIdentity) => {
      expect(read(plainRecord({ recipientAccountId: undefined, userIdentity })).call.recipientAccountId).toBe(
        'unknown',
      );
    },
  );

  it.each(['1.0', '1.01', '1.05', '1.11', '1.99', '2.0', '7', '', null, 1.1, {}])(
    'of event version %j is read',
    (eventVersion) => {
      expect(read(plainRecord({ eventVersion })).call.eventName).toBe('ListBuckets');
    },
  );

  it.each(['eu-west-1', 'ap-isob-east-1r', 'moon-1', '../..'])(
    'keeps the region %s as it is written',
    (awsRegion) => {
      expect(read(plainRecord({ awsRegion })).call.region).toBe(awsRegion);
    },
  );

  it.each([undefined, null, '', 7, {}])('with the region %j has an unknown one', (awsRegion) => {
    expect(read(plainRecord({ awsRegion })).call.region).toBe('unknown');
  });

  it.each([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
    ['TRUE', null],
    [1, null],
    [null, null],
    [undefined, null],
  ])('reads readOnly %j as %s', (readOnly, expected) => {
    expect(read(plainRecord({ readOnly })).call.readOnly).toBe(expected);
  });

  it.each([
    ['AccessDenied', 'AccessDenied'],
    ['Client.UnauthorizedOperation', 'Client.UnauthorizedOperation'],
    ['', null],
    [null, null],
    [403, null],
    [{ code: 'AccessDenied' }, null],
  ])('reads errorCode %j as %s', (errorCode, expected) => {
    expect(read(plainRecord({ errorCode })).call.errorCode).toBe(expected);
  });

  it('of a network endpoint is a call like others', () => {
    const { call, actor } = recordOf('a-network-endpoint-denies-a-call');
    expect(call).toEqual({
      eventSource: 'kms.amazonaws.com',
      eventName: 'Decrypt',
      region: 'eu-west-1',
      recipientAccountId: '222222222222',
      errorCode: 'VpceAccessDenied',
      readOnly: null,
      eventType: 'AwsVpceEvent',
    });
    expect(actor.identity.principalId).toBe('AIDABOB0000000EXAMPLE');
  });

  it('of a failed sign-in is a failed call, though it has no errorCode', () => {
    expect(recordOf('a-console-sign-in-of-nobody-known-fails').call.errorCode).toBe('Failure');
    expect(recordOf('a-user-with-an-empty-access-key-checks-mfa').call.errorCode).toBeNull();
  });

  it('of another service cannot fail by a word in its response', () => {
    const more = { responseElements: { ListBuckets: 'Failure' } };
    expect(read(plainRecord(more)).call.errorCode).toBeNull();
    expect(read(plainRecord({ ...more, eventSource: 'signin.amazonaws.com' })).call.errorCode).toBe(
      'Failure',
    );
  });

  it('reads a time with a blank and nine digits of fraction', () => {
    expect(recordOf('a-time-with-a-blank-and-nine-digits-of-fraction').time).toBe(at('2024-06-03T15:23:22Z'));
  });
});

describe('what is no record', () => {
  it.each([
    ['eventName', { eventName: undefined }, 'not a CloudTrail record: no eventName'],
    ['eventName', { eventName: '' }, 'not a CloudTrail record: no eventName'],
    ['eventName', { eventName: ['ListBuckets'] }, 'not a CloudTrail record: no eventName'],
    ['eventSource', { eventSource: null }, 'not a CloudTrail record: no eventSource'],
    ['eventSource', { eventSource: 7 }, 'not a CloudTrail record: no eventSource'],
    ['eventTime', { eventTime: undefined }, 'not a CloudTrail record: no eventTime'],
    ['eventTime', { eventTime: {} }, 'not a CloudTrail record: no eventTime'],
    [
      'eventTime',
      { eventTime: 'soon' },
      'its eventTime is not a time between 2000 and 2100 in a known spelling',
    ],
    ['eventTime', { eventTime: 12 }, 'its eventTime is not a time between 2000 and 2100 in a known spelling'],
  ])('lacks %s: %j', (_, more, reason) => {
    expect(readRecord(plainRecord(more))).toBe(reason);
  });

  it.each([null, undefined, true, 7, 'text', [], [plainRecord()], () => plainRecord()])('is %j', (value) => {
    expect(readRecord(value)).toBe('not a CloudTrail record: not a JSON object');
  });

  it('is an Insights event', () => {
    const reason = 'an Insights event, not an API call';
    expect(readRecord(json('an-insights-event'))).toBe(reason);
    for (const more of [
      { eventCategory: 'Insight' },
      { eventType: 'AwsCloudTrailInsight' },
      { insightDetails: { state: 'Start' } },
    ])
      expect(readRecord(plainRecord(more))).toBe(reason);
    expect(typeof readRecord(plainRecord({ requestParameters: { insightDetails: {} } }))).toBe('object');
  });
});

describe('the id of an event', () => {
  const { eventID: _, ...without } = plainRecord();

  it.each([
    ['5f0c0001-7c1e-4d2a-9b60-acade0000001', '5f0c0001-7c1e-4d2a-9b60-acade0000001'],
    ['5F0C0001-7C1E-4D2A-9B60-ACADE0000001', '5f0c0001-7c1e-4d2a-9b60-acade0000001'],
    ['ACME-ORDER-7', 'ACME-ORDER-7'],
    [' E-1 ', ' E-1 '],
    ['5F0C0001-7C1E-4D2A-9B60-NOT-HEX-AT-A', '5F0C0001-7C1E-4D2A-9B60-NOT-HEX-AT-A'],
    ['e'.repeat(128), 'e'.repeat(128)],
  ])('%j is kept as %j', (eventID, eventId) => {
    expect(read(plainRecord({ eventID })).eventId).toBe(eventId);
  });

  it('beyond belief is kept as a hash', () => {
    const eventID = 'e'.repeat(1_000_000);
    const hash = createHash('sha256').update(eventID).digest('hex').slice(0, 32);
    expect(read(plainRecord({ eventID })).eventId).toBe(`long:${hash}`);
  });

  it.each([undefined, null, '', 7, {}])('that is %j comes from the content', (eventID) => {
    expect(read({ ...without, eventID }).eventId).toMatch(/^content:[0-9a-f]{32}$/);
  });

  it('from the content does not depend on the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(without).reverse());
    expect(read(turned).eventId).toBe(read(without).eventId);
  });

  it('from the content is the hash of its JSON with the keys in order', () => {
    const record = {
      requestParameters: { b: [1, { d: null, c: 'é"\n' }], a: 1e21 },
      ...without,
      eventID: null,
    };
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([k, v]) => [k, sorted(v)]),
            )
          : value;
    const hash = createHash('sha256')
      .update(JSON.stringify(sorted(record)))
      .digest('hex')
      .slice(0, 32);
    expect(read(record).eventId).toBe(`content:${hash}`);
  });

  it('from the content differs where the content does', () => {
    const contents = [
      {},
      { a: [] },
      { a: {} },
      { a: [[]] },
      { a: '[]' },
      { a: [1, 2] },
      { a: [12] },
      { a: null },
    ];
    const ids = contents.map((requestParameters) => read({ ...without, requestParameters }).eventId);
    expect(new Set(ids).size).toBe(contents.length);
  });

  it('of the record that this one revises is told', () => {
    expect(recordOf('an-addendum-revises-an-earlier-record').revises).toBe(
      '5f0c9999-7c1e-4d2a-9b60-acade0000009',
    );
  });

  it.each([
    { originalEventID: '5F0C0001-7C1E-4D2A-9B60-ACADE0000001' },
    { originalEventID: '' },
    { originalEventID: 7 },
    null,
    'ACME',
    [],
  ])('revises nothing where the addendum is %j', (addendum) => {
    expect(read(plainRecord({ addendum })).revises).toBeNull();
  });
});

describe('a very long text', () => {
  const long = `acme${'x'.repeat(5000)}`;

  it('is cut to 1,024 characters wherever it stands', () => {
    const userIdentity = {
      ...{ type: long, principalId: long, arn: long, accountId: long, userName: long, accessKeyId: long },
      ...{ sessionContext: { sessionIssuer: { arn: long } }, onBehalfOf: { userId: long } },
    };
    const more = { userIdentity, userAgent: long, sourceIPAddress: long, requestID: long, errorCode: long };
    const sts = { eventName: 'AssumeRole', eventSource: 'sts.amazonaws.com' };
    const record = read(plainRecord({ ...sts, ...more, requestParameters: { roleSessionName: long } }));
    const texts = [
      ...[record.actor.userAgent, record.actor.sourceIp, record.requestId, record.call.errorCode],
      ...[record.actor.identity.type, record.actor.identity.issuerArn, record.actor.identity.onBehalfOfUser],
      record.issuance?.sessionName,
    ];
    expect(texts).toEqual(texts.map(() => long.slice(0, 1024)));
    expect(JSON.stringify(record)).not.toContain('x'.repeat(1024));
  });

  it('of exactly 1,024 characters is whole', () => {
    const userAgent = 'x'.repeat(1024);
    expect(read(plainRecord({ userAgent })).actor.userAgent).toBe(userAgent);
  });

  it('is not cut in the middle of a character', () => {
    const userAgent = `${'x'.repeat(1023)}${'🛒'.repeat(10)}`;
    expect(read(plainRecord({ userAgent })).actor.userAgent).toBe('x'.repeat(1023));
  });
});

describe('the types that a record may lack', () => {
  it('leave an identity of which nothing is known', () => {
    expect(read(plainRecord({ userIdentity: undefined })).actor).toEqual({
      identity: identity({ type: 'Unknown' }),
      sourceIp: null,
      userAgent: null,
    });
  });
});
