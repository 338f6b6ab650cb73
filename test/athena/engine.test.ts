import { beforeAll, describe, expect, it } from 'vitest';
import { withAthena } from './athena.js';
import type { ColumnSet } from './columns.js';
import { fewLogs, recordsBelow } from './few-logs.js';
import type { Lake } from './lake.js';
import { type LayoutName, layouts, onlyAdded } from './layouts.js';
import { type MadeTable, ownDdls, type TableOptions } from './table.js';
import { TrinoError } from './trino-client.js';

const names = Object.keys(layouts) as LayoutName[];
const shapes: Omit<TableOptions, 'lake'>[] = [
  ...ownDdls.map((layout) => ({ layout })),
  ...names.filter((layout) => !onlyAdded.includes(layout)).map((layout) => ({ layout })),
  ...names.filter((layout) => layout !== 'unpartitioned').map((layout) => ({ layout, added: true })),
  ...[false, true].map((added) => ({
    ...{ layout: 'region-year-month-day' as const, added },
    partitionTypes: { year: 'int', month: 'int', day: 'int' },
  })),
  { layout: 'dt-dashes', partitionTypes: { dt: 'date' } },
];

await withAthena('a table over a lake', (athena) => {
  const folder = fewLogs();
  const records = recordsBelow(folder);
  let lake: Lake;
  beforeAll(async () => {
    lake = await athena.lake(folder);
  });

  /** Ids of the records that a table has to show. */
  const within = ({ reach }: Pick<MadeTable, 'reach'>) =>
    records
      .filter(({ key }) => reach.accounts.some((id) => key.includes(`/${id}/CloudTrail/`)))
      .filter(({ key }) => reach.regions.some((region) => key.includes(`/CloudTrail/${region}/`)))
      .map(({ record }) => record.eventID as string)
      .sort();
  const idsOf = async ({ name }: MadeTable) =>
    (await athena.query(`SELECT eventid FROM "${name}"`)).rows.map(([id]) => id as string).sort();

  it('has every record of the folder in objects of the same names', async () => {
    expect(lake).toMatchObject({ organization: 'o-a1b2c3d4e5', days: ['2026-11-16', '2026-11-17'] });
    expect(lake.records).toBe(records.length);
    const objects = await athena.objects(`s3://${lake.bucket}/`);
    expect(objects.map((uri) => uri.replace(`s3://${lake.bucket}/`, '')).sort()).toEqual(
      [...new Set(records.map(({ key }) => key))].sort(),
    );
  });

  it.each(shapes)('shows the records that it reaches: %o', async (shape) => {
    const table = await athena.makeTable({ lake, ...shape });
    const shown = await idsOf(table);
    expect(shown.length).toBeGreaterThan(20);
    expect(shown).toEqual(within(table));
  });

  it.each<ColumnSet>(['documented', 'older', 'boolean-readonly'])(
    'shows the same records with the columns called %s',
    async (columns) => {
      const table = await athena.makeTable({ lake, columns });
      expect((await athena.query('SELECT * FROM logs')).rows).toHaveLength(within(table).length);
      expect(await idsOf(table)).toEqual(within(table));
    },
  );

  it('reads the objects of the partitions that are named, and no other, each once', async () => {
    await athena.makeTable({ lake, layout: 'region-day' });
    athena.proxy.seen.length = 0;
    await athena.query(`SELECT eventid FROM logs WHERE day = '2026/11/17' AND region = 'eu-west-1'`);
    const wanted = records
      .map(({ key }) => key)
      .filter((key) => /111111111111\/.*eu-west-1\/2026\/11\/17/.test(key));
    expect(wanted).not.toEqual([]);
    expect([...athena.reads().keys()].sort()).toEqual([...new Set(wanted)].sort());
    expect(new Set(athena.reads().values())).toEqual(new Set([1]));
  });

  describe('with our own columns', () => {
    beforeAll(async () => void (await athena.makeTable({ lake })));

    /** What the table shows for each record, by id. */
    const column = async (expression: string) =>
      new Map(
        (await athena.query(`SELECT eventid, ${expression} FROM logs`)).rows as [string, string | null][],
      );

    it.each([
      ['requestparameters', 'requestParameters'],
      ['responseelements', 'responseElements'],
      ['additionaleventdata', 'additionalEventData'],
      ['serviceeventdetails', 'serviceEventDetails'],
    ])('shows %s as the text of its JSON', async (name, field) => {
      const shown = await column(name);
      for (const { record } of records) {
        const told = shown.get(record.eventID as string) ?? null;
        expect(told === null ? null : JSON.parse(told)).toEqual(record[field] ?? null);
      }
    });

    it.each([
      [
        'useridentity.sessioncontext.sessionissuer.arn',
        ['userIdentity', 'sessionContext', 'sessionIssuer', 'arn'],
      ],
      ['useridentity.accesskeyid', ['userIdentity', 'accessKeyId']],
      [
        'useridentity.sessioncontext.attributes.mfaauthenticated',
        ['userIdentity', 'sessionContext', 'attributes', 'mfaAuthenticated'],
      ],
      ['resources[1].arn', ['resources', '0', 'ARN']],
      ['eventtime', ['eventTime']],
      ['readonly', ['readOnly']],
    ])('shows %s', async (expression, path) => {
      const shown = await column(`TRY(${expression})`);
      const fieldOf = (record: unknown) =>
        path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], record);
      const some = records.filter(({ record }) => fieldOf(record) !== undefined);
      expect(some).not.toEqual([]);
      for (const { record } of records) {
        const value = fieldOf(record);
        const text = value === undefined || value === null ? null : String(value);
        expect(shown.get(record.eventID as string) ?? null).toBe(text);
      }
    });
  });

  it('tells of a mistake with the name that Trino has for it', async () => {
    const failed = athena.query('SELECT nothing FROM logs');
    await expect(failed).rejects.toBeInstanceOf(TrinoError);
    await expect(failed).rejects.toMatchObject({ errorName: 'COLUMN_NOT_FOUND', errorType: 'USER_ERROR' });
  });

  it('stops a query in Trino when it is told to', async () => {
    const stop = new AbortController();
    let id = '';
    const endless = athena.query(
      'SELECT count(*) FROM UNNEST(sequence(1, 10000)) a, UNNEST(sequence(1, 10000)) b(y), UNNEST(sequence(1, 10000)) c(z)',
      {
        signal: stop.signal,
        onProgress: (progress) => {
          ({ id } = progress);
          if (progress.state === 'RUNNING') stop.abort(new Error('enough'));
        },
      },
    );
    await expect(endless).rejects.toThrow('enough');
    await expect
      .poll(
        async () =>
          (await athena.query(`SELECT state FROM system.runtime.queries WHERE query_id = '${id}'`)).rows,
        { timeout: 10_000 },
      )
      .toEqual([['FAILED']]);
  });
});
