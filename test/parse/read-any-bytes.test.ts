import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { envelope, events, lines, pieces, readAll } from './stand-in.js';

const three = ['e-1', 'e-2', 'e-3'];

describe('for any bytes', () => {
  const damaged = fc
    .tuple(
      fc.constantFrom(
        JSON.stringify({ Records: events(5) }),
        JSON.stringify(events(3), null, 2),
        `${lines(events(4))}\n`,
        lines(events(3).map(envelope)),
      ),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }),
      fc.boolean(),
      fc.nat(),
      fc.constantFrom('', '\0\0', 'oops'),
    )
    .map(([text, hits, packed, cut, tail]) => {
      const bytes = Buffer.concat([packed ? gzipSync(text) : Buffer.from(text), Buffer.from(tail)]);
      for (const [at, value] of hits) bytes[at % bytes.length] = value;
      return cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
    });
  const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 });

  test('any chunking gives the same batches and the same result', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, fc.oneof(sizes, fc.constant([1])), async (bytes, chunking) => {
        const options = { batchSize: 2 };
        expect(await readAll(pieces(bytes, ...chunking), options)).toEqual(await readAll(bytes, options));
      }),
      { numRuns: 300 },
    );
  });

  test('unpacking at once and piece by piece give the same', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, async (bytes) => {
        expect(await readAll(bytes, { small: false })).toEqual(await readAll(bytes));
      }),
      { numRuns: 300 },
    );
  });

  test('garbage never throws, and every record is accepted or rejected', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })), async (bytes) => {
        const { ids, positions, result } = await readAll(bytes);
        expect(result.read).toBe(ids.length + result.rejected);
        expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
        if (result.rejected > 0 || result.read === 0) expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, Buffer]>([
    ['a log file', Buffer.from(JSON.stringify({ Records: events(3) }))],
    ['NDJSON', Buffer.from(`${lines(events(3))}\n`)],
    ['a packed log file', gzipSync(JSON.stringify({ Records: events(3) }))],
  ])('%s cut at any byte gives the records before the cut', async (_, whole) => {
    for (let length = 0; length < whole.length; length++) {
      const { ids, result } = await readAll(whole.subarray(0, length));
      expect(ids).toEqual(three.slice(0, ids.length));
      expect(result.read).toBe(ids.length + result.rejected);
      expect(result.rejected).toBeLessThanOrEqual(1);
    }
  });
});
