import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { build } from '../cli/rolecall.js';
import { allRecords, folderOf, newDb, packed } from './ingest-made.js';
import { dumpStore, recordsOf } from './store-dump.js';

beforeAll(build);

async function storeOf(...runs: string[][]) {
  const db = newDb();
  for (const sources of runs) await ingest({ db, sources, threads: 1 });
  return recordsOf(dumpStore(db));
}

/** The records in a drawn order, some of them twice, cut into files, and the files into runs. */
const deliveries = fc
  .record({
    order: fc.shuffledSubarray([...allRecords.keys()], { minLength: allRecords.length }),
    again: fc.subarray([...allRecords.keys()], { maxLength: 60 }),
    files: fc.integer({ min: 1, max: 9 }),
    runs: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ order, again, files, runs }) => {
    const records = [...order, ...again].map((index) => allRecords[index]!);
    const size = Math.ceil(records.length / files);
    const parts = Array.from({ length: files }, (_, i) => records.slice(i * size, (i + 1) * size));
    const folder = folderOf(
      Object.fromEntries(parts.map((part, i) => [`run-${i % runs}/part-${i}.json.gz`, packed(part)])),
    );
    return Array.from({ length: Math.min(runs, files) }, (_, run) => [join(folder, `run-${run}`)]);
  });

describe('one store', () => {
  it('comes of the same records in any order, split, repetition and number of runs', async () => {
    const expected = await storeOf([folderOf({ 'all.json.gz': packed(allRecords) })]);
    expect(expected.events.length).toBeGreaterThan(300);
    expect(expected.sessions.length).toBeGreaterThan(50);
    expect(expected.changes.length).toBeGreaterThan(12);
    expect(expected.exposures).toHaveLength(3);
    expect(expected.targets.length).toBeGreaterThan(6);
    await fc.assert(
      fc.asyncProperty(deliveries, async (runs) => {
        expect(await storeOf(...runs)).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  });

  it('comes of one file for each record, the last first, in two runs', async () => {
    const together = await storeOf([folderOf({ 'all.json.gz': packed(allRecords) })]);
    const name = (i: number) => `${i % 2}/${String(allRecords.length - i).padStart(4, '0')}.json.gz`;
    const folder = folderOf(Object.fromEntries(allRecords.map((record, i) => [name(i), packed([record])])));
    expect(await storeOf([join(folder, '1')], [join(folder, '0')])).toEqual(together);
  });
});
