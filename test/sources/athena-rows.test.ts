import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRows } from '../../src/sources/athena/csv-rows.js';
import { gzipLines } from '../../src/sources/athena/lines.js';
import { jsonRow } from '../../src/sources/athena/row.js';

/** Bytes cut at these places. */
async function* cut(bytes: Buffer, places: number[]): AsyncGenerator<Uint8Array> {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [i, from] of at.slice(0, -1).entries()) yield bytes.subarray(from, at[i + 1]);
}

async function all<T>(of: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of of) found.push(one);
  return found;
}

const texts = fc.string({ unit: 'binary', maxLength: 40 });
const places = fc.array(fc.nat(), { maxLength: 12 });

describe('rows of a result', () => {
  it('are the same however JSON lines are cut on their way', () =>
    fc.assert(
      fc.asyncProperty(fc.array(texts, { maxLength: 30 }), places, fc.boolean(), async (values, at, last) => {
        const rows = values.map((a, i) => ({ a, i: String(i) }));
        const lines = rows.map((row) => JSON.stringify(row)).join('\n') + (last ? '\n' : '');
        const read = await all(gzipLines(cut(gzipSync(lines), at)));
        expect(read.map(jsonRow)).toEqual(rows);
      }),
    ));

  it('are the same however CSV is cut, with quotes, line ends and NULL in it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ a: fc.option(texts), b: fc.option(texts) }), { maxLength: 20 }),
        places,
        async (rows, at) => {
          const cell = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);
          const lines = ['"a","b"', ...rows.map(({ a, b }) => `${cell(a)},${cell(b)}`)];
          const read = await all(csvRows(cut(Buffer.from(lines.map((line) => `${line}\n`).join('')), at)));
          expect(read).toEqual(rows.map(({ a, b }) => ({ a: wellFormed(a), b: wellFormed(b) })));
        },
      ),
    ));

  it('may be longer than a piece that is unpacked at once', async () => {
    const long = JSON.stringify({ a: 'x'.repeat(3_000_000) });
    expect(await all(gzipLines(cut(gzipSync(`${long}\n${long}\n`), [])))).toEqual([long, long]);
  });

  it('of one column that is NULL is a line of nothing', async () => {
    expect(await all(csvRows(cut(Buffer.from('"a"\n\n"x"\n'), [])))).toEqual([{ a: null }, { a: 'x' }]);
  });
});

/** Half a pair of surrogates is no character in UTF-8. */
function wellFormed(text: string | null): string | null {
  return text === null ? null : Buffer.from(text).toString();
}
