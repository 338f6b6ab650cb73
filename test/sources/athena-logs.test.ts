import { describe, expect, it } from 'vitest';
import { logColumns } from '../../src/sources/athena/columns.js';
import { type Logs, logsOf, noTimePartition, type Part } from '../../src/sources/athena/logs.js';
import { type TableParts, tableOf } from './athena-tables.js';

const at = (time: string) => Date.parse(`${time}Z`) / 1000;
const oneDay: Part = {
  from: at('2026-11-17T00:00:00'),
  to: at('2026-11-18T00:00:00'),
  firstDay: '2026-11-17',
  lastDay: '2026-11-17',
  accounts: null,
  regions: null,
};
const days = (firstDay: string, lastDay: string): Part => ({ ...oneDay, firstDay, lastDay });
const asked = { ...oneDay, accounts: ['111111111111'], regions: ['eu-west-1', 'us-east-1'] };

/** Conditions on partition columns, with their values in place. */
function where(logs: Logs): string {
  const params = [...logs.params];
  const sql = logs.sql.replace(/\?/g, () => `'${params.shift()}'`);
  expect(params).toEqual([]);
  return sql.slice(sql.indexOf('WHERE') + 6, sql.indexOf('((replace(')).replace(/\n\s+AND $/, '');
}
const restricted = (parts: TableParts, part: Part = oneDay) => where(logsOf(tableOf(parts), part));
const projected = (name: string, of: Record<string, string>) => ({
  'projection.enabled': 'true',
  ...Object.fromEntries(Object.entries(of).map(([key, value]) => [`projection.${name}.${key}`, value])),
});
const daily = (name: string, format: string, range = '2020/01/01,NOW') =>
  projected(name, { type: 'date', format, range });

