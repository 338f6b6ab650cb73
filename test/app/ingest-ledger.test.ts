import { renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { TOKEN_MARKER } from '../../fixtures/make/acme.js';
import { ingest } from '../../src/app/ingest.js';
import { build, emptyFolder } from '../cli/rolecall.js';
import { allRecords, ask, bytesOfStore, folderOf, newDb, packed } from './ingest-made.js';

beforeAll(build);

const half = Math.floor(allRecords.length / 2);
const files = {
  'AWSLogs/first.json.gz': packed(allRecords.slice(0, half)),
  'AWSLogs/second.json.gz': packed([...allRecords.slice(half), ...allRecords.slice(0, 20)]),
};

describe('the ledger', () => {
  it('holds for each object: read = stored + duplicate + rejected', async () => {
    const db = newDb();
    const summary = await ingest({ db, sources: [folderOf(files)] });
    const { read, stored, duplicate, rejected } = summary.records;
    expect(read).toBe(allRecords.length + 20);
    expect(stored + duplicate + rejected).toBe(read);
    expect(duplicate).toBeGreaterThanOrEqual(20);
    expect(ask(db, 'SELECT name FROM object WHERE read <> stored + duplicate + rejected')).toEqual([]);
    expect(ask(db, 'SELECT sum(read) AS read, sum(stored) AS stored FROM object')).toEqual([
      { read, stored },
    ]);
    expect(ask(db, 'SELECT count(*) AS events FROM event')).toEqual([{ events: stored }]);
  });

  it('leaves nothing to do for a second run, which says so', async () => {
    const [db, sources] = [newDb(), [folderOf(files)]];
    const first = await ingest({ db, sources });
    const second = await ingest({ db, sources });
    expect(first.objects).toEqual({ seen: 2, read: 2, skipped: 0, failed: 0 });
    expect(first.sessions.new).toBe(ask(db, 'SELECT 1 FROM session').length);
    expect(first.sessions.changed).toBe(0);
    expect(second).toMatchObject({
      objects: { seen: 2, read: 0, skipped: 2, failed: 0 },
      records: { read: 0, stored: 0, duplicate: 0, rejected: 0 },
      sessions: { new: 0, changed: 0 },
      bytes: 0,
      window: first.window,
    });
  });

  it('knows a file by its whole path, from wherever it is named', async () => {
    const [db, folder] = [newDb(), folderOf(files)];
    await ingest({ db, sources: [folder] });
    const again = await ingest({ db, sources: [`${folder}/AWSLogs/../AWSLogs/*.gz`, folder] });
    expect(again.objects).toEqual({ seen: 2, read: 0, skipped: 2, failed: 0 });
  });

  it('has a file read again that changed', async () => {
    const [db, folder] = [newDb(), folderOf({ 'a.json': '{"Records":[]}', 'b.json': '{"Records":[]}' })];
    await ingest({ db, sources: [folder] });
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ Records: allRecords.slice(0, 3) }));
    utimesSync(join(folder, 'b.json'), 1_800_000_000, 1_800_000_000);
    const again = await ingest({ db, sources: [folder] });
    expect(again.objects).toEqual({ seen: 2, read: 2, skipped: 0, failed: 0 });
    expect(again.records.stored).toBe(3);
  });

  it('counts sessions that a later run adds to as changed', async () => {
    const [db, folder] = [newDb(), folderOf(files)];
    const second = join(folder, 'AWSLogs/second.json.gz');
    const aside = join(emptyFolder(), 'second.json.gz');
    renameSync(second, aside);
    const first = await ingest({ db, sources: [folder] });
    const later = await ingest({ db, sources: [aside] });
    const sessions = ask(db, 'SELECT 1 FROM session').length;
    expect(later.sessions.new).toBeGreaterThan(0);
    // A session may also go, when what was taken for one turns out to be part of another.
    expect(first.sessions.new + later.sessions.new).toBeGreaterThanOrEqual(sessions);
    expect(later.sessions.changed).toBeLessThanOrEqual(first.sessions.new);
  });
});

describe('the store', () => {
  it('holds no part of a session token, in none of its files', async () => {
    const db = newDb();
    expect(JSON.stringify(allRecords)).toContain(TOKEN_MARKER);
    await ingest({ db, sources: [folderOf(files)] });
    const bytes = bytesOfStore(db);
    expect(bytes.length).toBeGreaterThan(10_000);
    expect(bytes.includes(TOKEN_MARKER)).toBe(false);
    expect(bytes.includes('EXAMPLE/EXAMPLE/')).toBe(false);
  });

  it('may be read by its owner alone', async () => {
    const db = newDb();
    await ingest({ db, sources: [folderOf(files)] });
    expect(statSync(db).mode & 0o777).toBe(0o600);
  });

  it('spans the records in it, whatever this run read', async () => {
    const [db, folder] = [newDb(), folderOf(files)];
    const { window } = await ingest({ db, sources: [folder] });
    const times = allRecords.map(({ eventTime }) => Date.parse(eventTime) / 1000).filter((time) => time > 0);
    expect(window!.from).toBeLessThanOrEqual(Math.max(...times));
    expect(window!.to).toBe(Math.max(...times));
    rmSync(folder, { recursive: true });
    const nothing = await ingest({ db, sources: [folderOf({ 'a.json': '{"Records":[]}' })] });
    expect(nothing.window).toEqual(window);
  });
});
