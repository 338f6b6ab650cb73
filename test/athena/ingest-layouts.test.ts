import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../fixtures/make/scenarios.js';
import { ingest } from '../../src/app/ingest.js';
import { folderOf, newDb, packed } from '../app/ingest-made.js';
import { emptyFolder } from '../cli/rolecall.js';
import { useEnvironment } from '../s3/bucket.js';
import { withAthena } from './athena.js';
import { type ColumnSet, columnSets } from './columns.js';
import { fewLogs, recordsBelow } from './few-logs.js';
import type { Lake } from './lake.js';
import { type LayoutName, layouts, onlyAdded } from './layouts.js';
import { differences, stripped } from './stripped.js';
import { type MadeTable, ownDdls, type TableOptions } from './table.js';
import { ingestTable, truthOf } from './truth.js';

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
const days = {
  from: Date.parse('2026-11-16T00:00:00Z') / 1000,
  to: Date.parse('2026-11-18T00:00:00Z') / 1000,
};
const lastDay = { from: days.to - 86_400, to: days.to };

/** What no documented table has. */
const lackedAlways = [
  'no field useridentity.identityprovider',
  'no field useridentity.sessioncontext.sourceidentity',
  'no field useridentity.sessioncontext.assumedroot',
  'no field useridentity.sessioncontext.attributes.signinsessionarn',
];
/** What older ones lack, too. */
const lackedBefore = [
  'no column eventcategory',
  'no column addendum',
  'no column addendum',
  'no field useridentity.onbehalfof.userid',
  'no field useridentity.onbehalfof.identitystorearn',
  'no column sessioncredentialfromconsole',
];

/** Columns and fields that can be done without, some at a time. */
const identity = (...names: string[]) => names.map((name) => `useridentity.${name}`);
const context = (...names: string[]) => names.map((name) => `useridentity.sessioncontext.${name}`);
const dispensable: string[][] = [
  ['awsregion', 'errormessage', 'additionaleventdata'],
  ['readonly', 'eventtype', 'sourceipaddress'],
  ['eventcategory', 'managementevent', 'useragent'],
  ['requestid', ...context('sessionissuer.principalid', 'attributes.mfaauthenticated')],
  ['sharedeventid', 'serviceeventdetails', ...identity('invokedby')],
  ['resources', 'addendum.originaleventid', ...identity('username')],
  ['addendum', ...identity('principalid', 'onbehalfof')],
  [...identity('accesskeyid'), ...context('sourceidentity', 'ec2roledelivery')],
  [...identity('type', 'accountid'), ...context('webidfederationdata')],
  [...identity('arn', 'identityprovider'), ...context('assumedroot')],
  context('sessionissuer.type', 'attributes.creationdate'),
  context('sessionissuer.arn'),
  identity('sessioncontext'),
];
/** Those without which nothing works. */
const needed = [
  'eventid',
  'eventtime',
  'eventsource',
  'eventname',
  'recipientaccountid',
  'errorcode',
  'requestparameters',
  'responseelements',
];

/** Writes records as CloudTrail's objects and ingests them. */
async function fromFiles(logs: { key: string; record: Record<string, unknown> }[]): Promise<string> {
  const folder = emptyFolder();
  const byKey = new Map<string, unknown[]>();
  for (const { key, record } of logs) byKey.set(key, [...(byKey.get(key) ?? []), record]);
  for (const [key, records] of byKey) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), packed(records));
  }
  const db = newDb();
  await ingest({ db, sources: [folder], threads: 1 });
  return db;
}

