import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRawRecord } from '../../src/parse/read-object.js';
import { event, events, pieces, readAll } from './stand-in.js';

test('a position leads back to the record it was given for, in damaged objects too', async () => {
  const good = events(6).map((one) => JSON.stringify(one));
  const garbage = fc.constantFrom(
    'oops',
    '{"eventID":"cut',
    '{"a":tru}',
    '[1,2]',
    '{}',
    '{"Records":[]}',
    '',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(garbage, { minLength: 6, maxLength: 6 }),
      fc.boolean(),
      async (between, packed) => {
        const text = good.map((line, i) => `${between[i]}\n${line}\n`).join('');
        const bytes = packed ? gzipSync(text) : Buffer.from(text);
        const { ids, positions } = await readAll(bytes);
        expect(ids).toEqual(events(6).map((one) => one.eventID));
        for (const [row, position] of positions.entries()) {
          expect(await readRawRecord(pieces(bytes, 100), position)).toEqual(event(ids[row]!));
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('a wrapped record comes back without its wrapping', async () => {
  const bytes = Buffer.from(JSON.stringify({ Events: [{ CloudTrailEvent: JSON.stringify(event('e-1')) }] }));
  expect(await readRawRecord(pieces(bytes), 1)).toEqual(event('e-1'));
});

test('a number that no readable record has gives null', async () => {
  const bytes = Buffer.from(`oops\n${JSON.stringify(event('e-1'))}\n`);
  expect(await readRawRecord(pieces(bytes), 1)).toBeNull();
  expect(await readRawRecord(pieces(bytes), 2)).toEqual(event('e-1'));
  expect(await readRawRecord(pieces(bytes), 3)).toBeNull();
});
