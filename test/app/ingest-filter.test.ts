import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { alreadyRead, filterOf, markedEtag } from '../../src/app/ingest-filter.js';
import { build } from '../cli/rolecall.js';
import { allRecords, ask, folderOf, newDb, packed } from './ingest-made.js';
import { dumpStore, recordsOf } from './store-dump.js';

beforeAll(build);

const files = { 'all.json.gz': packed(allRecords) };
const prod = allRecords.filter(({ recipientAccountId }) => recipientAccountId === '222222222222');

describe('a filter', () => {
  it('leaves records out that are then neither read nor rejected', async () => {
    const db = newDb();
    const { records } = await ingest({ db, sources: [folderOf(files)], accounts: ['222222222222'] });
    const ids = new Set(prod.map(({ eventID }) => eventID));
    const duplicate = prod.length - ids.size;
    expect(records).toEqual({ read: prod.length, stored: ids.size, duplicate, rejected: 0 });
    expect(ask(db, 'SELECT DISTINCT account FROM call')).toEqual([{ account: '222222222222' }]);
    expect(ask(db, 'SELECT 1 FROM object WHERE read <> stored + duplicate + rejected')).toEqual([]);
  });

  it('takes regions, and a window that ends before its end', async () => {
    const times = [...new Set(prod.map(({ eventTime }) => Date.parse(eventTime) / 1000))].sort();
    const [from, to] = [times[3]!, times[9]!];
    const db = newDb();
    const question = { db, sources: [folderOf(files)], accounts: ['222222222222'], regions: ['eu-west-1'] };
    const { records, window } = await ingest({ ...question, from, to });
    const inside = prod.filter(({ eventTime, awsRegion }) => {
      const time = Date.parse(eventTime) / 1000;
      return awsRegion === 'eu-west-1' && time >= from && time < to;
    });
    expect(inside.length).toBeGreaterThan(0);
    expect(records.read).toBe(inside.length);
    expect(window!.from).toBeGreaterThanOrEqual(from);
    expect(window!.to).toBeLessThan(to);
  });

  it('does not make an object read: a run without it reads the rest', async () => {
    const [db, folder] = [newDb(), folderOf(files)];
    await ingest({ db, sources: [folder], accounts: ['222222222222'] });
    const rest = await ingest({ db, sources: [folder] });
    expect(rest.objects.read).toBe(1);
    expect(rest.records).toMatchObject({ read: allRecords.length, rejected: 0 });
    expect(rest.records.duplicate).toBeGreaterThanOrEqual(prod.length);
    const plain = newDb();
    await ingest({ db: plain, sources: [folder] });
    expect(recordsOf(dumpStore(db))).toEqual(recordsOf(dumpStore(plain)));
  });

  it('skips what was read through the same one, a wider one, or none', async () => {
    const [db, folder] = [newDb(), folderOf(files)];
    const skipped = async (narrowed: { accounts?: string[]; from?: number }) =>
      (await ingest({ db, sources: [folder], ...narrowed })).objects.skipped;
    expect(await skipped({ accounts: ['222222222222', '111111111111'] })).toBe(0);
    expect(await skipped({ accounts: ['111111111111', '222222222222'] })).toBe(1);
    expect(await skipped({ accounts: ['222222222222'], from: 1_700_000_000 })).toBe(1);
    expect(await skipped({ accounts: ['444444444444'] })).toBe(0);
    expect(await skipped({})).toBe(0);
    expect(await skipped({ accounts: ['222222222222'] })).toBe(1);
  });

  it('that no log is of gives an empty answer, not an error', async () => {
    const name = 'AWSLogs/222222222222/CloudTrail/eu-west-1/2026/11/17/x.json.gz';
    const folder = folderOf({ [name]: packed(prod) });
    const summary = await ingest({ db: newDb(), sources: [folder], accounts: ['444444444444'] });
    expect(summary.objects).toEqual({ seen: 0, read: 0, skipped: 0, failed: 0 });
  });
});

describe('the mark of a filter in the ledger', () => {
  const day = filterOf({ from: 86_400, to: 172_800 });

  it('is none without a filter', () => {
    expect(filterOf({})).toBeNull();
    expect(markedEtag('12-34', null)).toBe('12-34');
  });

  it('covers what lies inside, and nothing of a changed object', () => {
    const marked = markedEtag('12-34', day);
    expect(alreadyRead(marked, '12-34', day)).toBe(true);
    expect(alreadyRead(marked, '12-34', { from: 90_000, to: 100_000 })).toBe(true);
    expect(alreadyRead(marked, '12-34', { from: 90_000 })).toBe(false);
    expect(alreadyRead(marked, '12-34', null)).toBe(false);
    expect(alreadyRead(marked, '12-3', day)).toBe(false);
    expect(alreadyRead(marked, '99-99', day)).toBe(false);
    expect(alreadyRead('12-34', '12-34', day)).toBe(true);
  });
});
