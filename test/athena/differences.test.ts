import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accounts } from '../../fixtures/make/accounts.js';
import { ingest } from '../../src/app/ingest.js';
import { openStore } from '../../src/app/open.js';
import { verify } from '../../src/app/verify.js';
import { parsePolicy } from '../../src/policy/index.js';
import { ask, folderOf, newDb, packed } from '../app/ingest-made.js';
import { root } from '../cli/rolecall.js';
import { useEnvironment } from '../s3/bucket.js';
import { withAthena } from './athena.js';
import { ingestTable, truthOf } from './truth.js';

/** Each difference that sums, or a table, make between an ingest from Athena and one from the files. */
await withAthena('what comes from Athena differs from the files', (athena) => {
  useEnvironment(() => athena.environment());
  type Logs = Record<string, unknown[]>;
  const place = 'AWSLogs/o-a1b2c3d4e5/111111111111/CloudTrail/eu-west-1/2026/11';
  const days = {
    from: Date.parse('2026-11-17T00:00:00Z') / 1000,
    to: Date.parse('2026-11-19T00:00:00Z') / 1000,
  };

  /** The same records from files and from a table over them; by day of the folder. */
  const both = async (logs: Logs, more: { from?: number; to?: number } = {}) => {
    const folder = folderOf(
      Object.fromEntries(
        Object.entries(logs).map(([day, records]) => [`${place}/${day}/a.json.gz`, packed(records)]),
      ),
    );
    const [files, table] = [newDb(), newDb()];
    await ingest({ db: files, sources: [folder], threads: 1, ...more });
    await athena.makeTable({ lake: await athena.lake(folder), days: ['2026-11-17', '2026-11-18'] });
    await ingestTable(athena, table, { ...days, ...more });
    return { files, table };
  };
  const fixture = (name: string) =>
    JSON.parse(readFileSync(join(root, 'fixtures/records', `${name}.json`), 'utf8')) as object;
  const user = {
    type: 'IAMUser',
    principalId: 'AIDABOB0000000EXAMPLE',
    arn: 'arn:aws:iam::111111111111:user/bob',
    accountId: '111111111111',
    accessKeyId: 'AKIABOB000000EXAMPLE',
    userName: 'bob',
  };
  const id = (n: number) => `5f0c0000-7c1e-4d2a-9b60-${String(n).padStart(12, '0')}`;
  const call = (n: number, time: string, more: object = {}) => ({
    eventVersion: '1.09',
    userIdentity: user,
    eventTime: `2026-11-17T${time}Z`,
    eventSource: 'ec2.amazonaws.com',
    eventName: 'DescribeInstances',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '192.0.2.10',
    userAgent: 'aws-cli/2',
    eventID: id(n),
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111111111111',
    eventCategory: 'Management',
    ...more,
  });
  const calls = (db: string) =>
    ask<{ event_id: string; time_iso: string; calls: number }>(
      db,
      'SELECT event_id, time_iso, calls FROM v_calls ORDER BY time, event_id',
    ).map(({ event_id, time_iso, calls: count }) => [event_id, time_iso.slice(11, 19), count]);
  const total = (db: string) => calls(db).reduce((sum, [, , count]) => sum + (count as number), 0);

  it('names, for equal calls of an hour, the first by time and then by id', async () => {
    const logs = { 17: [call(3, '10:20:00'), call(2, '10:05:00'), call(1, '10:05:00'), call(4, '11:00:00')] };
    const { files, table } = await both(logs);
    expect(calls(files)).toEqual([
      [id(1), '10:05:00', 1],
      [id(2), '10:05:00', 1],
      [id(3), '10:20:00', 1],
      [id(4), '11:00:00', 1],
    ]);
    expect(calls(table)).toEqual([
      [id(1), '10:05:00', 3],
      [id(4), '11:00:00', 1],
    ]);
    expect(ask(table, 'SELECT first, last, calls FROM identity')).toEqual(
      ask(files, 'SELECT first, last, calls FROM identity'),
    );
  });

  it('has a sum counted in a later window by the moment at which it begins', async () => {
    const { files, table } = await both({ 17: [call(1, '10:05:00'), call(2, '10:40:00')] });
    const after = (db: string) =>
      ask<{ n: number | null }>(
        db,
        `SELECT sum(calls) AS n FROM v_calls WHERE time_iso >= '2026-11-17T10:30:00Z'`,
      );
    expect([after(files), after(table)]).toEqual([[{ n: 1 }], [{ n: null }]]);
  });

  it('is exact to the second where the ingest itself is asked for the window', async () => {
    const window = { from: Date.parse('2026-11-17T10:30:00Z') / 1000, to: days.to };
    const logs = { 17: [call(1, '10:05:00'), call(2, '10:40:00'), call(3, '10:50:00')] };
    const { files, table } = await both(logs, window);
    expect([total(files), total(table)]).toEqual([2, 2]);
    expect(truthOf(table)).toEqual(truthOf(files));
  });

  describe('in what calls worked on', () => {
    const role = `arn:aws:iam::${accounts.prod}:role/uploader`;
    const session = {
      type: 'AssumedRole',
      principalId: 'AROAUPLOADER0EXAMPLE0:job',
      arn: `arn:aws:sts::${accounts.prod}:assumed-role/uploader/job`,
      accountId: accounts.prod,
      accessKeyId: 'ASIAUPLOAD0000EXAMPLE',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAUPLOADER0EXAMPLE0',
          arn: role,
          accountId: accounts.prod,
        },
        attributes: { creationDate: '2026-11-17T10:00:00Z', mfaAuthenticated: 'false' },
      },
    };
    const upload = (n: number, bucket = 'shop-uploads') =>
      call(n, '10:05:00', {
        eventSource: 's3.amazonaws.com',
        eventName: 'PutObject',
        userIdentity: session,
        recipientAccountId: accounts.prod,
        managementEvent: false,
        eventCategory: 'Data',
        readOnly: false,
        requestParameters: { bucketName: bucket, key: `in/${n}` },
        resources: [{ type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/in/${n}` }],
      });
    const policy = parsePolicy(
      `version: 1\naccounts: { prod: { id: "${accounts.prod}" } }\nroles: { upload: { match: ["prod:role/uploader"], resources: ["arn:aws:s3:::shop-uploads/in/*", "arn:aws:kms:*:*:key/own"] } }\n`,
      'rolecall.yaml',
    );
    const promise = (db: string) => {
      const store = openStore(db);
      try {
        const checks = verify(store, { policy, window: null }).groups.flatMap((group) => group.checks);
        return checks.find((check) => check.id === 'roles.upload.resources')!;
      } finally {
        store.close();
      }
    };

    it('a promise about resources has no evidence, kept or broken', async () => {
      const kept = await both({ 17: [upload(1), upload(2)] });
      expect(promise(kept.files).verdict).toBe('pass');
      expect(promise(kept.table).verdict).toBe('no-evidence');
      expect(promise(kept.table).says).toContain('cannot be confirmed from these logs');
      const other = { resources: [{ ARN: `arn:aws:kms:eu-west-1:${accounts.prod}:key/other` }] };
      const decrypt = { ...upload(2), eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', ...other };
      const broken = await both({ 17: [upload(1), { ...decrypt, requestParameters: {} }] });
      expect(promise(broken.files).verdict).toBe('fail');
      expect(promise(broken.table).verdict).toBe('no-evidence');
    });

    it('a bucket and a key that the request names would make a row of every object, and are not known either', async () => {
      const { files, table } = await both({ 17: [upload(1), upload(2, 'other')] });
      expect([promise(files).verdict, promise(table).verdict]).toEqual(['fail', 'no-evidence']);
    });

    it('refusals are told one by one', async () => {
      const logs = { 17: [upload(1), { ...upload(2, 'other'), errorCode: 'AccessDenied' }] };
      const { files, table } = await both(logs);
      const refused = '1 attempt elsewhere refused';
      expect(JSON.stringify([promise(files), promise(table)]).split(refused)).toHaveLength(3);
    });
  });

  it('counts a record that was delivered into two day folders twice, but for the first of a sum', async () => {
    const again = {
      17: [call(1, '23:50:00'), call(2, '23:55:00')],
      18: [call(2, '23:55:00'), call(3, '23:58:00')],
    };
    const { files, table } = await both(again);
    expect([total(files), total(table)]).toEqual([3, 4]);
    const first = {
      17: [call(1, '23:50:00'), call(2, '23:55:00')],
      18: [call(1, '23:50:00'), call(3, '23:58:00')],
    };
    const shared = await both(first);
    expect([total(shared.files), total(shared.table)]).toEqual([3, 3]);
    const oneFolder = await both({ 17: [call(1, '23:50:00'), call(2, '23:55:00'), call(2, '23:55:00')] });
    expect([total(oneFolder.files), total(oneFolder.table)]).toEqual([2, 2]);
  });

  it('keeps what an addendum corrects when that is in a sum', async () => {
    const addendum = { reason: 'UPDATED_DATA', originalEventID: id(1) };
    const { files, table } = await both({
      17: [call(1, '10:05:00'), call(2, '10:06:00'), call(3, '10:07:00', { addendum })],
    });
    expect([total(files), total(table)]).toEqual([2, 3]);
  });

  it('reads a text as JSON where a record should have an object: the table has text for both', async () => {
    const record = fixture('an-assumption-whose-response-is-a-string');
    const { files, table } = await both({ 17: [record] });
    const keys = 'SELECT access_key_id FROM issuance';
    expect(ask(files, keys)).toEqual([{ access_key_id: null }]);
    expect(ask(table, keys)).toEqual([{ access_key_id: 'ASIAFAKE00000EXAMPLE' }]);
  });

  it('gives a record without an event id another name, and tells it from others all the same', async () => {
    const nameless = (time: string) => ({ ...call(0, time), eventID: undefined });
    const { files, table } = await both({ 17: [nameless('10:05:00'), nameless('10:06:00')] });
    const [ofFiles, ofTable] = [calls(files), calls(table)];
    expect([ofFiles.length, ofTable.length, total(table)]).toEqual([2, 2, 2]);
    expect(ofTable.map(([name]) => name)).not.toEqual(ofFiles.map(([name]) => name));
    expect(truthOf(table).sessions).toEqual(truthOf(files).sessions);
  });
});
