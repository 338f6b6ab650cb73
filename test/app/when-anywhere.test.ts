import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { formatTime, type TimeQuestion, understandWindow } from '../../src/app/when.js';

/** Wednesday. */
const now = Date.parse('2026-11-18T12:34:56Z') / 1000;

const understood = (q: TimeQuestion, tz = 'UTC', at = now) =>
  understandWindow(q, at, tz).text.replace(` ${tz} `, ' ');
const day = 'Tuesday 2026-11-17 00:00:00 to Wednesday 2026-11-18 00:00:00 (24 h)';

describe("the machine's own zone", () => {
  const own = process.env.TZ;
  afterEach(() => {
    if (own === undefined) delete process.env.TZ;
    else process.env.TZ = own;
  });

  it.each([
    ['America/Los_Angeles', 480],
    ['Pacific/Kiritimati', -840],
    ['Pacific/Auckland', -780],
    ['Africa/Cairo', -120],
    ['UTC', 0],
  ])('%s plays no part', (machine, offset) => {
    process.env.TZ = machine;
    expect(new Date(now * 1000).getTimezoneOffset()).toBe(offset);
    for (const on of ['last tuesday', 'yesterday', '1 day ago', '17 november'])
      expect(understood({ on })).toBe(day);
    expect(understood({ on: 'the day before yesterday' })).toContain('Monday 2026-11-16 00:00:00 to Tuesday');
    expect(understood({ on: 'a week ago' })).toContain('Wednesday 2026-11-11 00:00:00 to Thursday');
    expect(understood({ on: 'yesterday 11pm..midnight' }, 'Asia/Tokyo')).toContain(
      '2026-11-17 23:00:00 +09:00',
    );
    expect(understood({ on: 'today' }, 'Pacific/Kiritimati')).toContain(
      'Thursday 2026-11-19 00:00:00 +14:00',
    );
    expect(understood({ on: '2026-10-25' }, 'Europe/Amsterdam')).toContain('(25 h)');
  });
});

describe('any time', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Amsterdam',
    'America/Havana',
    'Africa/Cairo',
    'Asia/Kathmandu',
    'Japan',
  );
  const instant = fc.integer({ min: Date.parse('2005-01-01') / 1000, max: Date.parse('2035-01-01') / 1000 });

  it('is echoed so that the echo means the same window', () => {
    fc.assert(
      fc.property(zone, instant, fc.integer({ min: 1, max: 40 * 86_400 }), (tz, from, length) => {
        const ends = { from: formatTime(from, tz), to: formatTime(from + length, tz) };
        const first = understandWindow(ends, now, tz);
        expect(first.window).toEqual({ from, to: from + length, tz });
        expect(understandWindow({ on: first.text }, now, tz)).toEqual(first);
      }),
    );
  });

  it('has a last Tuesday one to seven days ago, whole', () => {
    const names = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
    fc.assert(
      fc.property(zone, instant, fc.constantFrom(...names), (tz, at, weekday) => {
        const { window, text } = understandWindow({ on: `last ${weekday}` }, at, tz);
        const today = understandWindow({ on: 'today' }, at, tz).window;
        expect(text.toLowerCase().startsWith(weekday)).toBe(true);
        const days = Math.round((today.from - window.from) / 86_400);
        expect(days).toBeGreaterThanOrEqual(1);
        expect(days).toBeLessThanOrEqual(7);
        expect(Math.abs(window.to - window.from - 86_400)).toBeLessThanOrEqual(3600);
      }),
    );
  });

  it('is understood or refused, never anything else', () => {
    const word = fc.constantFrom(
      'last',
      'tuesday',
      '9am',
      '..',
      'to',
      'noon',
      '2026-11-17',
      'w',
      '3',
      'UTC',
      'ago',
      'nov',
      '31',
      '(x)',
      '+02:00',
      'é',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, zone, (on, tz) => {
        try {
          const { window } = understandWindow({ on }, now, tz);
          expect(window.to).toBeGreaterThan(window.from);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TIME_NOT_UNDERSTOOD' });
        }
      }),
      { numRuns: 300 },
    );
  });
});
