import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeOrganization } from '../../fixtures/make/organization.js';
import { ingest } from '../../src/app/ingest.js';
import { show } from '../../src/app/show.js';
import { openForReading } from '../../src/store/open.js';
import { build, emptyFolder, start } from '../cli/rolecall.js';
import { awsEnvironment, type Bucket, newBucket, useEnvironment } from '../s3/bucket.js';
import { everyFault, type FaultProxy, faultProxy } from '../s3/proxy.js';
import { owner, withS3 } from '../s3/server.js';
import { allRecords, ask, newDb, packed } from './ingest-made.js';
import { dumpStore, type StoreDump } from './store-dump.js';

beforeAll(build);

/** The dump with objects named by their place below the source. */
function below(dump: StoreDump, source: string): StoreDump {
  const moved = (line: string) => {
    const { etag: _, name, ...row } = JSON.parse(line) as { name: string; etag: string };
    return JSON.stringify({ ...row, name: name.replace(source, '') });
  };
  return { ...dump, ledger: dump.ledger.map(moved).sort(), problems: dump.problems.map(moved).sort() };
}

/** Records that take some 20 MB. */
function manyCalls(): object[] {
  const call = { eventSource: 'ec2.amazonaws.com', eventName: 'DescribeInstances', responseElements: null };
  const { sharedEventID: _, ...record } = allRecords[0]! as Record<string, unknown>;
  return Array.from({ length: 15_000 }, (_, i) => ({
    ...{ ...record, ...call },
    eventID: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    eventTime: new Date(Date.UTC(2026, 10, 17) + i * 1000).toISOString(),
    requestParameters: { text: `${i}`.repeat(200) },
  }));
}

const log = (i: number) =>
  `AWSLogs/111111111111/CloudTrail/eu-west-1/2026/11/17/111111111111_CloudTrail_eu-west-1_20261117T10${10 + i}Z_AcmeAcmeAcme000${i}.json.gz`;