await withAthena('a table of somebody else', (athena) => {
  useEnvironment(() => athena.environment());
  const folder = fewLogs();
  const logs = recordsBelow(folder);
  let lake: Lake;
  beforeAll(async () => {
    lake = await athena.lake(folder);
  });

  const within = ({ reach }: MadeTable) =>
    logs
      .filter(({ key }) => reach.accounts.some((id) => key.includes(`/${id}/CloudTrail/`)))
      .filter(({ key }) => reach.regions.some((region) => key.includes(`/CloudTrail/${region}/`)));
  const whole = ({ layout }: Pick<TableOptions, 'layout'>) => layout === 'unpartitioned';
  const truths = new Map<string, ReturnType<typeof truthOf>>();
  const truthWithin = async (table: MadeTable) => {
    const key = JSON.stringify(table.reach);
    const known = truths.get(key) ?? truthOf(await fromFiles(within(table)));
    truths.set(key, known);
    return known;
  };

  /** Log files that were read since `proxy.seen` was emptied, each as often as it was. */
  const logsRead = () =>
    [...athena.reads()]
      .filter(([key]) => key.endsWith('.json.gz'))
      .flatMap(([key, count]) => Array<string>(count).fill(key))
      .sort();
  const logsOf = (table: MadeTable, day: string) =>
    [...new Set(within(table).map(({ key }) => key))].filter((key) => key.includes(`/${day}/`)).sort();

  it.each(shapes.filter((shape) => !whole(shape)))(
    'tells the truth of the logs that it reaches, and has those of one day read alone, each once: %o',
    async (shape) => {
      const table = await athena.makeTable({ lake, ...shape });
      const db = newDb();
      athena.proxy.seen.length = 0;
      await ingestTable(athena, db, { ...days, to: lastDay.from });
      expect(logsOf(table, '2026/11/16').length).toBeGreaterThan(5);
      expect(logsRead()).toEqual(logsOf(table, '2026/11/16'));
      athena.proxy.seen.length = 0;
      const summary = await ingestTable(athena, db, days);
      expect(logsRead()).toEqual(logsOf(table, '2026/11/17'));
      expect(summary).toMatchObject({
        objects: { seen: 2, skipped: 1, read: 1, failed: 0 },
        problems: [],
        engine: { missing: [] },
      });
      const truth = await truthWithin(table);
      expect(truth.sessions.length).toBeGreaterThan(5);
      expect(truthOf(db)).toEqual(truth);
    },
  );

  it.each(shapes.filter(whole))('tells the truth where it is read whole: %o', async (shape) => {
    const table = await athena.makeTable({ lake, ...shape });
    const db = newDb();
    const summary = await ingestTable(athena, db, { ...days, fullScan: true });
    expect(summary).toMatchObject({ objects: { seen: 1, failed: 0 }, problems: [], engine: { missing: [] } });
    expect(truthOf(db)).toEqual(await truthWithin(table));
  });

  it.each(shapes.filter(({ layout }) => layout === 'org-account-region-day' || layout === 'create-table'))(
    'has the objects of an account and a region read alone: %o',
    async (shape) => {
      await athena.makeTable({ lake, ...shape });
      athena.proxy.seen.length = 0;
      const [accounts, regions] = [['222222222222'], ['eu-west-1']];
      await ingestTable(athena, newDb(), { ...lastDay, accounts, regions });
      const read = [...athena.reads().keys()].filter((key) => key.endsWith('.json.gz'));
      expect(read).not.toEqual([]);
      expect(read.filter((key) => !key.includes('/222222222222/CloudTrail/eu-west-1/2026/11/17/'))).toEqual(
        [],
      );
    },
  );

  it('is refused without a partition by time, before anything is asked', async () => {
    await athena.makeTable({ lake, layout: 'unpartitioned' });
    await expect(ingestTable(athena, newDb(), days)).rejects.toMatchObject({
      code: 'ATHENA_NO_TIME_PARTITION',
      message:
        'the table acme.logs has no partitions by time (none at all): every query would read all of its days',
      remedy: expect.stringMatching(/rolecall athena ddl.*--full-scan/),
    });
    expect(athena.api.queries).toEqual([]);
  });

  describe('with the columns of other years', () => {
    let truth: ReturnType<typeof truthOf>;
    beforeAll(async () => {
      truth = truthOf(await fromFiles(logs));
    });

    it.each<[ColumnSet, string[], string[]]>([
      ['ours', [], []],
      ['documented', lackedAlways, []],
      ['older', [...lackedAlways, ...lackedBefore], ['origin']],
      ['boolean-readonly', lackedAlways, []],
    ])('shows all but what it says that it cannot: %s', async (columns, lacks, differ) => {
      await athena.makeTable({ lake, columns });
      const db = newDb();
      const { engine } = await ingestTable(athena, db, days);
      expect(engine!.missing.map((clause) => /\((.*)\)$/.exec(clause)![1]).sort()).toEqual(lacks.sort());
      const seen = truthOf(db);
      const { without } = columnSets[columns];
      const cut = logs.map(({ key, record }) => ({ key, record: stripped(record, without) }));
      expect(seen).toEqual(truthOf(await fromFiles(cut)));
      expect(differences(truth.sessions, seen.sessions, 'id')).toEqual(differ);
    });

    it('takes names in any case, as some write them in a table', async () => {
      const { database, name, metadata } = await athena.makeTable({ lake });
      const big = metadata.Columns.map(({ Name, Type }) => ({
        Name,
        Type: Type.replaceAll(/\b([a-z]+)(?=:)/g, (field) => field.toUpperCase()),
      }));
      expect(big.find(({ Name }) => Name === 'useridentity')!.Type).toContain('ARN:string');
      athena.api.tables.set(`${database}.${name}`, { ...metadata, Columns: big });
      const db = newDb();
      const { engine } = await ingestTable(athena, db, days);
      expect(engine!.missing).toEqual([]);
      expect(truthOf(db)).toEqual(truth);
    });
  });

  describe('without one of its columns', () => {
    // Whatever a record can hold, in one object; what is wrong on purpose, and what a sum cannot take back, is elsewhere.
    const records = scenarios
      .filter(({ name }) => !name.startsWith('hostile:'))
      .flatMap((scenario) => scenario.records as unknown as Record<string, unknown>[])
      .filter(({ addendum }) => addendum === undefined);
    const key = 'AWSLogs/o-a1b2c3d4e5/111111111111/CloudTrail/eu-west-1/2026/11/17/made.json.gz';
    const cutOf = (without: readonly string[]) =>
      fromFiles(records.map((record) => ({ key, record: stripped(record, without) })));
    const twoDays: [string, string] = ['2026-11-16', '2026-11-17'];
    let made: Lake;
    let truth: ReturnType<typeof truthOf>;
    beforeAll(async () => {
      made = await athena.lake(folderOf({ [key]: packed(records) }));
      truth = truthOf(await cutOf([]));
    });

    it('shows everything when it lacks none', async () => {
      await athena.makeTable({ lake: made, days: twoDays });
      const db = newDb();
      const { engine } = await ingestTable(athena, db, days);
      expect(engine!.missing).toEqual([]);
      expect(truthOf(db)).toEqual(truth);
    });

    it.each(dispensable.map((without) => ({ without })))(
      'shows all but what it says that it cannot: %o',
      async ({ without }) => {
        await athena.makeTable({ lake: made, days: twoDays, columns: { without, types: {} } });
        const db = newDb();
        const { engine } = await ingestTable(athena, db, days);
        const told = engine!.missing.join();
        for (const path of without) expect(told).toMatch(new RegExp(`\\(no (?:column|field) ${path}`));
        expect(truthOf(db)).toEqual(truthOf(await cutOf(without)));
      },
    );

    it.each(needed)('is refused, and nothing asked of it: no %s', async (path) => {
      await athena.makeTable({ lake: made, days: twoDays, columns: { without: [path], types: {} } });
      await expect(ingestTable(athena, newDb())).rejects.toMatchObject({
        code: 'ATHENA_COLUMNS',
        message: `the table acme.logs cannot be used: no column ${path}`,
        remedy: expect.stringContaining('rolecall athena ddl'),
      });
      expect(athena.api.queries).toEqual([]);
    });
  });
});
