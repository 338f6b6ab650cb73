import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../fixtures/make/scenarios.js';
import { sqlNames } from '../../src/app/athena-sql.js';
import { ingest } from '../../src/app/ingest.js';
import { ask, newDb, packed } from '../app/ingest-made.js';
import { build, emptyFolder, rolecallWhile } from '../cli/rolecall.js';
import { withAthena } from './athena.js';
import { byHand, type HandRow } from './by-hand.js';
import { fewLogs, recordsBelow } from './few-logs.js';

beforeAll(build);

await withAthena('the queries beside the ingest, by hand', (athena) => {
  // The week as it is delivered, and in one object whatever else a record can hold.
  const folder = fewLogs();
  const made = scenarios
    .filter(({ name }) => !name.startsWith('hostile:'))
    .flatMap((scenario) => scenario.records as unknown as Record<string, unknown>[])
    .filter(({ addendum }) => addendum === undefined);
  const token = 'FwoGZXIvYXdzEXAMPLEpresigned';
  made.push({
    ...recordsBelow(folder)[0]!.record,
    ...{ eventID: 'presigned', eventSource: 's3.amazonaws.com', eventName: 'PutObject', readOnly: false },
    requestParameters: {
      bucketName: 'b',
      key: 'k',
      'x-amz-acl': 'public-read',
      'X-Amz-Security-Token': token,
    },
  });
  const key = 'AWSLogs/o-a1b2c3d4e5/111111111111/CloudTrail/eu-west-1/2026/11/17/made.json.gz';
  writeFileSync(join(folder, key), packed(made));
  const records = recordsBelow(folder).map(({ record }) => record);
  const window = ['2026/11/16', '2026/11/17', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'];
  const db = newDb();
  const answers = new Map<string, HandRow[]>();
  beforeAll(async () => {
    await ingest({ db, sources: [folder], threads: 1 });
    await athena.makeTable({ lake: await athena.lake(folder), name: 'cloudtrail_logs' });
    for (const name of ['ingest', 'issuances', 'significant', 'uses', 'coverage'])
      answers.set(name, await byHand(athena, `${name}.sql`, window));
  });
  const at = (time: string | number | undefined) =>
    `${new Date(Number(time) * 1000).toISOString().slice(0, 19)}Z`;
  const rows = (name: string) => answers.get(name)!;
  const distinct = new Set(
    records.map(({ eventID, recipientAccountId }) => `${eventID} ${recipientAccountId}`),
  );
  const sum = (name: string, column: string) => rows(name).reduce((all, row) => all + Number(row[column]), 0);

  it('issuances.sql agrees with what rolecall knows of what was handed out', () => {
    const known = ask<Record<string, string | null>>(
      db,
      `SELECT e.event_id, c.account, i.access_key_id, i.session_name, i.external_id, i.granted, r.arn AS role_arn,
         y.access_key_id AS caller_key
       FROM issuance i JOIN event_text e ON e.key = i.event JOIN call c ON c.id = e.call
       JOIN actor a ON a.id = e.actor JOIN identity y ON y.id = a.identity LEFT JOIN issuer r ON r.id = i.issuer`,
    );
    const lines = known.map((row) => [
      ...[row.event_id, row.account, Number(row.granted) === 1 ? 'granted' : 'refused', row.access_key_id],
      ...[row.session_name, row.external_id, row.caller_key, row.role_arn || null],
    ]);
    const shown = (text: unknown) => (text === 'HIDDEN_DUE_TO_SECURITY_REASONS' ? null : text);
    const told = rows('issuances').map((row) => [
      ...[row.event_id, row.account, row.error_code === null ? 'granted' : 'refused', row.issued_key],
      ...[row.session_name, row.external_id, shown(row.user_access_key), row.role_arn],
    ]);
    const sorted = (all: unknown[][]) => all.map((line) => JSON.stringify(line)).sort();
    expect(lines.filter(([, , , , , external]) => external !== null).length).toBeGreaterThan(1);
    expect(sorted(told)).toEqual(sorted(lines));
  });

  it('issuances.sql and significant.sql have the records that an ingest brings one by one', () => {
    const ids = (name: string) => rows(name).map((row) => `${row.event_id} ${row.account}`);
    const alone = rows('ingest').filter(({ kind }) => kind === 'record');
    const apart = [...ids('issuances'), ...ids('significant')].sort();
    expect(apart.length).toBeGreaterThan(100);
    expect(apart).toEqual(alone.map((row) => `${row.event_id} ${row.account}`).sort());
  });

  it('uses.sql and coverage.sql count every record once, in each account that logged it', () => {
    expect(sum('uses', 'calls')).toBe(distinct.size);
    expect(sum('coverage', 'records')).toBe(distinct.size);
    expect(sum('ingest', 'calls')).toBe(distinct.size);
  });

  it('coverage.sql has the hours that rolecall has', () => {
    const known = ask<Record<string, string | number>>(db, 'SELECT * FROM coverage').map(
      ({ account, region, hour, records: count, first, last }) =>
        [account, region, at(hour).slice(0, 13), count, at(first), at(last)].join(' '),
    );
    const told = rows('coverage').map((row) =>
      [row.account, row.region, row.hour, row.records, row.first_time, row.last_time].join(' '),
    );
    expect(told.sort()).toEqual(known.sort());
  });

  it('take the first second of a window, and not the one after it', async () => {
    const { eventTime } = records[0]! as { eventTime: string };
    const next = `${new Date(Date.parse(eventTime) + 1000).toISOString().slice(0, 19)}Z`;
    const told = await byHand(athena, 'uses.sql', [...window.slice(0, 2), eventTime, next]);
    const same = new Set(records.filter((one) => one.eventTime === eventTime).map(({ eventID }) => eventID));
    expect(told.reduce((sum, { calls }) => sum + Number(calls), 0)).toBe(same.size);
  });

  it('brings no token and no ExternalId out of the engine', () => {
    const secrets = records.flatMap(({ responseElements, requestParameters }) => {
      const { credentials } = (responseElements ?? {}) as { credentials?: { sessionToken?: string } };
      const { externalId } = (requestParameters ?? {}) as { externalId?: string };
      return [credentials?.sessionToken, externalId].filter((text) => text !== undefined);
    });
    expect(secrets.length).toBeGreaterThan(50);
    const told = JSON.stringify([...answers]);
    expect(told.includes(String.raw`X-Amz-Security-Token\":\"(removed)`)).toBe(true);
    expect([...secrets, token].filter((secret) => told.includes(secret))).toEqual([]);
  });

  describe('as rolecall athena sql prints them', () => {
    const printed = async (name: string, more: string[]) => {
      const line = ['athena', 'sql', name, '--from', '2026-11-16', '--to', '2026-11-17', ...more];
      return await rolecallWhile(line, { env: athena.environment(), cwd: emptyFolder() });
    };
    const extra: Record<string, string[]> = { record: ['--event', records[0]!.eventID as string] };

    it.each(sqlNames())(
      '%s runs on the engine as it stands, for the table of athena ddl and for another',
      async (name) => {
        const plain = await printed(name, extra[name] ?? []);
        expect([plain.code, plain.stdout]).toEqual([0, expect.not.stringMatching(/^[^'\n-]*\?/m)]);
        const { rows: own } = await athena.query(plain.stdout);
        await athena.makeTable({
          lake: await athena.lake(folder),
          name: 'others',
          layout: 'account-region-year-month-day',
        });
        const fitted = await printed(name, [...(extra[name] ?? []), '--source', 'athena://acme.others']);
        expect(fitted.code).toBe(0);
        const { rows: other } = await athena.query(fitted.stdout);
        expect(own.length).toBeGreaterThan(0);
        expect(other).toHaveLength(own.length);
      },
    );

    it('coverage says above itself what the table cannot show', async () => {
      const columns = { without: ['useridentity.sessioncontext.assumedroot'], types: {} };
      await athena.makeTable({ lake: await athena.lake(folder), name: 'lacking', columns });
      const { stdout } = await printed('coverage', ['--source', 'athena://acme.lacking']);
      expect(stdout.split('\n')[0]).toBe(
        '-- This table cannot show: sessions of AssumeRoot are not told from root itself (no field useridentity.sessioncontext.assumedroot).',
      );
      expect((await athena.query(stdout)).rows.length).toBeGreaterThan(0);
    });
  });
});
