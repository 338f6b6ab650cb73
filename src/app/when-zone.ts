import { DateTime, IANAZone, type Zone } from 'luxon';
import { RolecallError } from '../errors.js';
import { nearest } from '../policy/nearest.js';

/** A date and time of day as read off a clock. */
export interface ClockTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/**
 * The zone of that name.
 * @throws RolecallError TIMEZONE_UNKNOWN, naming the nearest; `local` and `system` are no zones, because an
 *   answer must not depend on the machine that gives it
 */
export function readZone(tz: string): IANAZone {
  if (IANAZone.isValidZone(tz)) return IANAZone.create(tz);
  const near = nearestZone(tz);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new RolecallError('TIMEZONE_UNKNOWN', `${JSON.stringify(tz)} is not a time zone${hint}`);
}

function nearestZone(tz: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = (zone: string) => zone.slice(zone.lastIndexOf('/') + 1);
  const [near] = nearest(tz, zones);
  if (near !== undefined) return near;
  const [nearCity] = nearest(city(tz), zones.map(city));
  return zones.find((zone) => city(zone) === nearCity);
}

/** True for text that names a zone and could not be a word of a time: `UTC`, `GMT`, `Europe/Amsterdam`. */
export function namesZone(text: string): boolean {
  return /^(?:UTC|GMT|[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)+)$/.test(text) && IANAZone.isValidZone(text);
}

/** First instant of the calendar day that `day` lies in, also where midnight is skipped or comes twice. */
export function startOfDay(day: DateTime): DateTime {
  return earliest(day.set({ hour: 12 }).startOf('day'));
}

/** First instants of the calendar unit that `day` lies in and of the one after it. */
export function wholeUnit(
  day: DateTime,
  unit: 'day' | 'week' | 'month' | 'quarter' | 'year',
): { from: DateTime; to: DateTime } {
  // Noon is never skipped and never comes twice, so arithmetic on it stays on the right date.
  const first = day.set({ hour: 12 }).startOf(unit).set({ hour: 12 });
  return { from: startOfDay(first), to: startOfDay(first.plus({ [unit]: 1 })) };
}

/**
 * The instant at which clocks in the zone show this time.
 * @returns the instant, or why there is none, or not just one
 */
export function instantOf(clock: ClockTime, zone: Zone): DateTime | string {
  const time = DateTime.fromObject(clock, { zone, locale: 'en-US' });
  if (clock.hour === 24) return 'write 00:00 of the next day';
  if (!time.isValid) return time.invalidExplanation ?? 'there is no such date';
  if (time.hour !== clock.hour || time.minute !== clock.minute) {
    return `clocks in ${zone.name} skip that time, it would be ${time.toFormat('HH:mm')}`;
  }
  const possible = time.getPossibleOffsets();
  if (possible.length > 1) {
    const offsets = possible.map((one) => one.toFormat('ZZ')).join(' or ');
    return `clocks in ${zone.name} show that time twice; add the offset, ${offsets}`;
  }
  return time;
}

function earliest(time: DateTime): DateTime {
  return time.getPossibleOffsets().reduce((a, b) => (b.toMillis() < a.toMillis() ? b : a), time);
}