await withS3('ingest from S3', (server) => {
  let proxy: FaultProxy;
  let archive: { bucket: Bucket; source: string; dump: StoreDump; objects: number };
  const logs = emptyFolder();

  beforeAll(async () => {
    proxy = await faultProxy(server.endpoint);
    await writeOrganization({ records: 3_000, seed: 's3', accounts: 1, days: 1 }, logs);
    const bucket = await newBucket(server);
    const objects = await server.fill(bucket.name, logs);
    const db = newDb();
    await ingest({ db, sources: [logs] });
    archive = { bucket, source: `s3://${bucket.name}`, dump: below(dumpStore(db), `${logs}/`), objects };
  });
  afterAll(() => proxy.stop());
  beforeEach(() => {
    proxy.fault = () => null;
    proxy.seen.length = 0;
  });
  useEnvironment(() => awsEnvironment(proxy.endpoint));

  const gets = () => proxy.seen.filter(({ kind }) => kind === 'get');
  const same = (db: string) => expect(below(dumpStore(db), `${archive.source}/`)).toEqual(archive.dump);

  it('gives the store that the same files give from disk, to the row, and asks for each object once', async () => {
    const db = newDb();
    const { objects, problems } = await ingest({ db, sources: [archive.source] });
    expect(objects).toEqual({ seen: archive.objects, read: archive.objects, skipped: 0, failed: 0 });
    expect(problems).toEqual([]);
    same(db);
    expect(gets()).toHaveLength(archive.objects);
    proxy.seen.length = 0;
    const again = await ingest({ db, sources: [archive.source], settle: Number.POSITIVE_INFINITY });
    expect(again.objects).toEqual({ seen: archive.objects, read: 0, skipped: archive.objects, failed: 0 });
    expect(gets()).toEqual([]);
  });

  it('loses nothing and doubles nothing when every tenth request goes wrong', async () => {
    let requests = 0;
    proxy.fault = () => (++requests % 10 === 0 ? everyFault[(requests / 10) % everyFault.length]! : null);
    const db = newDb();
    const { problems, records } = await ingest({ db, sources: [archive.source] });
    expect(requests).toBeGreaterThan(archive.objects);
    expect({ problems, stored: records.stored }).toEqual({ problems: [], stored: 3_000 });
    same(db);
  });

  it('comes to the same store after being killed twenty times', async () => {
    const environment = awsEnvironment(proxy.endpoint);
    // Slow enough that twenty kills find something to interrupt.
    proxy.fault = async ({ kind }) => {
      if (kind === 'get') await sleep(20);
      return null;
    };
    let [db, killed, pause] = [newDb(), 0, 500];
    for (;;) {
      const child = start(['ingest', archive.source, '--db', db, '--quiet'], { env: environment });
      child.stdout.resume();
      child.stderr.resume();
      const ended = once(child, 'exit');
      const patience = killed < 20 ? pause * (0.7 + Math.random() * 0.6) : 60_000;
      const inTime = await Promise.race([ended.then(() => true), sleep(patience)]);
      if (inTime !== true) child.kill('SIGKILL');
      const [code, signal] = await ended;
      if (signal === 'SIGKILL') {
        killed++;
        pause += 60;
        continue;
      }
      expect(code).toBe(0);
      same(db);
      if (killed >= 20) break;
      // A quick machine was done before: the kills that are left go to a new store, and come sooner.
      [db, pause] = [newDb(), Math.max(100, pause * 0.7)];
    }
  }, 180_000);

  it('finds late logs of the days within which they may be late, and of all days when asked to', async () => {
    const bucket = await newBucket(server);
    const source = `s3://${bucket.name}/`;
    const [from, now] = ['2026-11-17', '2026-11-19'].map((day) => Date.parse(`${day}T12:00:00Z`) / 1000) as [
      number,
      number,
    ];
    const old = log(0).replaceAll('2026/11/17', '2026/11/10').replace('20261117', '20261110');
    await bucket.put(log(1), packed(allRecords.slice(0, 10)));
    const db = newDb();
    const sources = [source];
    expect((await ingest({ db, sources, now: from })).objects).toMatchObject({ seen: 1, read: 1 });
    await bucket.put(log(2), packed(allRecords.slice(10, 20)));
    await bucket.put(old, packed(allRecords.slice(20, 30)));
    expect((await ingest({ db, sources, now })).objects).toMatchObject({ seen: 2, read: 1 });
    const all = await ingest({ db, sources, now, settle: Number.POSITIVE_INFINITY });
    expect(all.objects).toMatchObject({ seen: 3, read: 1 });
    const later = await ingest({ db, sources, now: now + 30 * 86_400 });
    expect(later.objects).toMatchObject({ seen: 2, read: 0 });
    // Nothing to look at any more: that is no mistake.
    expect((await ingest({ db, sources, now: now + 60 * 86_400 })).objects.seen).toBe(0);
  });

  it('lists everything again after a clock that was ahead: what came meanwhile is not lost', async () => {
    const bucket = await newBucket(server);
    const sources = [`s3://${bucket.name}`];
    await bucket.put(log(1), packed(allRecords.slice(0, 10)));
    const db = newDb();
    const now = Date.parse('2026-11-18T00:00:00Z') / 1000;
    await ingest({ db, sources, now: now + 30 * 86_400 });
    await bucket.put(log(2), packed(allRecords.slice(10, 20)));
    expect((await ingest({ db, sources, now })).objects).toMatchObject({ seen: 2, read: 1 });
    // And from then on as ever.
    await ingest({ db, sources, now: now + 10 * 86_400 });
    expect((await ingest({ db, sources, now: now + 10 * 86_400 })).objects.seen).toBe(0);
  });

  it('keeps one note of a folder that is looked through round after round, always as far back', async () => {
    const bucket = await newBucket(server);
    const sources = [`s3://${bucket.name}`];
    await bucket.put(log(1), packed(allRecords.slice(0, 10)));
    const db = newDb();
    const now = Date.parse('2026-11-18T00:00:00Z') / 1000;
    await ingest({ db, sources, now });
    const notes = () => ask<{ notes: number }>(db, 'SELECT count(*) AS notes FROM walked')[0]!.notes;
    const once = notes();
    for (const at of [now, now + 60, now + 120, now + 180])
      await ingest({ db, sources, now: at, from: at - 172_800 });
    // One for what is read whole, and one for what is read two days back.
    expect(notes()).toBe(2 * once);
  });

  it('takes up credentials that were renewed in their file, without being started again', async () => {
    const bucket = await newBucket(server);
    await bucket.put(log(1), packed(allRecords.slice(0, 10)));
    const file = join(emptyFolder(), 'credentials');
    const keep = (secret: string) =>
      writeFileSync(
        file,
        `[renewed]\naws_access_key_id = ${owner.accessKeyId}\naws_secret_access_key = ${secret}\n`,
      );
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
    const question = { db: newDb(), sources: [`s3://${bucket.name}`], s3: { profile: 'renewed' } };
    keep('the one of yesterday');
    await expect(ingest(question)).rejects.toMatchObject({ code: 'AWS_REFUSED' });
    keep(owner.secretAccessKey);
    expect((await ingest(question)).objects.read).toBe(1);
  });

  it('counts a folder with something unread as not looked through', async () => {
    const bucket = await newBucket(server);
    const sources = [`s3://${bucket.name}`];
    await bucket.put(log(1), packed(allRecords.slice(0, 10)));
    const db = newDb();
    const now = Date.parse('2026-12-24T00:00:00Z') / 1000;
    proxy.fault = ({ kind }) => (kind === 'get' ? { status: 404, code: 'NoSuchKey' } : null);
    expect((await ingest({ db, sources, now })).objects.failed).toBe(1);
    proxy.fault = () => null;
    expect((await ingest({ db, sources, now })).objects.read).toBe(1);
    expect((await ingest({ db, sources, now })).objects.seen).toBe(0);
  });

  describe('one object', () => {
    let bucket: Bucket;
    let source: string;

    beforeEach(async () => {
      bucket = await newBucket(server);
      source = `s3://${bucket.name}/`;
      for (const i of [0, 1, 2]) await bucket.put(log(i), packed(allRecords.slice(i * 10, i * 10 + 10)));
    });

    it('that changes between listing and reading is a problem, and is read by the next run', async () => {
      let changed = false;
      proxy.fault = async ({ kind, key }) => {
        if (kind === 'get' && key === log(1) && !changed) {
          changed = true;
          await bucket.put(log(1), packed(allRecords.slice(10, 30)));
        }
        return null;
      };
      const db = newDb();
      const first = await ingest({ db, sources: [source] });
      expect(first.objects).toEqual({ seen: 3, read: 2, skipped: 0, failed: 1 });
      expect(first.problems).toEqual([
        { source: source + log(1), at: '', reason: expect.stringContaining('changed between') },
      ]);
      expect(ask(db, 'SELECT name FROM object')).toHaveLength(2);
      const second = await ingest({ db, sources: [source] });
      expect(second.objects).toEqual({ seen: 3, read: 1, skipped: 2, failed: 0 });
    });

    it('that vanishes between listing and reading is a problem, and gone afterwards', async () => {
      proxy.fault = async ({ kind, key }) => {
        if (kind === 'get' && key === log(2)) await bucket.remove(log(2));
        return null;
      };
      const db = newDb();
      const first = await ingest({ db, sources: [source] });
      expect(first.problems).toEqual([
        { source: source + log(2), at: '', reason: 'it was removed between listing and reading' },
      ]);
      expect((await ingest({ db, sources: [source] })).objects.seen).toBe(2);
    });

    it('whose bytes never come whole is a problem, and none of them is kept', async () => {
      proxy.fault = ({ key }) => (key === log(0) ? 'too-short' : null);
      const { objects, problems } = await ingest({ db: newDb(), sources: [source] });
      expect(objects).toMatchObject({ read: 2, failed: 1 });
      expect(problems[0]!.reason).toContain('broke off');
    });

    it('that is large comes in parts of one version, and a break costs only what was under way', async () => {
      const many = manyCalls();
      await bucket.put('large.json', JSON.stringify({ Records: many }));
      let asked = 0;
      proxy.fault = ({ kind }) => (kind === 'get' && ++asked === 2 ? 'cut' : null);
      const db = newDb();
      const { objects, records } = await ingest({ db, sources: [`${source}large.json`] });
      expect({ objects, stored: records.stored }).toEqual({
        objects: { seen: 1, read: 1, skipped: 0, failed: 0 },
        stored: many.length,
      });
      const ranges = gets().map(({ range }) => range!);
      expect(ranges.length).toBeGreaterThan(3);
      expect(ranges[0]).toBe('bytes=0-8388607');
      expect(Number(/\d+/.exec(ranges[2]!)![0])).toBeGreaterThan(8_388_608);
      expect(new Set(gets().map(({ ifMatch }) => ifMatch)).size).toBe(1);
    });

    it('that is large and breaks off for good leaves none of its records', async () => {
      const many = manyCalls();
      await bucket.put('AWSLogs/large.json', JSON.stringify({ Records: many }));
      proxy.fault = ({ key, range }) =>
        key === 'AWSLogs/large.json' && range !== 'bytes=0-8388607'
          ? { status: 404, code: 'NoSuchKey' }
          : null;
      const db = newDb();
      const { objects, records } = await ingest({ db, sources: [source] });
      expect({ objects, stored: records.stored }).toMatchObject({
        objects: { read: 3, failed: 1 },
        stored: ask(db, 'SELECT 1 FROM event').length,
      });
      expect(ask(db, `SELECT 1 FROM object WHERE name LIKE '%large%'`)).toEqual([]);
    });

    it('is read again by show --raw', async () => {
      const db = newDb();
      await ingest({ db, sources: [source] });
      const { eventID } = allRecords[0]!;
      const store = openForReading(db);
      const answer = await show(store, eventID, { raw: true });
      expect(answer).toMatchObject({ kind: 'event', raw: { eventID } });
      await bucket.remove(log(0));
      await expect(show(store, eventID, { raw: true })).rejects.toMatchObject({ code: 'RAW_UNAVAILABLE' });
      store.close();
    });
  });
});
