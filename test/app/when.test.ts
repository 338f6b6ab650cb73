import { describe, expect, it } from 'vitest';
import { formatDuration, formatTime, type TimeQuestion, understandWindow } from '../../src/app/when.js';

/** Wednesday. */
const now = Date.parse('2026-11-18T12:34:56Z') / 1000;

const understood = (q: TimeQuestion, tz = 'UTC', at = now) =>
  understandWindow(q, at, tz).text.replace(` ${tz} `, ' ');
const day = 'Tuesday 2026-11-17 00:00:00 to Wednesday 2026-11-18 00:00:00 (24 h)';

describe('a day, week, month or year', () => {
  it.each([
    ['last tuesday', day],
    ['Last  TUE', day],
    ['tuesday', day],
    ['yesterday', day],
    ['2026-11-17', day],
    ['2026/11/17', day],
    ['2026-W47-2', day],
    ['17 november', day],
    ['Tuesday, 17th of November 2026', day],
    ['nov 17, 2026', day],
    ['1 day ago', day],
    ['last wednesday', 'Wednesday 2026-11-11 00:00:00 to Thursday 2026-11-12 00:00:00 (24 h)'],
    ['wednesday', 'Wednesday 2026-11-18 00:00:00 to Thursday 2026-11-19 00:00:00 (24 h)'],
    ['friday', 'Friday 2026-11-13 00:00:00 to Saturday 2026-11-14 00:00:00 (24 h)'],
    ['next tuesday', 'Tuesday 2026-11-24 00:00:00 to Wednesday 2026-11-25 00:00:00 (24 h)'],
    ['today', 'Wednesday 2026-11-18 00:00:00 to Thursday 2026-11-19 00:00:00 (24 h)'],
    ['tomorrow', 'Thursday 2026-11-19 00:00:00 to Friday 2026-11-20 00:00:00 (24 h)'],
    ['the day before yesterday', 'Monday 2026-11-16 00:00:00 to Tuesday 2026-11-17 00:00:00 (24 h)'],
    ['dec 24', 'Wednesday 2025-12-24 00:00:00 to Thursday 2025-12-25 00:00:00 (24 h)'],
    ['2026-W47', 'Monday 2026-11-16 00:00:00 to Monday 2026-11-23 00:00:00 (7 d)'],
    ['last week', 'Monday 2026-11-09 00:00:00 to Monday 2026-11-16 00:00:00 (7 d)'],
    ['2026-11', 'Sunday 2026-11-01 00:00:00 to Tuesday 2026-12-01 00:00:00 (30 d)'],
    ['november', 'Sunday 2026-11-01 00:00:00 to Tuesday 2026-12-01 00:00:00 (30 d)'],
    ['december', 'Monday 2025-12-01 00:00:00 to Thursday 2026-01-01 00:00:00 (31 d)'],
    ['feb 2024', 'Thursday 2024-02-01 00:00:00 to Friday 2024-03-01 00:00:00 (29 d)'],
    ['last month', 'Thursday 2026-10-01 00:00:00 to Sunday 2026-11-01 00:00:00 (31 d)'],
    ['last quarter', 'Wednesday 2026-07-01 00:00:00 to Thursday 2026-10-01 00:00:00 (92 d)'],
    ['2026', 'Thursday 2026-01-01 00:00:00 to Friday 2027-01-01 00:00:00 (365 d)'],
  ])('--on %j', (on, expected) => {
    expect(understood({ on })).toBe(expected);
  });

  it('a month ago on the 31st is a day that exists', () => {
    const lastOfMarch = Date.parse('2026-03-31T12:00:00Z') / 1000;
    expect(understood({ on: 'last month' }, 'UTC', lastOfMarch)).toContain('Sunday 2026-02-01');
  });
});

describe('a length back from now', () => {
  it.each([
    [{ on: '3h' }, 3 * 3600],
    [{ on: '90m' }, 90 * 60],
    [{ on: 'last 7 days' }, 7 * 86_400],
    [{ last: '24h' }, 86_400],
    [{ last: '2 weeks' }, 14 * 86_400],
    [{ from: '3h' }, 3 * 3600],
    [{ from: '45 seconds ago' }, 45],
  ])('%j', (q, seconds) => {
    expect(understandWindow(q, now, 'UTC').window).toEqual({ from: now - seconds, to: now, tz: 'UTC' });
  });

  it('can be the end of a window as well', () => {
    const { window } = understandWindow({ from: '7d', to: '3d' }, now, 'UTC');
    expect([now - window.from, now - window.to]).toEqual([7 * 86_400, 3 * 86_400]);
  });
});

