import { cpSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { ask, folderOf, newDb, packed } from '../app/ingest-made.js';
import { dumpStore } from '../app/store-dump.js';
import { emptyFolder } from '../cli/rolecall.js';
import { newBucket, useEnvironment } from '../s3/bucket.js';
import { openWorkgroup } from './api.js';
import { withAthena } from './athena.js';
import { fewLogs, recordsBelow } from './few-logs.js';
import { addToLake, type Lake } from './lake.js';
import { ingestTable, truthOf, week } from './truth.js';

const hour = 3600;
const day = 24 * hour;

await withAthena('what Athena answers', (athena) => {
  useEnvironment(() => athena.environment());
  const accounts = ['111111111111', '222222222222'];
  const folder = fewLogs({ accounts, days: ['2026/11/16', '2026/11/17'] });
  const window = { from: week.from, to: week.from + 2 * day };
  const files = newDb();
  let lake: Lake;
  beforeAll(async () => {
    lake = await athena.lake(folder);
    await athena.makeTable({ lake });
    await ingest({ db: files, sources: [folder] });
  });

  const read = (db: string, more: Parameters<typeof ingestTable>[2] = {}) =>
    ingestTable(athena, db, { ...window, ...more });
  const started = () => athena.api.count('StartQueryExecution');
  const rowsOf = (db: string) =>
    ask<{ name: string }>(db, 'SELECT name FROM object ORDER BY name').map(({ name }) =>
      name.replace(/.*\/2026-11-/, ''),
    );

  describe('comes to the same store, to the row,', () => {
    const unloaded = newDb();
    beforeAll(async () => {
      for (const [name, value] of Object.entries(athena.environment())) process.env[name] = value;
      await ingestTable(athena, unloaded, window);
    });

    it('as JSON lines, as one CSV file, and page by page', async () => {
      expect(truthOf(unloaded)).toEqual(truthOf(files));
      const { name: bucket } = await newBucket(athena.server);
      const place = `s3://${bucket}/enforced/`;
      athena.api.workgroups.set('enforced', { ...openWorkgroup, outputLocation: place, enforced: true });
      athena.api.workgroups.set('managed', { ...openWorkgroup, managedResults: true });
      for (const workgroup of ['enforced', 'managed']) {
        const db = newDb();
        await read(db, { athena: { workgroup, pathStyle: true } });
        expect(dumpStore(db)).toEqual(dumpStore(unloaded));
        expect(ask(db, 'SELECT * FROM engine_query')).toEqual([]);
      }
      const unload = athena.api.queries.map(({ statement }) => statement.kind);
      expect(unload).toEqual(['select', 'select', 'select', 'select']);
      expect(await athena.objects(place)).toEqual([]);
      await read(newDb(), { athena: { workgroup: 'enforced', pathStyle: true, keepResults: true } });
      const kept = athena.api.queries.slice(-2).flatMap(({ written }) => written);
      expect([kept.length, await athena.objects(place)]).toEqual([4, kept.toSorted()]);
    });

    it('where results are kept, which then lie where they were written', async () => {
      const [db, output] = [newDb(), await athena.newOutput()];
      await read(db, { athena: { output, pathStyle: true, keepResults: true } });
      const written = athena.api.queries.flatMap((query) => query.written);
      expect(written.length).toBeGreaterThan(6);
      expect(await athena.objects(output)).toEqual(written.toSorted());
      expect(ask(db, 'SELECT * FROM engine_query')).toEqual([]);
    });
  });

  describe('to a window asked for in pieces adds up to the whole', () => {
    it('of hours, in whatever order and overlap', async () => {
      const db = newDb();
      const noon = window.from + 12 * hour + 1800;
      await read(db, { to: noon });
      await read(db, { from: noon, to: window.from + day });
      expect(rowsOf(db)).toEqual([
        '16?from=2026-11-16T00:00:00Z&to=2026-11-16T12:30:00Z',
        '16?from=2026-11-16T12:30:00Z',
      ]);
      await read(db, { from: noon - 3 * hour, to: window.to });
      await read(db, {});
      expect(truthOf(db)).toEqual(truthOf(files));
      const asked = started();
      await read(db, {});
      expect(started()).toBe(asked);
      const backwards = newDb();
      for (const from of [36, 20, 9, 0])
        await read(backwards, { from: window.from + from * hour, to: window.to });
      expect(truthOf(backwards)).toEqual(truthOf(files));
    });

    it('of days, also where a record of the evening lies in the folder of the next day', async () => {
      const late = emptyFolder();
      cpSync(folder, late, { recursive: true });
      cpSync(evening(), late, { recursive: true });
      await athena.makeTable({ lake: await athena.lake(late), name: 'evenings' });
      const truth = newDb();
      await ingest({ db: truth, sources: [late] });
      const [db, whole] = [newDb(), newDb()];
      await read(whole, { table: 'evenings' });
      for (const from of [window.from, window.from + day])
        await read(db, { table: 'evenings', from, to: from + day });
      expect(truthOf(whole)).toEqual(truthOf(truth));
      expect(truthOf(db)).toEqual(truthOf(truth));
    });

    it('of accounts, one by one and then all', async () => {
      const db = newDb();
      await read(db, { accounts: [accounts[0]!] });
      await read(db, { accounts: [accounts[1]!] });
      expect(truthOf(db)).toEqual(truthOf(files));
      await read(db, { accounts: [...accounts].reverse() });
      expect(truthOf(db)).toEqual(truthOf(files));
      await read(db, {});
      expect(truthOf(db)).toEqual(truthOf(files));
    });

    it('of accounts, but for sets that overlap: those are refused, and nothing is asked', async () => {
      const third = '444444444444';
      await athena.makeTable({ lake, name: 'three', accounts: [...accounts, third] });
      const db = newDb();
      await read(db, { table: 'three', accounts });
      const [before, asked] = [dumpStore(db), started()];
      await expect(read(db, { table: 'three', accounts: [accounts[1]!, third] })).rejects.toMatchObject({
        code: 'SOURCES_OVERLAP',
      });
      expect([dumpStore(db), started()]).toEqual([before, asked]);
    });
  });

  /** A file of the 17th with two calls of the minute before midnight. */
  function evening(): string {
    const late = recordsBelow(folder)
      .filter(({ key }) => key.includes('/111111111111/') && key.includes('/2026/11/16/'))
      .slice(0, 2);
    const records = late.map(({ record }, i) => ({
      ...record,
      eventID: `00000000-0000-4000-8000-00000000000${i}`,
      eventTime: '2026-11-16T23:58:59Z',
    }));
    const key = late[0]!.key
      .replace('/2026/11/16/', '/2026/11/17/')
      .replace(/[^/]*$/, (name) => name.replace(/\d{8}T\d{4}Z_\w+/, '20261117T0005Z_late'));
    return folderOf({ [key]: packed(records) });
  }

  it('has a late file of an open day in the next run, and none of a settled day', async () => {
    const own = await athena.lake(folder);
    await athena.makeTable({ lake: own, name: 'late' });
    const [open, settled] = [newDb(), newDb()];
    await read(open, { table: 'late', now: window.to });
    await read(settled, { table: 'late' });
    // Findings are kept, too: what changes now has to change them.
    expect(truthOf(open)).toEqual(truthOf(files));
    const late = evening();
    await addToLake(athena.server, own.bucket, late);
    athena.api.reset();
    await read(open, { table: 'late', now: window.to + hour });
    expect(started()).toBe(2);
    await read(settled, { table: 'late' });
    expect(started()).toBe(2);
    const [all, first] = [newDb(), newDb()];
    await ingest({ db: all, sources: [folder, late] });
    await ingest({ db: first, sources: [folder] });
    expect(truthOf(open)).toEqual(truthOf(all));
    expect(truthOf(settled)).toEqual(truthOf(first));
  });

  it('that is no record is counted and told, and the rest of the day is kept', async () => {
    const [{ key, record }] = recordsBelow(folder) as [ReturnType<typeof recordsBelow>[number]];
    const odd = folderOf({
      [key.replace(/\.json\.gz$/, 'x.json.gz')]: packed([
        { ...record, eventID: null },
        { ...record, eventTime: 'yesterday' },
        // Of an hour that has others like it.
        { ...record, eventID: 'y', eventTime: `${String(record.eventTime).slice(0, 14)}75:00Z` },
        { ...record, eventID: 'x', eventTime: '2026-11-16 10:00:00' },
        {},
      ]),
    });
    const both = emptyFolder();
    for (const one of [folder, odd]) cpSync(one, both, { recursive: true });
    const mixed = newDb();
    const fromFiles = await ingest({ db: mixed, sources: [both] });
    await athena.makeTable({ lake: await athena.lake(both), name: 'odd' });
    const db = newDb();
    const { records, problems } = await read(db, { table: 'odd' });
    expect(records).toMatchObject({
      read: fromFiles.records.read,
      rejected: fromFiles.records.rejected,
    });
    expect(problems.length).toBeGreaterThan(0);
    expect(truthOf(db)).toEqual(truthOf(mixed));
  });

  describe('is refused, and nothing changed,', () => {
    it('where the store has the same hours from files, and nothing is asked', async () => {
      const db = newDb();
      await ingest({ db, sources: [folder] });
      const before = dumpStore(db);
      await expect(read(db)).rejects.toMatchObject({ code: 'SOURCES_OVERLAP' });
      expect([dumpStore(db), started()]).toEqual([before, 0]);
    });

    it('but not where the store has other accounts from files, and a day is asked for again', async () => {
      const [here, elsewhere] = accounts.map((id) =>
        fewLogs({ accounts: [id], days: ['2026/11/16', '2026/11/17'] }),
      );
      await athena.makeTable({
        lake: await athena.lake(here!),
        name: 'one',
        layout: 'account-region-day',
        added: true,
      });
      const db = newDb();
      await read(db, { table: 'one', now: window.to });
      await ingest({ db, sources: [elsewhere!] });
      // Nothing tells which accounts the table has.
      const { objects } = await read(db, { table: 'one', now: window.to + hour });
      expect(objects).toMatchObject({ read: 2 });
      const fresh = newDb();
      await ingest({ db: fresh, sources: [elsewhere!] });
      await expect(read(fresh, { table: 'one' })).rejects.toMatchObject({ code: 'SOURCES_OVERLAP' });
      await read(fresh, { table: 'one', accounts: [accounts[0]!] });
      expect(truthOf(fresh)).toEqual(truthOf(db));
    });

    it('where an answer has such an hour, though nothing in the table said so', async () => {
      const [here, elsewhere] = accounts.map((id) =>
        fewLogs({ accounts: [id], days: ['2026/11/16', '2026/11/17'] }),
      );
      const [{ record }] = recordsBelow(elsewhere!) as [ReturnType<typeof recordsBelow>[number]];
      const [{ key }] = recordsBelow(here!) as [ReturnType<typeof recordsBelow>[number]];
      const lake = await athena.lake(here!);
      await addToLake(athena.server, lake.bucket, folderOf({ [`${key}x.gz`]: packed([record]) }));
      await athena.makeTable({ lake, name: 'astray', accounts: [accounts[0]!] });
      const db = newDb();
      await ingest({ db, sources: [elsewhere!] });
      const before = dumpStore(db);
      const output = await athena.newOutput();
      const refused = read(db, { table: 'astray', output });
      await expect(refused).rejects.toMatchObject({ code: 'SOURCES_OVERLAP' });
      expect(started()).toBeGreaterThan(0);
      expect(dumpStore(db)).toEqual(before);
      expect(ask(db, 'SELECT * FROM engine_query')).toEqual([]);
      expect(await athena.objects(output)).toEqual([]);
    });

    it('where it has them from another table, and from this one however it is written none is asked again', async () => {
      await athena.makeTable({ lake, name: 'again' });
      const db = newDb();
      await read(db);
      const before = dumpStore(db);
      const asked = started();
      await expect(read(db, { table: 'again' })).rejects.toMatchObject({ code: 'SOURCES_OVERLAP' });
      expect(dumpStore(db)).toEqual(before);
      for (const source of ['athena://acme.LOGS', 'athena://AwsDataCatalog.acme.logs'])
        expect((await read(db, { source })).objects).toMatchObject({ read: 0, skipped: 2 });
      expect([dumpStore(db), started()]).toEqual([before, asked]);
    });

    it('where another table has its name, until all is asked for again', async () => {
      const namesake = { name: 'twice', accounts: [accounts[0]!] };
      await athena.makeTable({ lake, ...namesake });
      const db = newDb();
      await read(db, { table: 'twice' });
      const before = dumpStore(db);
      const other = await athena.lake(folder);
      await athena.makeTable({ lake: other, ...namesake });
      const asked = started();
      await expect(read(db, { table: 'twice' })).rejects.toMatchObject({
        code: 'ATHENA_MOVED',
        message: expect.stringContaining(`s3://${other.bucket}/`),
      });
      expect([dumpStore(db), started()]).toEqual([before, asked]);
      const { objects } = await read(db, { table: 'twice', settle: Number.POSITIVE_INFINITY });
      expect(objects).toMatchObject({ read: 2, skipped: 0 });
      expect((await read(db, { table: 'twice' })).objects).toMatchObject({ read: 0, skipped: 2 });
    });

    it('where a table read as a whole has partitions by day now', async () => {
      await athena.makeTable({ lake, name: 'changing', layout: 'unpartitioned' });
      const db = newDb();
      await read(db, { table: 'changing', fullScan: true });
      const before = dumpStore(db);
      await athena.makeTable({ lake, name: 'changing' });
      await expect(read(db, { table: 'changing' })).rejects.toMatchObject({ code: 'SOURCES_OVERLAP' });
      expect(dumpStore(db)).toEqual(before);
    });
  });

  it('is the same from a table whose partitions are months, which is read once', async () => {
    await athena.makeTable({ lake, name: 'flat', layout: 'unpartitioned' });
    await athena.query(`CREATE OR REPLACE VIEW months AS SELECT *, '2026-11' AS yearmonth FROM flat`);
    const metadata = { ...athena.api.tables.get('acme.flat')!, Name: 'months' };
    athena.api.tables.set('acme.months', {
      ...metadata,
      PartitionKeys: [{ Name: 'yearmonth', Type: 'string' }],
    });
    const db = newDb();
    await read(db, { table: 'months' });
    expect(truthOf(db)).toEqual(truthOf(files));
    expect(started()).toBe(1);
  });
});
