import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { build, emptyFolder } from '../cli/rolecall.js';
import { allRecords, ask, folderOf, newDb, outcome, packed } from './ingest-made.js';
import { dumpStore } from './store-dump.js';

beforeAll(build);

const records = allRecords.slice(0, 40);
const whole = packed(records);
const bad = {
  'cut.json.gz': whole.subarray(0, Math.floor(whole.length / 2)),
  'encrypted.json.gz': Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 167 + (i >> 3) * 59) & 0xff)),
  'no-brackets.json': `{"Records":[${JSON.stringify(records[0])},`,
};

describe('damage', () => {
  it('costs the damaged objects what is damaged, and no other anything', async () => {
    const db = newDb();
    const summary = await ingest({ db, sources: [folderOf({ ...bad, 'whole.json.gz': whole })] });
    expect(summary.objects).toEqual({ seen: 4, read: 1, skipped: 0, failed: 3 });
    expect(summary.records.stored).toBe(records.length);
    const { read, stored, duplicate, rejected } = summary.records;
    expect(read).toBe(stored + duplicate + rejected);
    for (const name of Object.keys(bad))
      expect(summary.problems.some(({ source, reason }) => source.endsWith(name) && reason !== '')).toBe(
        true,
      );
    expect(summary.problems.filter(({ source }) => source.endsWith('whole.json.gz'))).toEqual([]);
  });

  it('is reported by every run, until the object is whole', async () => {
    const [db, folder] = [newDb(), folderOf({ ...bad, 'fine.json.gz': packed(allRecords.slice(40, 50)) })];
    const first = await ingest({ db, sources: [folder] });
    const dump = dumpStore(db);
    const again = await ingest({ db, sources: [folder] });
    expect(again.problems).toEqual(first.problems);
    expect(again.objects).toEqual({ seen: 4, read: 0, skipped: 1, failed: 3 });
    expect(again.records.stored).toBe(0);
    expect(dumpStore(db)).toEqual(dump);
    for (const name of Object.keys(bad)) writeFileSync(join(folder, name), whole);
    const mended = await ingest({ db, sources: [folder] });
    expect(mended.problems).toEqual([]);
    expect(mended.objects).toEqual({ seen: 4, read: 3, skipped: 1, failed: 0 });
    expect(ask(db, 'SELECT * FROM problem')).toEqual([]);
  });

  it('keeps to the ledger what went wrong, for those who ask later', async () => {
    const db = newDb();
    const summary = await ingest({ db, sources: [folderOf(bad)] });
    expect(ask(db, 'SELECT reason FROM problem ORDER BY reason')).toEqual(
      summary.problems.map(({ reason }) => ({ reason })).sort((a, b) => (a.reason < b.reason ? -1 : 1)),
    );
    expect(ask(db, 'SELECT name FROM object WHERE complete = 1')).toEqual([]);
  });

  it('includes a file that cannot be opened', async () => {
    const folder = folderOf({ 'whole.json.gz': whole });
    // A folder that is named like a log and opened as one would fail; a file without permission does not for root.
    writeFileSync(join(folder, 'gone.json.gz'), whole);
    const db = newDb();
    const reading = ingest({
      db,
      sources: [folder],
      onProgress: ({ phase, objectsTotal }) => {
        if (phase === 'reading' && objectsTotal === 2) replaceByFolder(join(folder, 'gone.json.gz'));
      },
    });
    const summary = await reading;
    expect(summary.objects).toEqual({ seen: 2, read: 1, skipped: 0, failed: 1 });
    expect(summary.problems).toHaveLength(1);
    expect(summary.problems[0]!.source).toMatch(/gone\.json\.gz$/);
  });
});

describe('what is no damage', () => {
  it('is an object without records, or in another wrapping', async () => {
    const db = newDb();
    const lines = records.map((record) => JSON.stringify(record)).join('\n');
    const folder = folderOf({
      'empty.json.gz': gzipSync('{"Records":[]}'),
      'lines.ndjson': lines,
      'one.json': JSON.stringify(allRecords[50]),
    });
    const summary = await ingest({ db, sources: [folder] });
    expect(outcome(summary)).toEqual({
      objects: { seen: 3, read: 3, skipped: 0, failed: 0 },
      records: { read: 41, stored: 41, duplicate: 0, rejected: 0 },
      problems: [],
    });
  });

  it('is a file of no bytes: it is told, and the run goes on', async () => {
    const db = newDb();
    const folder = folderOf({ 'nothing.json.gz': '', 'whole.json.gz': whole });
    const summary = await ingest({ db, sources: [folder] });
    expect(summary.records.stored).toBe(records.length);
    expect(summary.problems.map(({ reason }) => reason)).toEqual([
      'the object is empty: it holds no text at all',
    ]);
  });
});

describe('sources without logs', () => {
  it('are an error that names them', async () => {
    const folder = folderOf({ 'AWSLogs/222222222222/CloudTrail-Digest/eu-west-1/x.json.gz': whole });
    const db = newDb();
    await expect(ingest({ db, sources: [folder] })).rejects.toMatchObject({
      code: 'NO_LOGS_FOUND',
      message: `there are no CloudTrail logs in ${folder}; passed over: 1 CloudTrail-Digest`,
    });
    await expect(ingest({ db, sources: [emptyFolder()] })).rejects.toMatchObject({ code: 'NO_LOGS_FOUND' });
    await expect(ingest({ db, sources: ['no/such/place'] })).rejects.toMatchObject({
      code: 'NO_SUCH_SOURCE',
    });
    await expect(ingest({ db, sources: [] })).rejects.toMatchObject({ code: 'NO_SUCH_SOURCE' });
  });
});

function replaceByFolder(path: string): void {
  const { rmSync } = process.getBuiltinModule('node:fs');
  // Progress is told more than once.
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
}
