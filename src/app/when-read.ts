import { DateTime, type Zone } from 'luxon';
import { RolecallError } from '../errors.js';
import { fixedZone, OFFSET_SHAPE, readPhrase, type Span } from './when-phrase.js';
import { instantOf, namesZone, readZone, wholeUnit } from './when-zone.js';

/** Now, in the zone that texts are read in. */
export interface Clock {
  now: DateTime;
  /** Name of the zone as it was given. */
  tz: string;
}

const LENGTH = /^([0-9]{1,6}) ?(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)$/;
const LENGTH_IN_WORDS = /^(?:the )?(?:last|past) ([0-9]{1,6} [a-z]+)$/;
const AGO = /^([0-9]{1,6}) ?(s|sec|seconds?|m|min|minutes?|h|hours?) ago$/;
const PERIOD = /^(this|last|past|next) (week|month|quarter|year)$/;
const ISO_UNITS: readonly [RegExp, 'day' | 'week' | 'month' | 'year'][] = [
  [/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, 'day'],
  [/^[0-9]{4}-W[0-9]{2}-[1-7]$/, 'day'],
  [/^[0-9]{4}-W[0-9]{2}$/, 'week'],
  [/^[0-9]{4}-[0-9]{2}$/, 'month'],
  [/^[0-9]{4}$/, 'year'],
];
const ISO_MOMENT = new RegExp(
  '^(?:([a-z]+day) )?([0-9]{4})-([0-9]{2})-([0-9]{2})[t ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\\.[0-9]+)?)?' +
    ` ?(${OFFSET_SHAPE})?$`,
);

/**
 * Reads one text as a stretch of time. A zone at its end (`UTC`, `Europe/Amsterdam`) is the one to read it in.
 * @param date the date of a time of day without one; null forbids that
 * @throws RolecallError TIME_NOT_UNDERSTOOD with the text and, where known, what is wrong with it
 */
export function readSpan(text: string, clock: Clock, date: DateTime | null): Span {
  const { body, zone } = takeZone(text, clock);
  const now = clock.now.setZone(zone);
  const words = body.toLowerCase();
  const inZone = date === null ? null : date.setZone(zone);
  const span =
    readLength(words, now) ?? readIso(words, now) ?? readPeriod(words, now) ?? readPhrase(words, now, inZone);
  if (span === null) throw notUnderstood(text);
  if (typeof span === 'string') throw notUnderstood(text, span);
  return span;
}

/** Seconds of a length such as `3h`, `90m`, `7 days`; null for any other text. A day is 24 hours, a week 7 days. */
export function readSeconds(text: string): number | null {
  const [, count, unit] = LENGTH.exec(text.trim().toLowerCase()) ?? [];
  if (count === undefined || unit === undefined) return null;
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[unit[0]!]!;
  return Number(count) * seconds;
}

/** @param why a clause without full stop */
export function notUnderstood(text: string, why?: string): RolecallError {
  const shown = JSON.stringify(text.length > 100 ? `${text.slice(0, 99)}…` : text);
  return new RolecallError(
    'TIME_NOT_UNDERSTOOD',
    `the time ${shown} was not understood${why === undefined ? '' : `: ${why}`}`,
  );
}

/** Splits off a zone's name at the end. */
export function takeZone(text: string, { now, tz }: Clock): { body: string; zone: Zone } {
  const body = text.trim().replaceAll(/\s+/g, ' ');
  const space = body.lastIndexOf(' ');
  const tail = body.slice(space + 1);
  if (space === -1 || !(tail === tz || namesZone(tail))) return { body, zone: now.zone };
  return { body: body.slice(0, space), zone: readZone(tail) };
}

function readLength(text: string, now: DateTime): Span | null {
  const seconds = readSeconds(LENGTH_IN_WORDS.exec(text)?.[1] ?? text);
  if (seconds !== null) return { kind: 'length', from: now.minus({ seconds }), to: now };
  if (text === 'now') return { kind: 'moment', from: now, to: now };
  const ago = AGO.exec(text);
  if (ago === null) return null;
  const from = now.minus({ seconds: readSeconds(`${ago[1]} ${ago[2]}`)! });
  return { kind: 'moment', from, to: from };
}

function readIso(text: string, now: DateTime): Span | string | null {
  const upper = text.toUpperCase();
  const unit = ISO_UNITS.find(([shape]) => shape.test(upper))?.[1];
  if (unit !== undefined) {
    const day = DateTime.fromISO(upper, { zone: now.zone, locale: 'en-US' });
    return day.isValid ? { kind: 'calendar', ...wholeUnit(day, unit) } : 'there is no such date';
  }
  const found = ISO_MOMENT.exec(text);
  if (found === null) return null;
  const [year, month, day, hour, minute, second] = found.slice(2, 8).map((part) => Number(part ?? 0));
  const clock = { year: year!, month: month!, day: day!, hour: hour!, minute: minute!, second: second! };
  const zone = found[8] === undefined ? now.zone : fixedZone(found[8]);
  const time = instantOf(clock, zone);
  if (typeof time === 'string') return time;
  const weekday = time.toFormat('cccc');
  if (found[1] !== undefined && found[1] !== weekday.toLowerCase()) return `that day is a ${weekday}`;
  const from = time.setZone(now.zone);
  return { kind: 'moment', from, to: from };
}

function readPeriod(text: string, now: DateTime): Span | null {
  const [, which, unit] = PERIOD.exec(text) ?? [];
  if (which === undefined) return null;
  const shift = which === 'this' ? 0 : which === 'next' ? 1 : -1;
  const name = unit as 'week' | 'month' | 'quarter' | 'year';
  return { kind: 'calendar', ...wholeUnit(now.set({ hour: 12 }).plus({ [`${name}s`]: shift }), name) };
}
