import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeOrganization } from '../../fixtures/make/organization.js';
import { ingest } from '../../src/app/ingest.js';
import { openBytes } from '../../src/sources/open.js';
import { allRecords, bytesOfStore, folderOf, newDb, packed } from '../app/ingest-made.js';
import { build, demo, emptyFolder } from '../cli/rolecall.js';
import { useEnvironment } from '../s3/bucket.js';
import { withAthena } from './athena.js';
import { recordsBelow } from './few-logs.js';
import { ingestTable, truthOf, week } from './truth.js';

beforeAll(build);

await withAthena('an ingest from Athena', (athena) => {
  useEnvironment(() => athena.environment());

  describe('of the demo week', () => {
    const files = newDb();
    const fromAthena = newDb();
    beforeAll(async () => {
      await athena.makeTable({ lake: await athena.lake(demo.logs) });
      await ingest({ db: files, sources: [demo.logs] });
    });

    it('tells the same truth as one from the files', async () => {
      const summary = await ingestTable(athena, fromAthena);
      expect(summary).toMatchObject({
        records: { read: 2344, stored: 2324, duplicate: 20, rejected: 0 },
        objects: { seen: 7, read: 7, skipped: 0, failed: 0 },
        problems: [],
        engine: { queries: 7, missing: [] },
      });
      expect(truthOf(fromAthena)).toEqual(truthOf(files));
    });

    it('leaves no token in the store, and nothing in the bucket of results', async () => {
      const db = newDb();
      const output = await athena.newOutput();
      await ingestTable(athena, db, { ...week, to: week.from + 86_400, output });
      expect(await athena.objects(output)).toEqual([]);
      const tokens = tokensBelow(demo.logs);
      expect(tokens.length).toBeGreaterThan(100);
      const bytes = bytesOfStore(db).toString('latin1');
      expect(tokens.filter((token) => bytes.includes(token))).toEqual([]);
    });

    it('has no token and no ExternalId in any result object', async () => {
      const output = await athena.newOutput();
      const day = {
        from: Date.parse('2026-11-17T00:00:00Z') / 1000,
        to: Date.parse('2026-11-18T00:00:00Z') / 1000,
      };
      await ingestTable(athena, newDb(), { ...day, athena: { output, pathStyle: true, keepResults: true } });
      const objects = await athena.objects(output);
      const texts: string[] = [];
      for (const path of objects) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of openBytes(path, { pathStyle: true })) chunks.push(chunk);
        const bytes = Buffer.concat(chunks);
        texts.push((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString());
      }
      const all = texts.join('\n');
      expect(all).toContain('"event_name":"AssumeRole"');
      expect(tokensBelow(demo.logs).filter((token) => all.includes(token))).toEqual([]);
      const ids = externalIdsBelow(demo.logs);
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.filter((id) => all.includes(id))).toEqual([]);
      expect(all).toMatch(/"external_id":"sha256:[0-9a-f]{64}"/);
    });

    it('asks for no settled day twice, and for an open one again', async () => {
      const before = truthOf(fromAthena);
      const settled = await ingestTable(athena, fromAthena);
      expect([settled.objects.skipped, athena.api.count('StartQueryExecution')]).toEqual([7, 0]);
      const db = newDb();
      const span = { from: week.to - 3 * 86_400, to: week.to };
      await ingestTable(athena, db, { ...span, now: week.to });
      athena.api.reset();
      const again = await ingestTable(athena, db, { ...span, now: week.to + 86_400 });
      // The first day was settled by then: two days after its end.
      expect([again.objects.skipped, athena.api.count('StartQueryExecution')]).toEqual([1, 2]);
      expect(again.sessions).toEqual({ new: 0, changed: expect.any(Number) });
      expect(truthOf(fromAthena)).toEqual(before);
    });

    it('asks for a settled day again when told that logs come at any time, and counts nothing twice', async () => {
      const db = newDb();
      const span = { from: week.from, to: week.from + 86_400 };
      await ingestTable(athena, db, span);
      const before = truthOf(db);
      const again = await ingestTable(athena, db, { ...span, settle: Number.POSITIVE_INFINITY });
      expect([again.objects.skipped, again.engine?.queries]).toEqual([0, 1]);
      expect(truthOf(db)).toEqual(before);
    });

    it('begins no more queries than may be paid for, and keeps what they answered', async () => {
      const db = newDb();
      athena.api.reset();
      // Each costs as 10 MB at least: 0.00005 USD.
      const limited = ingestTable(athena, db, { most: { dollars: 0.0001 } });
      await expect(limited).rejects.toMatchObject({
        code: 'ATHENA_SCAN_LIMIT',
        message: expect.stringContaining('0.00010 USD'),
      });
      expect(athena.api.count('StartQueryExecution')).toBe(2);
      const rest = await ingestTable(athena, db);
      expect(rest.objects).toMatchObject({ read: 5, skipped: 2 });
    });

    it("reads one day's objects for a window of one day", async () => {
      athena.proxy.seen.length = 0;
      const from = Date.parse('2026-11-17T00:00:00Z') / 1000;
      await ingestTable(athena, newDb(), { from, to: from + 86_400 });
      const read = [...athena.reads()].filter(([key]) => key.endsWith('.json.gz'));
      const days = new Set(read.map(([key]) => /\/(\d{4}\/\d\d\/\d\d)\//.exec(key)![1]));
      expect([...days]).toEqual(['2026/11/17']);
      expect(new Set(read.map(([, count]) => count))).toEqual(new Set([1]));
      expect(read.length).toBeGreaterThan(50);
    });
  });

  describe('of every scenario: console sessions, juggled roles, copies and whatever else is hard to follow', () => {
    it('tells the same truth as one from the files', async () => {
      // What sums cannot tell is held by tests of its own.
      const records = allRecords.filter(({ addendum }) => addendum === undefined);
      const folder = delivered(records);
      const files = newDb();
      await ingest({ db: files, sources: [folder] });
      await athena.makeTable({ lake: await athena.lake(folder), name: 'scenarios' });
      const db = newDb();
      const { records: told } = await ingestTable(athena, db, { table: 'scenarios', ...everyDay(records) });
      expect(told).toMatchObject({ read: records.length, rejected: 0 });
      expect(truthOf(db)).toEqual(truthOf(files));
    });
  });

  describe('of a made organization', () => {
    it('tells the same truth as one from the files, chains and pairs and all', async () => {
      const folder = emptyFolder();
      await writeOrganization({ records: 20_000, seed: 'athena', accounts: 4 }, folder);
      const files = newDb();
      await ingest({ db: files, sources: [folder] });
      await athena.makeTable({ lake: await athena.lake(folder), name: 'organization' });
      const db = newDb();
      const { records } = await ingestTable(athena, db, { table: 'organization' });
      expect(records).toMatchObject({ read: 20_000, stored: 20_000, rejected: 0 });
      expect(truthOf(db)).toEqual(truthOf(files));
    });
  });
});