describe('a range', () => {
  it.each([
    [{ on: 'yesterday 9am..noon' }, 'Tuesday 2026-11-17 09:00:00 to Tuesday 2026-11-17 12:00:00 (3 h)'],
    [
      { on: 'yesterday at 9am to 17:30' },
      'Tuesday 2026-11-17 09:00:00 to Tuesday 2026-11-17 17:30:00 (8 h 30 min)',
    ],
    [{ on: '2026-11-16 .. 2026-11-17' }, 'Monday 2026-11-16 00:00:00 to Wednesday 2026-11-18 00:00:00 (2 d)'],
    [{ on: '9am..5pm' }, 'Wednesday 2026-11-18 09:00:00 to Wednesday 2026-11-18 17:00:00 (8 h)'],
    [{ on: 'yesterday 9pm..midnight' }, 'Tuesday 2026-11-17 21:00:00 to Wednesday 2026-11-18 00:00:00 (3 h)'],
    [{ on: '3 hours ago..now' }, 'Wednesday 2026-11-18 09:34:56 to Wednesday 2026-11-18 12:34:56 (3 h)'],
    [{ from: '2026-11-17', to: '2026-11-17' }, day],
    [
      { from: '2026-11-17T10:00+02:00', to: '2026-11-17 09:00Z' },
      'Tuesday 2026-11-17 08:00:00 to Tuesday 2026-11-17 09:00:00 (1 h)',
    ],
    [
      { from: '2026-11-17' },
      'Tuesday 2026-11-17 00:00:00 to Wednesday 2026-11-18 12:34:56 (36 h 34 min 56 s)',
    ],
    [
      { from: 'tomorrow', to: 'tomorrow' },
      'Thursday 2026-11-19 00:00:00 to Friday 2026-11-20 00:00:00 (24 h)',
    ],
  ])('%j', (q, expected) => {
    expect(understood(q)).toBe(expected);
  });
});

describe('a moment', () => {
  it.each([
    ['2026-11-17T09:30Z', 'UTC', '2026-11-17T09:30:00Z'],
    ['2026-11-17T09:30:15.9Z', 'UTC', '2026-11-17T09:30:15Z'],
    ['2026-11-17 09:30', 'Africa/Johannesburg', '2026-11-17T07:30:00Z'],
    ['2026-11-17 09:30 -0500', 'Africa/Johannesburg', '2026-11-17T14:30:00Z'],
    ['2026-11-17 09:30 Europe/Amsterdam', 'UTC', '2026-11-17T08:30:00Z'],
    ['yesterday 9am UTC', 'Europe/Amsterdam', '2026-11-17T09:00:00Z'],
    ['9:15pm on last tuesday', 'UTC', '2026-11-17T21:15:00Z'],
    ['midnight', 'UTC', '2026-11-18T00:00:00Z'],
    ['now', 'UTC', '2026-11-18T12:34:56Z'],
  ])('--at %j in %s is one second from %s', (at, tz, expected) => {
    const { window } = understandWindow({ at }, now, tz);
    expect(formatTime(window.from, 'UTC')).toBe(expected);
    expect(window.to - window.from).toBe(1);
  });
});

describe('clocks that change', () => {
  it.each([
    ['2026-10-25', 'Europe/Amsterdam', '(25 h)'],
    ['2026-03-29', 'Europe/Amsterdam', '(23 h)'],
    ['2026-10', 'Europe/Amsterdam', '(31 d 1 h)'],
    ['2026-W13', 'Europe/Amsterdam', '(6 d 23 h)'],
    // Midnight comes twice: the day begins with the first.
    [
      '2026-11-01',
      'America/Havana',
      'Sunday 2026-11-01 00:00:00 -04:00 to Monday 2026-11-02 00:00:00 -05:00 (25 h)',
    ],
    // Midnight is skipped: the day begins at one.
    [
      '2026-04-24',
      'Africa/Cairo',
      'Friday 2026-04-24 01:00:00 +03:00 to Saturday 2026-04-25 00:00:00 +03:00 (23 h)',
    ],
    ['2026-10-25 02:30+02:00..2026-10-25 02:30+01:00', 'Europe/Amsterdam', '(1 h)'],
  ])('--on %j in %s', (on, tz, expected) => {
    expect(understood({ on }, tz)).toContain(expected);
  });

  it.each([
    ['2026-10-25 02:30', 'show that time twice; add the offset, +02:00 or +01:00'],
    ['2026-03-29 02:30', 'skip that time, it would be 03:30'],
  ])('--at %j is refused: %s', (at, message) => {
    expect(() => understandWindow({ at }, now, 'Europe/Amsterdam')).toThrow(message);
  });
});

describe('a length in words', () => {
  it.each([
    [0, '0 s'],
    [45, '45 s'],
    [3900, '1 h 5 min'],
    [86_400, '24 h'],
    [90_000, '25 h'],
    [172_800, '2 d'],
    [601_200, '6 d 23 h'],
  ])('%d s is %s', (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
  });
});
