/** Times outside these are not believed: 2000-01-01 to 2100-01-01, epoch seconds. CloudTrail began in 2013. */
const earliest = 946_684_800;
const latest = 4_102_444_800;

/** `2026-11-17T10:00:12Z` with any of: fraction, offset, blank for `T`, no separators. Without an offset it is UTC. */
const iso =
  /^(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d):?(\d\d):?(\d\d)(?:[.,]\d{1,12})?\s?(?:Z|UTC|([+-])(\d\d):?(\d\d)?)?$/i;

/** `Sep 17, 2020 8:04:10 PM`, `Jul 10, 2023, 1:28:26 PM`: Java's spellings; newer ones have U+202F before PM. */
const spelled = /^([A-Z][a-z]{2})\s(\d{1,2}),\s(\d{4}),?\s(\d{1,2}):(\d\d):(\d\d)\s([AP])M$/;

const epoch = /^\d{9,13}(?:\.\d{1,12})?$/;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** A longer text is no time; looking at no more keeps hostile text cheap. */
const longestTime = 48;

/**
 * A time as CloudTrail and the tools that copy its records write it: ISO 8601, `2024-06-03 15:23:22.000000000`,
 * `Jul 10, 2023, 1:28:26 PM`, and epoch seconds or milliseconds (number or text).
 * @returns epoch seconds, fractions dropped; null when it is none of these, or not between 2000 and 2100
 */
export function readTime(value: unknown): number | null {
  if (typeof value === 'number') return plausible(fromEpoch(value));
  if (typeof value !== 'string' || value.length > longestTime) return null;
  const usual = value.length === 20 ? usualTime(value) : Number.NaN;
  return plausible(Number.isNaN(usual) ? otherTime(value) : usual);
}

function plausible(seconds: number): number | null {
  return seconds >= earliest && seconds < latest ? Math.floor(seconds) : null;
}

function fromEpoch(value: number): number {
  return value >= latest ? value / 1000 : value;
}

/** `2026-11-17T10:00:12Z`, as nearly every record has it, without a regular expression. */
function usualTime(s: string): number {
  if (
    s.charCodeAt(4) !== 45 ||
    s.charCodeAt(7) !== 45 ||
    s.charCodeAt(10) !== 84 ||
    s.charCodeAt(13) !== 58 ||
    s.charCodeAt(16) !== 58 ||
    s.charCodeAt(19) !== 90
  )
    return Number.NaN;
  const year = two(s, 0) * 100 + two(s, 2);
  return secondsOf(year, two(s, 5), two(s, 8), two(s, 11), two(s, 14), two(s, 17));
}

/** Two digits; something far below zero when they are none. */
function two(s: string, at: number): number {
  const tens = s.charCodeAt(at) - 48;
  const ones = s.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1_000_000;
}

function otherTime(s: string): number {
  const i = iso.exec(s);
  if (i !== null) {
    const at = secondsOf(Number(i[1]), Number(i[2]), Number(i[3]), Number(i[4]), Number(i[5]), Number(i[6]));
    if (i[7] === undefined) return at;
    const hours = Number(i[8]);
    const minutes = Number(i[9] ?? 0);
    if (hours > 14 || minutes > 59) return Number.NaN;
    const offset = hours * 3600 + minutes * 60;
    return i[7] === '-' ? at + offset : at - offset;
  }
  const w = spelled.exec(s);
  if (w !== null) {
    const hour = Number(w[4]);
    if (hour < 1 || hour > 12) return Number.NaN;
    const month = months.indexOf(w[1]!) + 1;
    const ofDay = (hour % 12) + (w[7] === 'P' ? 12 : 0);
    return secondsOf(Number(w[3]), month, Number(w[2]), ofDay, Number(w[5]), Number(w[6]));
  }
  return epoch.test(s) ? fromEpoch(Number(s)) : Number.NaN;
}

/** Seconds from 1970 of a UTC time in 2000 to 2099, NaN when there is no such time. A leap second is the next one. */
function secondsOf(year: number, month: number, day: number, hour: number, minute: number, second: number) {
  const since2000 = year - 2000;
  if (!(since2000 >= 0 && since2000 < 100) || !(month >= 1 && month <= 12)) return Number.NaN;
  const leap = since2000 % 4 === 0 ? 1 : 0;
  const length = daysBefore[month]! - daysBefore[month - 1]! + (month === 2 ? leap : 0);
  if (!(day >= 1 && day <= length) || !(hour >= 0 && hour < 24)) return Number.NaN;
  if (!(minute >= 0 && minute < 60) || !(second >= 0 && second <= 60)) return Number.NaN;
  const leapDays = ((since2000 + 3) >> 2) + (month > 2 ? leap : 0);
  const days = since2000 * 365 + leapDays + daysBefore[month - 1]! + day - 1;
  return earliest + days * 86_400 + hour * 3600 + minute * 60 + second;
}
