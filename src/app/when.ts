import { DateTime } from 'luxon';
import { RolecallError } from '../errors.js';
import type { Window } from '../model/answers.js';
import type { Span } from './when-phrase.js';
import { type Clock, notUnderstood, readSeconds, readSpan, takeZone } from './when-read.js';
import { describeWindow } from './when-text.js';
import { readZone } from './when-zone.js';

export { formatDuration, formatTime } from './when-text.js';

/** The time of a question, as typed. One of `on`, `at`, `last`, or `from` with or without `to`. */
export interface TimeQuestion {
  /** A day, week, month, year, a length back from now, or a range `a..b`. */
  on?: string | undefined;
  /** One moment. */
  at?: string | undefined;
  from?: string | undefined;
  /** A date includes that day. Without it the window ends now. */
  to?: string | undefined;
  /** A length back from now. */
  last?: string | undefined;
}

const MAX_TEXT = 200;
const RANGE = /^(.+?)\s*(?:\.\.|\sto\s)\s*(.+)$/;

/**
 * The window that a question means, and the same in words to show: nothing is read that is not echoed.
 * @param now epoch seconds
 * @param tz IANA zone in which days begin and times without an offset are read; the machine's own plays no part
 * @returns `window`, half-open `[from, to)`, and `text`, which given as `on` means that window again
 * @throws RolecallError TIME_NOT_UNDERSTOOD (also for windows that are empty or end before they begin),
 *   TIMEZONE_UNKNOWN, USAGE for flags that exclude each other
 */
export function understandWindow(q: TimeQuestion, now: number, tz: string): { window: Window; text: string } {
  const zone = readZone(tz);
  const clock: Clock = { now: DateTime.fromSeconds(Math.floor(now), { zone, locale: 'en-US' }), tz };
  const { from, to } = read(q, clock);
  const window: Window = { from: Math.floor(from.toSeconds()), to: Math.floor(to.toSeconds()), tz };
  if (!from.isValid || !to.isValid || window.from < 0 || to.year > 9999) {
    throw notUnderstood(spelled(q), 'it lies outside the years 1970 to 9999');
  }
  if (window.to <= window.from) {
    const text = describeWindow({ ...window, to: window.from }).replace(/ to .*/, '');
    throw notUnderstood(spelled(q), `the window does not end after it begins, at ${text} ${tz}`);
  }
  return { window, text: describeWindow(window) };
}

function read(q: TimeQuestion, clock: Clock): { from: DateTime; to: DateTime } {
  const flags = (['on', 'at', 'from', 'to', 'last'] as const).filter((flag) => q[flag] !== undefined);
  const long = flags.map((flag) => q[flag]!).find((text) => text.length > MAX_TEXT);
  if (long !== undefined) throw notUnderstood(long, 'it is too long');
  const ways = [q.on, q.at, q.last, q.from ?? q.to].filter((way) => way !== undefined).length;
  if (ways === 0)
    throw new RolecallError('USAGE', 'no time was given: use --on, --at, --last, or --from and --to');
  if (ways > 1)
    throw new RolecallError('USAGE', `${flags.map((flag) => `--${flag}`).join(' and ')} exclude each other`);
  if (q.on !== undefined) return readOn(q.on, clock);
  if (q.at !== undefined) return readAt(q.at, clock);
  if (q.last !== undefined) return readLast(q.last, clock);
  if (q.from === undefined)
    throw new RolecallError('USAGE', '--to needs --from: where does the window begin?');
  const from = readSpan(q.from, clock, clock.now).from;
  return { from, to: q.to === undefined ? clock.now : end(readSpan(q.to, clock, clock.now)) };
}

function readOn(text: string, clock: Clock): { from: DateTime; to: DateTime } {
  const range = readRange(text, clock);
  if (range !== null) return range;
  const span = readSpan(text, clock, clock.now);
  if (span.kind === 'moment') {
    throw notUnderstood(
      text,
      'it is a moment, not a day; use --at, or a range such as "yesterday 9am..noon"',
    );
  }
  return span;
}

/** `a..b` or `a to b`; a time of day alone at the end belongs to the date of the beginning. */
function readRange(text: string, clock: Clock): { from: DateTime; to: DateTime } | null {
  // The echo of a window ends in its zone and its length.
  const { body, zone } = takeZone(text.replace(/ \([^()]*\)$/, ''), clock);
  const [, left, right] = RANGE.exec(body) ?? [];
  if (left === undefined || right === undefined) return null;
  const inZone = { ...clock, now: clock.now.setZone(zone) };
  const from = readSpan(left, inZone, inZone.now);
  const to = readSpan(right, inZone, from.kind === 'moment' ? from.from : null);
  // Midnight at the end of a range is the one that ends the day.
  const isMidnight = to.dateless === true && /midnight$/i.test(right.trim());
  return { from: from.from, to: isMidnight ? to.from.plus({ days: 1 }) : end(to) };
}

function readAt(text: string, clock: Clock): { from: DateTime; to: DateTime } {
  const { kind, from } = readSpan(text, clock, clock.now);
  if (kind !== 'moment')
    throw notUnderstood(text, 'it is no moment; use --on for a whole day, --last for a length');
  const second = from.startOf('second');
  return { from: second, to: second.plus({ seconds: 1 }) };
}

function readLast(text: string, clock: Clock): { from: DateTime; to: DateTime } {
  const seconds = readSeconds(text);
  if (seconds === null) throw notUnderstood(text, 'it is no length such as 24h, 90m, 7d or 2w');
  return { from: clock.now.minus({ seconds }), to: clock.now };
}

/** Where a window ends that is said to go "to" a span: a day is included, a length counts back from now. */
function end(span: Span): DateTime {
  return span.kind === 'calendar' ? span.to : span.from;
}

function spelled(q: TimeQuestion): string {
  return q.on ?? q.at ?? q.last ?? [q.from, q.to].filter((text) => text !== undefined).join('..');
}