describe('partitions of a table', () => {
  it('may be none: nothing keeps other days from being read, and it says so', () => {
    const logs = logsOf(tableOf(), oneDay);
    expect(where(logs)).toBe('');
    expect(logs).toMatchObject({ timePartition: false, partitions: [] });
    expect(noTimePartition(tableOf({ partitions: ['region'] })).message).toBe(
      'the table acme.cloudtrail_logs has no partitions by time (by region alone): every query would read all of its days',
    );
  });

  it('by timestamp', () => {
    const parts = { partitions: ['timestamp'], parameters: daily('timestamp', 'yyyy/MM/dd') };
    expect(restricted(parts)).toBe(`"timestamp" = '2026/11/17'`);
    expect(restricted(parts, days('2026-10-30', '2026-11-02'))).toBe(
      `"timestamp" BETWEEN '2026/10/30' AND '2026/11/02'`,
    );
    expect(logsOf(tableOf(parts), oneDay)).toMatchObject({
      timePartition: true,
      partitions: ['timestamp: 2026/11/17'],
    });
  });

  it('by account, region and timestamp', () => {
    const parts = {
      partitions: ['account', 'region', 'timestamp'],
      parameters: daily('timestamp', 'yyyy/MM/dd'),
    };
    expect(restricted(parts, asked)).toBe(
      `"account" = '111111111111'\n    AND "region" IN ('eu-west-1', 'us-east-1')\n    AND "timestamp" = '2026/11/17'`,
    );
  });

  it('by organization, account, region and day, the organization being the table’s own', () => {
    const parts = {
      partitions: ['org', 'account', 'region', 'day'],
      parameters: { ...daily('day', 'yyyy/MM/dd'), ...projected('org', { type: 'injected' }) },
    };
    expect(restricted(parts)).toBe(`"org" = 'o-a1b2c3d4e5'\n    AND "day" = '2026/11/17'`);
    expect(logsOf(tableOf(parts), oneDay).partitions).toEqual([
      'org: o-a1b2c3d4e5',
      'account: every one',
      'region: every one',
      'day: 2026/11/17',
    ]);
  });

  it('by region, year, month and day, numbers being asked for with and without a zero', () => {
    const parts = { partitions: ['region', 'year', 'month', 'day'] };
    expect(restricted(parts, days('2026-03-07', '2026-03-07'))).toBe(
      `"year" = '2026' AND "month" IN ('03', '3') AND "day" IN ('07', '7')`,
    );
  });

  it('by account, region, year, month and day as numbers', () => {
    const parts = { partitions: ['account', 'region', 'year int', 'month int', 'day int'] };
    const part = { ...days('2026-03-07', '2026-03-08'), accounts: ['111111111111'] };
    expect(restricted(parts, part)).toBe(
      `"account" = '111111111111'\n    AND "year" = 2026 AND "month" = 3 AND "day" IN (7, 8)`,
    );
  });

  it('takes whole months and years together', () => {
    const parts = {
      partitions: ['year', 'month', 'day'],
      parameters: {
        ...projected('month', { type: 'integer', digits: '2' }),
        ...projected('day', { type: 'integer', digits: '2' }),
      },
    };
    expect(restricted(parts, days('2024-12-30', '2026-02-01'))).toBe(
      `(("year" = '2024' AND "month" = '12' AND "day" IN ('30', '31')) OR ("year" = '2025') OR ` +
        `("year" = '2026' AND "month" = '01') OR ("year" = '2026' AND "month" = '02' AND "day" = '01'))`,
    );
  });

  it('by dt, in the format that the projection has', () => {
    expect(restricted({ partitions: ['dt'], parameters: daily('dt', 'yyyy-MM-dd') })).toBe(
      `"dt" = '2026-11-17'`,
    );
    expect(restricted({ partitions: ['dt'], parameters: daily('dt', 'yyyy/MM/dd') })).toBe(
      `"dt" = '2026/11/17'`,
    );
  });

  it('by dt, in every usual format where nothing tells which', () => {
    expect(restricted({ partitions: ['dt'] })).toBe(`"dt" IN ('2026/11/17', '2026-11-17', '20261117')`);
    expect(restricted({ partitions: ['dt'] }, days('2026-01-01', '2026-12-31'))).toBe(
      `("dt" BETWEEN '2026/01/01' AND '2026/12/31' OR "dt" BETWEEN '2026-01-01' AND '2026-12-31' OR "dt" BETWEEN '20260101' AND '20261231')`,
    );
  });

  it('by a date or a number', () => {
    expect(restricted({ partitions: ['dt date'] })).toBe(`"dt" = DATE '2026-11-17'`);
    expect(restricted({ partitions: ['dt int'] })).toBe('"dt" = 20261117');
  });

  it('by hours of a day', () => {
    const parts = { partitions: ['datehour'], parameters: daily('datehour', 'yyyy/MM/dd/HH') };
    expect(restricted(parts)).toBe(`"datehour" BETWEEN '2026/11/17/00' AND '2026/11/17/23'`);
  });

  it('by a format whose order is not that of time', () => {
    const parts = { partitions: ['dt'], parameters: daily('dt', 'dd-MM-yyyy') };
    expect(restricted(parts, days('2026-10-31', '2026-11-01'))).toBe(`"dt" IN ('31-10-2026', '01-11-2026')`);
  });

  it('that begin once a week hold the days after it', () => {
    const parts = {
      partitions: ['dt'],
      parameters: { ...daily('dt', 'yyyy-MM-dd'), 'projection.dt.interval.unit': 'WEEKS' },
    };
    expect(restricted(parts)).toBe(`"dt" BETWEEN '2026-11-10' AND '2026-11-17'`);
  });

  it('of an unknown name or format are read all, and it says so', () => {
    const logs = logsOf(tableOf({ partitions: ['kind', 'dt'], parameters: daily('dt', 'MMM yyyy') }), oneDay);
    expect(logs).toMatchObject({
      timePartition: false,
      partitions: [
        'kind: every one, for its name tells rolecall nothing',
        'dt: every one, for rolecall does not know its format MMM yyyy',
      ],
    });
  });

  it('that the projection leaves out are told', () => {
    const parameters = {
      ...daily('day', 'yyyy/MM/dd', '2026/11/10,2026/11/20'),
      ...projected('account', { type: 'enum', values: '111111111111,222222222222' }),
    };
    const logs = logsOf(tableOf({ partitions: ['account', 'day'], parameters }), {
      ...days('2026-11-01', '2026-11-30'),
      accounts: ['222222222222', '999999999999'],
    });
    expect(logs.missing.slice(-3)).toEqual([
      "account 999999999999: it is not in the table's projection.account.values",
      "days before 2026-11-10, the beginning of the table's projection.day.range",
      "days after 2026-11-20, the end of the table's projection.day.range",
    ]);
    expect(logs.reach).toEqual({
      ...{ firstDay: '2026-11-10', lastDay: '2026-11-20' },
      ...{ accounts: ['111111111111', '222222222222'], regions: null },
    });
  });

  it.each<[string, Partial<Part>, RegExp]>([
    ['days after its range', days('2026-11-21', '2026-11-23'), /days after 2026-11-20/],
    ['days before its range', days('2026-10-01', '2026-11-09'), /days before 2026-11-10/],
    ['accounts that it does not list', { accounts: ['999999999999'] }, /account 999999999999/],
    ['regions that it does not list', { regions: ['eu-north-1'] }, /region eu-north-1/],
  ])('that are none of %s are refused', (_, part, words) => {
    const parameters = {
      ...daily('day', 'yyyy/MM/dd', '2026/11/10,2026/11/20'),
      ...projected('account', { type: 'enum', values: '111111111111,222222222222' }),
      ...projected('region', { type: 'enum', values: 'eu-west-1' }),
    };
    const table = tableOf({ partitions: ['account', 'region', 'day'], parameters });
    expect(() => logsOf(table, { ...oneDay, ...part })).toThrow(
      expect.objectContaining({ code: 'ATHENA_NO_PARTITION', message: expect.stringMatching(words) }),
    );
  });

  it.each([
    ['NOW-3DAYS,NOW', '2026-11-27'],
    ['NOW-48HOURS,NOW', '2026-11-28'],
    [' NOW - 1 MONTH , NOW+1DAY', '2026-10-30'],
    ['NOW-2YEARS,NOW', '2024-11-30'],
  ])('that begin at %s begin at a day', (range, firstDay) => {
    const table = tableOf({ partitions: ['dt'], parameters: daily('dt', 'yyyy/MM/dd', range) });
    const now = at('2026-11-30T12:00:00');
    const logs = logsOf(table, { ...days('2024-01-01', '2026-12-01'), now });
    expect([logs.reach.firstDay, logs.reach.lastDay]).toEqual([firstDay, null]);
    expect(logs.missing.at(-1)).toBe(
      `days before ${firstDay}, the beginning of the table's projection.dt.range`,
    );
    const leap = { ...days('2024-02-01', '2024-03-01'), now: at('2024-03-31T00:00:00') };
    expect(
      logsOf(tableOf({ partitions: ['dt'], parameters: daily('dt', 'yyyy/MM/dd', 'NOW-1MONTH,NOW') }), leap)
        .reach.firstDay,
    ).toBe('2024-02-29');
  });

  it('of a type that their values are not of are refused as the table that they make', () => {
    const parameters = daily('dt', 'yyyy/MM/dd');
    for (const partition of ['dt int', 'dt date'])
      expect(() => restricted({ partitions: [partition], parameters })).toThrow(
        expect.objectContaining({ code: 'ATHENA_COLUMNS' }),
      );
    const far = { ...daily('dt', 'yyyy/MM'), 'projection.dt.interval': '1e999' };
    expect(logsOf(tableOf({ partitions: ['dt'], parameters: far }), oneDay).dayPartition).toBe(false);
  });

  it.each([
    ['yyyy', '2024,2025', '2024-01-01', '2025-12-31'],
    ['yyyy/MM', '2026/02,2026/02', '2026-02-01', '2026-02-28'],
    ['yyyy/MM/dd/HH', '2026/11/10/00,2026/11/20/23', '2026-11-10', '2026-11-20'],
    ['yyyy-MM-dd', 'NOW-3YEARS,NOW', null, null],
  ])('written as %s over %s reach from day to day', (format, range, firstDay, lastDay) => {
    const table = tableOf({ partitions: ['dt'], parameters: daily('dt', format, range) });
    const part = days(firstDay ?? oneDay.firstDay, lastDay ?? oneDay.lastDay);
    expect(logsOf(table, part)).toMatchObject({ reach: { firstDay, lastDay }, missing: expect.any(Array) });
    const parts = tableOf({
      partitions: ['year', 'month', 'day'],
      parameters: projected('year', { type: 'integer', range: '2024,2025' }),
    });
    expect(logsOf(parts, days('2025-12-30', '2026-01-02')).reach).toMatchObject({
      ...{ firstDay: '2024-01-01', lastDay: '2025-12-31' },
    });
    expect(() => logsOf(parts, oneDay)).toThrow(/years after 2025/);
  });

  it('that are injected have to be named', () => {
    const parts = { partitions: ['account'], parameters: projected('account', { type: 'injected' }) };
    expect(() => restricted(parts)).toThrow(/name accounts with --accounts/);
    expect(restricted(parts, asked)).toBe(`"account" = '111111111111'`);
  });

  it('take no value that is no account or region', () => {
    const bad = { ...asked, accounts: [`1' OR '1`] };
    expect(() => restricted({ partitions: ['account'] }, bad)).toThrow(/is no account id/);
  });
});