type Json = Record<string, unknown>;

/** Records in CloudTrail's folders, those of one account, region and day in one file. */
function delivered(records: readonly Json[]): string {
  const files = new Map<string, Json[]>();
  for (const record of records) {
    const { recipientAccountId: account, awsRegion: region, eventTime } = record as Record<string, string>;
    const day = eventTime!.slice(0, 10);
    const name = `${account}_CloudTrail_${region}_${day.replaceAll('-', '')}T2355Z_aBcDeFgHiJkLmNoP.json.gz`;
    const path = `AWSLogs/o-a1b2c3d4e5/${account}/CloudTrail/${region}/${day.replaceAll('-', '/')}/${name}`;
    files.set(path, [...(files.get(path) ?? []), record]);
  }
  return folderOf(Object.fromEntries([...files].map(([path, held]) => [path, packed(held)])));
}

function everyDay(records: readonly Json[]): { from: number; to: number } {
  const days = records.map(
    ({ eventTime }) => Date.parse(`${String(eventTime).slice(0, 10)}T00:00:00Z`) / 1000,
  );
  return { from: Math.min(...days), to: Math.max(...days) + 86_400 };
}

function externalIdsBelow(folder: string): string[] {
  const ids = recordsBelow(folder).flatMap(({ record }) => {
    const { externalId } = (record.requestParameters ?? {}) as { externalId?: string };
    return externalId ?? [];
  });
  return [...new Set(ids)];
}

function tokensBelow(folder: string): string[] {
  return recordsBelow(folder).flatMap(({ record }) => {
    const { credentials } = (record.responseElements ?? {}) as { credentials?: { sessionToken?: string } };
    return credentials?.sessionToken ?? [];
  });
}
