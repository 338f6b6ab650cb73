import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAll } from '../../src/app/ingest-threads.js';
import { discover } from '../../src/sources/discover.js';
import { build } from '../cli/rolecall.js';
import { allRecords, folderOf, packed } from './ingest-made.js';

beforeAll(build);

const dying = fileURLToPath(new URL('./dying-reader.js', import.meta.url));

interface Read {
  records: number;
  complete: boolean;
  reasons: string[];
}

/** Each object's outcome by its file name, in the order they came. */
async function outcomes(files: Record<string, Buffer>, worker?: string): Promise<[string, Read][]> {
  const { objects } = await discover([folderOf(files)]);
  const stop = new AbortController().signal;
  const found: [string, Read][] = [];
  let records = 0;
  for await (const { object, batch, result } of readAll(objects, {
    filter: null,
    stop,
    threads: 2,
    ...(worker === undefined ? {} : { worker }),
  })) {
    records += batch?.length ?? 0;
    if (result === null) continue;
    const reasons = result.problems.map(({ reason }) => reason);
    expect(result.read).toBe(records + result.rejected);
    found.push([object.name.split('/').at(-1)!, { records, complete: result.complete, reasons }]);
    records = 0;
  }
  return found;
}

const name = (i: number) => `${String(i).padStart(4, '0')}.json.gz`;

describe('reading threads', () => {
  it('give every object once, in order, however many there are and whichever thread is faster', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 700 }, (_, i) => [name(i), packed(allRecords.slice(0, i % 97 === 0 ? 300 : 1))]),
    );
    const found = await outcomes(files);
    expect(found.map(([file]) => file)).toEqual(Object.keys(files));
    expect(found.every(([, { records }], i) => records === (i % 97 === 0 ? 300 : 1))).toBe(true);
  });

  it('wait for the writer with an object much larger than what may be on its way', async () => {
    const many = Array.from({ length: 60_000 }, (_, i) => ({
      ...allRecords[0],
      eventID: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    }));
    const found = await outcomes({ 'a.json.gz': packed(allRecords), 'b.json.gz': packed(many) });
    expect(found.map(([, { records }]) => records)).toEqual([allRecords.length, 60_000]);
  });

  const around = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [name(i), packed(allRecords)]));
  const fine = { records: allRecords.length, complete: true, reasons: [] };

  it.each([
    ['at its first byte', '0017-deadly.json.gz', 0],
    ['after some records', '0017-halfway.json.gz', allRecords.length],
    ['of too little memory', '0017-greedy.json.gz', 0],
  ])('cost one object when one dies %s', async (_, deadly, records) => {
    const found = await outcomes({ ...around, [deadly]: packed(allRecords) }, dying);
    expect(found.map(([file]) => file)).toEqual([...Object.keys(around), deadly].sort());
    const { [deadly]: cost, ...others } = Object.fromEntries(found);
    expect(cost).toEqual({
      records,
      complete: false,
      reasons: [expect.stringMatching(/^reading stopped here: ./)],
    });
    expect(Object.values(others)).toEqual(Object.keys(around).map(() => fine));
  });
});