describe('conditions on records', () => {
  it('hold the window and let pass what has no readable time; places are bound', () => {
    const { sql, params } = logsOf(tableOf(), asked);
    expect(sql.slice(sql.indexOf('WHERE'))).toBe(
      [
        `WHERE ((replace(substr("eventtime", 1, 19), ' ', 'T') >= ? AND replace(substr("eventtime", 1, 19), ' ', 'T') < ?) OR NOT coalesce(regexp_like("eventtime", '^\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}'), false))`,
        '    AND "recipientaccountid" IN (?)',
        '    AND "awsregion" IN (?, ?)',
        ')',
      ].join('\n'),
    );
    expect(params).toEqual([
      '2026-11-17T00:00:00',
      '2026-11-18T00:00:00',
      '111111111111',
      'eu-west-1',
      'us-east-1',
    ]);
  });
});

describe('columns of logs', () => {
  it('are always all there, in their order', () => {
    const { sql } = logsOf(tableOf(), oneDay);
    expect([...sql.matchAll(/ AS (\w+)(?:,|\n)/g)].map(([, name]) => name)).toEqual(logColumns);
  });

  it('are NULL where the table has nothing for them, and the effect is told', () => {
    const { sql, missing } = logsOf(tableOf({ columns: { sharedeventid: null } }), oneDay);
    expect(sql).toContain('CAST(NULL AS varchar) AS shared_event_id,');
    expect(missing).toContain(
      'the two copies of a call between accounts are not joined: a chain may end at the border of an account (no column sharedeventid)',
    );
    expect(missing).toContain(
      'sessions of AssumeRoot are not told from root itself (no field useridentity.sessioncontext.assumedroot)',
    );
  });

  it('tell that Identity Center users are not tied where the table lacks onBehalfOf', () => {
    const useridentity = 'struct<type:string,arn:string>';
    expect(logsOf(tableOf({ columns: { useridentity } }), oneDay).missing).toContain(
      'Identity Center users are not tied to the sessions behind them by userId (no field useridentity.onbehalfof.userid)',
    );
  });

  it('come from the first place that has something', () => {
    const columns = { sessioncredentialfromconsole: 'string' };
    expect(logsOf(tableOf({ columns }), oneDay).sql).toContain(
      '"sessioncredentialfromconsole" AS from_console,',
    );
  });

  const web = (type: string) =>
    /^.* AS web_subject/m
      .exec(
        logsOf(
          tableOf({
            columns: {
              useridentity: `struct<type:string,sessioncontext:struct<webidfederationdata:${type}>>`,
            },
          }),
          oneDay,
        ).sql,
      )![0]
      .trim();
  const data = '"useridentity"."sessioncontext"."webidfederationdata"';

  it('have the subject of a web identity from a struct or a map', () => {
    expect(web('struct<federatedprovider:string,attributes:map<string,string>>')).toBe(
      `coalesce(element_at(${data}."attributes", 'sub'), element_at(${data}."attributes", array_min(filter(map_keys(${data}."attributes"), name -> name LIKE '%:sub')))) AS web_subject`,
    );
    expect(web('map<string,string>')).toContain(
      `TRY(CAST(json_parse(element_at(${data}, 'attributes')) AS map(varchar, varchar)))`,
    );
    expect(web('string')).toContain(
      `TRY(CAST(json_extract(${data}, '$.attributes') AS map(varchar, varchar)))`,
    );
  });

  it.each([
    ['no event id', { eventid: null }, 'no column eventid'],
    ['no errors', { errorcode: null }, 'no column errorcode'],
    [
      'responses taken apart',
      { responseelements: 'struct<credentials:string>' },
      'the column responseelements is of type struct<credentials:string>',
    ],
    ['no identities', { useridentity: null }, 'no column useridentity'],
  ])('cannot be made of a table with %s', (_title, columns, why) => {
    expect(() => logsOf(tableOf({ columns }), oneDay)).toThrow(
      expect.objectContaining({
        code: 'ATHENA_COLUMNS',
        message: `the table acme.cloudtrail_logs cannot be used: ${why}`,
      }),
    );
  });
});
