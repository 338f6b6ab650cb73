import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { Recorder } from '../../src/app/ingest-record.js';
import { readEngineRows } from '../../src/parse/engine-object.js';
import type { EngineRow } from '../../src/parse/engine-row.js';
import { ledgerState } from '../../src/store/coverage.js';
import { openForReading, openForWriting } from '../../src/store/open.js';
import { engineRows } from './engine-stand-in.js';
import { allRecords, ask, folderOf, newDb, packed } from './ingest-made.js';
import { dumpStore } from './store-dump.js';

type Json = Record<string, unknown>;

const table = 'athena://security.cloudtrail_logs';

/** Reads the answer for one folder into a store, as `ingest athena://…` does. */
async function keep(db: string, folder: string, records: readonly Json[], replaces: string[] = []) {
  const store = openForWriting(db);
  const recorder = new Recorder(store);
  async function* rows(): AsyncGenerator<EngineRow> {
    yield* engineRows(records);
  }
  try {
    recorder.begin(`${table}/${folder}`, 'open', table);
    for (const name of replaces) recorder.absorb(`${table}/${name}`);
    const batches = readEngineRows(rows(), folder, { bytes: 1, batchSize: 50 });
    let next = await batches.next();
    for (; !next.done; next = await batches.next()) recorder.add(next.value);
    recorder.finish(next.value);
    recorder.commit();
    return recorder.summary();
  } finally {
    store.close();
  }
}

/** What sums and single records must agree about. */
function facts(db: string) {
  const { identities, issuances, sessions, revocations, copies, revisions, changes, exposures } =
    dumpStore(db);
  return {
    identities,
    issuances,
    sessions,
    revocations,
    copies,
    revisions,
    changes,
    exposures,
    hours: hours(db),
  };
}

function hours(db: string) {
  return ask(db, 'SELECT account, region, hour, records, first, last FROM coverage ORDER BY 1, 2, 3');
}

const id = ({ eventID, recipientAccountId }: Json) => `${eventID} ${recipientAccountId}`;

/**
 * What sums can tell: a revised record cannot be taken out of one, nor can a second copy of a record that lies in another
 * folder. See the README.
 */
const records = [
  ...new Map(
    allRecords.filter(({ addendum }) => addendum === undefined).map((record) => [id(record), record]),
  ).values(),
];

async function byFiles(all: readonly Json[]) {
  const db = newDb();
  await ingest({ db, sources: [folderOf({ 'all.json.gz': packed(all) })], threads: 1 });
  return facts(db);
}

/** Records in a drawn order, cut into folders; some folders are first asked for when not all of it was there. */
const deliveries = fc.record({
  order: fc.shuffledSubarray([...records.keys()], { minLength: records.length }),
  folders: fc.integer({ min: 1, max: 5 }),
  early: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
});

