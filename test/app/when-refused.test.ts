import { describe, expect, it } from 'vitest';
import { understandWindow } from '../../src/app/when.js';

/** Wednesday. */
const now = Date.parse('2026-11-18T12:34:56Z') / 1000;

describe('a time that is not understood', () => {
  it.each([
    { on: 'last tuesday foo' },
    { on: 'foo last tuesday' },
    { on: '' },
    { on: '2026-02-30' },
    { on: '2026-13' },
    { on: '2026-W54' },
    { on: '30 february' },
    { on: '29 feb' },
    { on: 'monday 17 november 2026' },
    { on: 'Monday 2026-11-17 09:00:00..noon' },
    // A day or a month first? Which night? Whose Eastern time? All would be guesses.
    { on: '11/12/2026' },
    { on: '17.11.2026' },
    { on: 'last night' },
    { on: 'this morning' },
    { on: 'last weekend' },
    { on: 'tuesday last week' },
    { at: 'yesterday 9am EST' },
    { on: 'yesterday..noon' },
    { on: 'yesterday 9am..' },
    { on: 'yesterday 10pm..6am' },
    { on: 'yesterday 9am' },
    { on: '0h' },
    { on: '999999w' },
    { on: '1969' },
    { on: `${'last '.repeat(60)}tuesday` },
    { at: 'yesterday' },
    { at: '3h' },
    { at: 'yesterday 25:00' },
    { at: 'yesterday 13pm' },
    { at: '2026-11-17 24:00' },
    { at: '2026-11-17T09:30+99:00' },
    { last: 'yesterday' },
    { from: 'tomorrow' },
    { from: '2026-11-18', to: '2026-11-17' },
    { from: 'now', to: 'now' },
  ])('%j', (q) => {
    expect(() => understandWindow(q, now, 'UTC')).toThrow(
      expect.objectContaining({ code: 'TIME_NOT_UNDERSTOOD' }),
    );
  });

  it('is named in the message', () => {
    expect(() => understandWindow({ on: 'last tuesday foo' }, now, 'UTC')).toThrow('"last tuesday foo"');
  });

  it.each([
    [{}, 'no time was given'],
    [{ to: 'now' }, '--to needs --from'],
    [{ on: 'today', at: 'now' }, '--on and --at exclude each other'],
    [{ last: '3h', to: 'now' }, '--to and --last exclude each other'],
  ])('%j is no question: %s', (q, message) => {
    expect(() => understandWindow(q, now, 'UTC')).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(() => understandWindow(q, now, 'UTC')).toThrow(message);
  });

  it.each([
    ['Amsterdam', 'did you mean Europe/Amsterdam?'],
    ['Africa/Johanesburg', 'did you mean Africa/Johannesburg?'],
    ['local', '"local" is not a time zone'],
    ['', '"" is not a time zone'],
  ])('zone %j is unknown', (tz, message) => {
    expect(() => understandWindow({ on: 'today' }, now, tz)).toThrow(
      expect.objectContaining({ code: 'TIMEZONE_UNKNOWN' }),
    );
    expect(() => understandWindow({ on: 'today' }, now, tz)).toThrow(message);
  });
});
