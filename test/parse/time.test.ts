import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTime } from '../../src/parse/time.js';
import { at } from './records.js';

const evening = at('2026-11-17T20:04:10Z');

describe('a time', () => {
  it.each([
    ['2026-11-17T20:04:10Z'],
    ['2026-11-17T20:04:10.999Z'],
    ['2026-11-17T20:04:10.123456789Z'],
    ['2026-11-17T20:04:10'],
    ['2026-11-17t20:04:10z'],
    ['2026-11-17T22:04:10+02:00'],
    ['2026-11-17T22:04:10+0200'],
    ['2026-11-17T22:04:10+02'],
    ['2026-11-17T14:34:10-05:30'],
    ['2026-11-17 20:04:10'],
    ['2026-11-17 20:04:10.000000000'],
    ['2026-11-17 20:04:10.000 UTC'],
    ['20261117T200410Z'],
    ['Nov 17, 2026 8:04:10 PM'],
    ['Nov 17, 2026, 8:04:10 PM'],
    ['Nov 17, 2026, 8:04:10\u202fPM'],
    ['Nov 17, 2026, 8:04:10\u00a0PM'],
    [evening],
    [evening * 1000 + 999],
    [evening + 0.5],
    [String(evening)],
    [`${evening}.25`],
    [String(evening * 1000)],
  ])('%j is read as UTC, to the second', (written) => {
    expect(readTime(written)).toBe(evening);
  });

  it.each([
    ['Sep 17, 2020 8:04:10 PM', '2020-09-17T20:04:10Z'],
    ['Jul 10, 2023, 1:28:26 PM', '2023-07-10T13:28:26Z'],
    ['Jan 1, 2026, 12:00:00 AM', '2026-01-01T00:00:00Z'],
    ['Jan 1, 2026, 12:00:00 PM', '2026-01-01T12:00:00Z'],
    ['Dec 31, 2026, 11:59:59 PM', '2026-12-31T23:59:59Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2024-12-31T23:59:60Z', '2025-01-01T00:00:00Z'],
  ])('%j is %s', (written, iso) => {
    expect(readTime(written)).toBe(at(iso));
  });

  it.each([
    [''],
    ['yesterday'],
    ['2026-11-17'],
    ['2026-13-01T00:00:00Z'],
    ['2026-02-29T00:00:00Z'],
    ['2026-04-31T00:00:00Z'],
    ['2026-00-10T00:00:00Z'],
    ['2026-11-00T00:00:00Z'],
    ['2026-11-17T24:00:00Z'],
    ['2026-11-17T20:60:00Z'],
    ['2026-11-17T20:04:61Z'],
    ['2026-11-17T20:04:1/Z'],
    ['2026-11-17T20:04:10Zx'],
    ['2026-11-17T20:04:10+15:00'],
    ['2026-11-17T20:04:10+02:60'],
    ['Nov 17, 2026, 13:04:10 PM'],
    ['Nov 17, 2026, 0:04:10 AM'],
    ['Nov 31, 2026, 1:04:10 AM'],
    ['Foo 17, 2026, 1:04:10 AM'],
    ['1999-12-31T23:59:59Z'],
    ['2100-01-01T00:00:00Z'],
    ['2099-12-31T23:59:59-01:00'],
    [0],
    [1e15],
    [-1],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    ['1'.repeat(60)],
    [`${' '.repeat(5000)}2026-11-17T20:04:10Z`],
    [null],
    [undefined],
    [true],
    [{}],
    [['2026-11-17T20:04:10Z']],
  ])('%j is none', (written) => {
    expect(readTime(written)).toBeNull();
  });

  it('is the same in every spelling, for any second of this century', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2099-12-31T23:59:59Z') }),
        (second) => {
          const date = new Date(second * 1000);
          const iso = `${date.toISOString().slice(0, 19)}Z`;
          const us = new Intl.DateTimeFormat('en-US', {
            dateStyle: 'medium',
            timeStyle: 'medium',
            timeZone: 'UTC',
          });
          for (const written of [
            iso,
            iso.replace('T', ' ').replace('Z', '.000000000'),
            us.format(date),
            second,
          ])
            expect(readTime(written)).toBe(second);
        },
      ),
    );
  });

  it('is never something else than a whole second of this century, whatever is written', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const time = readTime(value);
        if (time !== null)
          expect(Number.isInteger(time) && time >= 946_684_800 && time < 4_102_444_800).toBe(true);
        else expect(time).toBeNull();
      }),
    );
  });
});