describe('a store of sums', () => {
  it('agrees with one of the same records, however they lie in folders and how often those are asked for', async () => {
    const expected = await byFiles(records);
    expect(expected.sessions.length).toBeGreaterThan(50);
    await fc.assert(
      fc.asyncProperty(deliveries, async ({ order, folders, early }) => {
        const db = newDb();
        const size = Math.ceil(records.length / folders);
        const parts = Array.from({ length: folders }, (_, i) =>
          order.slice(i * size, (i + 1) * size).map((index) => records[index]!),
        );
        for (const [i, part] of parts.entries())
          await keep(db, `day-${i}`, part.slice(0, Math.floor(part.length * early[i]!)));
        for (const [i, part] of parts.entries()) await keep(db, `day-${i}`, part);
        expect(facts(db)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  const call = (id: number, time: string, more: Json = {}): Json => ({
    ...records.find(({ eventName }) => eventName === 'DescribeInstances' || eventName === 'ListBuckets')!,
    eventID: `5f0c0001-7c1e-4d2a-9b60-acade00000${String(id).padStart(2, '0')}`,
    eventTime: `2026-11-17T${time}Z`,
    ...more,
  });
  const calls = [call(1, '10:00:00'), call(2, '10:10:00'), call(3, '10:20:00')];

  it('counts the first call of a sum once where it was delivered into two folders', async () => {
    const db = newDb();
    await keep(db, '2026-11-17', calls);
    await keep(db, '2026-11-18', [calls[0]!, call(4, '10:30:00')]);
    expect(facts(db)).toEqual(await byFiles([...calls, call(4, '10:30:00')]));
    await keep(db, '2026-11-17', [...calls, call(5, '10:05:00')]);
    expect(facts(db)).toEqual(await byFiles([...calls, call(4, '10:30:00'), call(5, '10:05:00')]));
  });

  it('says how many records were read, kept and delivered again', async () => {
    const db = newDb();
    const { records: told } = await keep(db, '2026-11-17', [...calls, calls[1]!]);
    expect(told).toEqual({ read: 4, stored: 3, duplicate: 1, rejected: 0 });
    const [row] = ask<Json>(db, 'SELECT read, stored, duplicate, rejected FROM object');
    expect(row).toEqual({ read: 4, stored: 3, duplicate: 1, rejected: 0 });
    // Asked for again, and of more hours: what the store had is not new.
    const { records: again } = await keep(db, '2026-11-17', [...calls, call(9, '12:00:00')]);
    expect(again).toEqual({ read: 4, stored: 1, duplicate: 3, rejected: 0 });
    const { records: wider } = await keep(db, 'all', [...calls, call(9, '12:00:00')], ['2026-11-17']);
    expect(wider).toEqual({ read: 4, stored: 0, duplicate: 4, rejected: 0 });
  });

  it('leaves out, and does not count, what is beside the window by a time that the engine cannot read', async () => {
    const rows = engineRows([call(1, '10:00:00'), { ...call(2, '10:30:00'), eventTime: 1_788_000_000 }]);
    async function* given(): AsyncGenerator<EngineRow> {
      yield* rows;
    }
    const from = Date.parse('2026-11-01T00:00:00Z') / 1000;
    const batches = readEngineRows(given(), 'x', { bytes: 1, keep: ({ time }) => time >= from });
    const first = await batches.next();
    expect(first.done === false && first.value.length).toBe(1);
    expect((await batches.next()).value).toMatchObject({ read: 1, rejected: 0 });
  });

  it('takes over what narrower questions brought, and their rows of the ledger go', async () => {
    const db = newDb();
    await keep(db, '2026-11-17?to=…', calls.slice(0, 2));
    await keep(db, '2026-11-17', calls, ['2026-11-17?to=…']);
    expect(facts(db)).toEqual(await byFiles(calls));
    expect(ask(db, 'SELECT name FROM object')).toEqual([{ name: `${table}/2026-11-17` }]);
    expect(ask(db, 'SELECT DISTINCT o.name FROM event e LEFT JOIN object o ON o.id = e.object')).toHaveLength(
      1,
    );
  });

  it.each(['sums first', 'records first'])(
    'is not mixed with the records of the same hour: %s',
    async (order) => {
      const db = newDb();
      const files = () => ingest({ db, sources: [folderOf({ 'a.json.gz': packed(calls) })], threads: 1 });
      const sums = () => keep(db, '2026-11-17', calls);
      const [first, second] = order === 'sums first' ? [sums, files] : [files, sums];
      await first();
      const before = facts(db);
      await expect(second()).rejects.toMatchObject({ code: 'SOURCES_OVERLAP' });
      expect(facts(db)).toEqual(before);
      // Another hour is nobody's yet.
      await keep(db, '2026-11-18', [call(9, '12:00:00')]);
      await ingest({ db, sources: [folderOf({ 'b.json.gz': packed([call(8, '14:00:00')]) })], threads: 1 });
      expect(hours(db)).toHaveLength(3);
      const store = openForReading(db);
      expect(ledgerState(store)).toMatchObject({ objects: 3, queried: order === 'sums first' ? 2 : 1 });
      store.close();
    },
  );
});
