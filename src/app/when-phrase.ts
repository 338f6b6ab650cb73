import * as chrono from 'chrono-node';
import { DateTime, FixedOffsetZone } from 'luxon';
import { type ClockTime, instantOf, wholeUnit } from './when-zone.js';

/** A stretch of time as one text means it: a whole calendar unit, a length back from now, or a moment. */
export interface Span {
  kind: 'calendar' | 'length' | 'moment';
  from: DateTime;
  /** Equal to `from` for a moment. */
  to: DateTime;
  /** A moment given as a time of day alone. */
  dateless?: boolean;
}

const WEEKDAY = '(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?';
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const COUNT = '(?:[0-9]{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten)';
const DAY = '[0-9]{1,2}(?:st|nd|rd|th)?';
const YEAR = '(?:,? [0-9]{4})';

// chrono reads more than this, and guesses where these do not: "tuesday last week", "tonight", "1/2/2026".
const DATE_SHAPES: readonly RegExp[] = [
  /^(?:yesterday|today|tomorrow|the day before yesterday)$/,
  new RegExp(`^(?:(?:last|past|next) )?${WEEKDAY}$`),
  new RegExp(`^${COUNT} (?:days?|weeks?|months?|years?) ago$`),
  new RegExp(`^(?:${WEEKDAY},? )?${DAY} (?:of )?${MONTH}${YEAR}?$`),
  new RegExp(`^(?:${WEEKDAY},? )?${MONTH} ${DAY}${YEAR}?$`),
  /^[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}$/,
];
const MONTH_SHAPE = new RegExp(`^${MONTH}${YEAR}?$`);
const TIME =
  '(?:noon|midnight|[0-9]{1,2}(?::[0-9]{2}(?::[0-9]{2})?)? ?[ap]m|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)';
/** UTC or an offset from it, as zones have them: up to 14 hours. */
export const OFFSET_SHAPE = '(?:z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])';
const OFFSET = `(?: ?(${OFFSET_SHAPE}))?`;
const TIME_LAST = new RegExp(`^(?:(.*?),? (?:at )?)?(${TIME})${OFFSET}$`);
const TIME_FIRST = new RegExp(`^(?:at )?(${TIME})${OFFSET},? (?:on )?(.*)$`);

/**
 * Reads a date, a time of day, or both, in English words: `last tuesday`, `yesterday 9am`, `17 nov 2026 at 09:30`.
 * chrono-node does the reading; what it may read is limited to shapes that mean one thing.
 * @param text lower case, single spaces
 * @param today any moment of today, in the zone to read in
 * @param date the date of a time without one; null forbids that
 * @returns the span, a sentence saying why it is none, or null when the text is no such phrase
 */
export function readPhrase(text: string, today: DateTime, date: DateTime | null): Span | string | null {
  if (MONTH_SHAPE.test(text)) return readMonth(text, today);
  if (isDate(text)) {
    const day = readDate(text, today);
    return typeof day === 'string' ? day : { kind: 'calendar', ...wholeUnit(day, 'day') };
  }
  const last = TIME_LAST.exec(text);
  if (last !== null) return readMoment(last[1], last[2]!, last[3], today, date);
  const first = TIME_FIRST.exec(text);
  return first === null ? null : readMoment(first[3], first[1]!, first[2], today, date);
}

function isDate(text: string): boolean {
  return DATE_SHAPES.some((shape) => shape.test(text));
}

function readMoment(
  dateText: string | undefined,
  timeText: string,
  offset: string | undefined,
  today: DateTime,
  date: DateTime | null,
): Span | string | null {
  const dateless = dateText === undefined || dateText === '';
  if (!dateless && !isDate(dateText)) return null;
  const day = dateless ? date : readDate(dateText, today);
  if (day === null) return 'a time of day without a date';
  if (typeof day === 'string') return day;
  const read = ask(`today ${timeText}`, today);
  if (read === null) return 'there is no such time of day';
  const { year, month, day: dayOfMonth } = day;
  const clock: ClockTime = {
    year,
    month,
    day: dayOfMonth,
    hour: read.hour,
    minute: read.minute,
    second: read.second,
  };
  const zone = offset === undefined ? day.zone : fixedZone(offset);
  const time = instantOf(clock, zone);
  if (typeof time === 'string') return time;
  const from = time.setZone(today.zone);
  return { kind: 'moment', from, to: from, dateless };
}

/** @param offset `z`, `+02:00` or `+0200` */
export function fixedZone(offset: string): FixedOffsetZone {
  if (/^z$/i.test(offset)) return FixedOffsetZone.utcInstance;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return FixedOffsetZone.instance(offset.startsWith('-') ? -minutes : minutes);
}

function readMonth(text: string, today: DateTime): Span | string {
  const read = ask(text, today);
  if (read === null) return 'there is no such month';
  const first = today.set({ year: read.year, month: read.month, day: 1 });
  const past = read.yearGiven ? first : notAfter(first, today);
  return { kind: 'calendar', ...wholeUnit(past, 'month') };
}

/** Noon of the date meant; a date without a year, and a weekday alone, is the latest one that is not to come. */
function readDate(text: string, today: DateTime): DateTime | string {
  const read = ask(text, today);
  if (read === null) return 'there is no such date';
  const { year, month, day } = read;
  let found: DateTime = DateTime.fromObject(
    { year, month, day, hour: 12 },
    { zone: today.zone, locale: 'en-US' },
  );
  if (!found.isValid) return 'there is no such date';
  if (read.named && !read.yearGiven) found = notAfter(found, today);
  if (found.day !== day) return `${found.year} has no such date`; // 29 February, moved to another year.
  if (new RegExp(`^${WEEKDAY}$`).test(text) && startsAfter(found, today)) found = found.minus({ weeks: 1 });
  if (read.named && read.weekday !== null && found.weekday % 7 !== read.weekday) {
    return `${found.toFormat('yyyy-MM-dd')} is a ${found.toFormat('cccc')}`;
  }
  return found;
}

function notAfter(date: DateTime, today: DateTime): DateTime {
  const thisYear = date.set({ year: today.year });
  return startsAfter(thisYear, today) ? thisYear.minus({ years: 1 }) : thisYear;
}

function startsAfter(date: DateTime, today: DateTime): boolean {
  return date.toISODate()! > today.toISODate()!;
}

interface Reading extends ClockTime {
  yearGiven: boolean;
  /** The text names a month. */
  named: boolean;
  /** 0 is Sunday; null when the text names none. */
  weekday: number | null;
}

/** chrono's reading of the whole text as clock values, or null when it would leave part of it unread. */
function ask(text: string, today: DateTime): Reading | null {
  // chrono counts in the machine's zone whatever it is told, so it is asked as if clocks here showed noon of today's
  // date, and only for what clocks show then: noon is never skipped, and no zone takes part in the answer.
  const results = chrono.en.casual.parse(text, new Date(today.year, today.month - 1, today.day, 12));
  const [result] = results;
  if (result === undefined || results.length > 1 || result.end) return null;
  if (result.index !== 0 || result.text.length !== text.length) return null;
  const { start } = result;
  return {
    year: start.get('year')!,
    month: start.get('month')!,
    day: start.get('day')!,
    hour: start.get('hour')!,
    minute: start.get('minute')!,
    second: start.get('second')!,
    yearGiven: start.isCertain('year'),
    named: new RegExp(`\\b${MONTH}\\b`).test(text),
    weekday: start.isCertain('weekday') ? start.get('weekday') : null,
  };
}
