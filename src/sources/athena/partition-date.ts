import { Column, every, type Part, type Restriction } from './condition.js';
import { type DayPattern, dayPattern } from './day-pattern.js';
import { daysBetween, lastOfMonth } from './days.js';
import { hiveType } from './hive-type.js';
import type { Partition } from './roles.js';

/** What a window adds on a column that holds a whole date. */
export function dateRestriction(partition: Partition, part: Part): Restriction {
  const { name, type, projection } = partition;
  const projected = projection.format ?? enumerated(projection.values);
  if (projected !== undefined) {
    const pattern = dayPattern(projected);
    if (pattern === null) return every(name, `every one, for rolecall does not know its format ${projected}`);
    return known(partition, pattern, part);
  }
  if (hiveType(type).kind === 'date') return known(partition, dayPattern('yyyy-MM-dd')!, part);
  const usual = usualPatterns(name).map((pattern) => dayPattern(pattern)!);
  if (hiveType(type).kind === 'number')
    return known(partition, usual.find(({ pattern }) => /^\w+$/.test(pattern))!, part);
  if (Object.keys(projection).length > 0 && projection.type !== 'injected')
    return known(partition, usual[0]!, part);
  return unknown(partition, usual, part);
}

/** The usual spellings of dates, the likeliest first. */
function usualPatterns(name: string): string[] {
  if (/hour/.test(name)) return ['yyyy/MM/dd/HH', 'yyyy-MM-dd-HH', 'yyyy-MM-dd/HH', 'yyyyMMddHH'];
  if (/^(?:month|mm|mon|yearmonth|year_month|yyyymm|ym)$/.test(name)) return ['yyyy/MM', 'yyyy-MM', 'yyyyMM'];
  return ['yyyy/MM/dd', 'yyyy-MM-dd', 'yyyyMMdd'];
}

/** The spelling of values that are listed one by one. */
function enumerated(values: string | undefined): string | undefined {
  if (values === undefined) return undefined;
  const first = values.split(',')[0]!.trim();
  const usual = ['day', 'hour', 'month'].flatMap(usualPatterns);
  return usual.find((pattern) => dayPattern(pattern)!.read(first) !== null) ?? 'of listed values';
}

function known({ name, type, projection }: Partition, pattern: DayPattern, part: Part): Restriction {
  const column = new Column(name, type);
  const first = { day: strideBefore(part.firstDay, pattern.unit, projection), hour: 0 };
  const daily = pattern.unit === 'day' || pattern.unit === 'hour';
  const last = { day: part.lastDay, hour: 23 };
  const [from, to] = [pattern.write(first), pattern.write(last)];
  const sql = pattern.sorted
    ? column.between(from, to)
    : column.among(written(pattern, first.day, part.lastDay));
  return {
    sql,
    params: column.params,
    words: `${name}: ${from === to ? from : `${from} to ${to}`}`,
    ...outside(name, projection.range, pattern, part),
    time: true,
    days: daily && first.day === part.firstDay,
  };
}

/** Where nothing says how dates are written, all usual spellings are asked for. */
function unknown({ name, type }: Partition, patterns: DayPattern[], part: Part): Restriction {
  const column = new Column(name, type);
  const lists = patterns.map((pattern) => written(pattern, part.firstDay, part.lastDay));
  const sql =
    lists.flat().length <= 200
      ? column.among(lists.flat())
      : `(${lists.map((list) => column.between(list[0]!, list.at(-1)!)).join(' OR ')})`;
  const [from, to] = [lists[0]![0]!, lists[0]!.at(-1)!];
  const spellings = patterns.map(({ pattern }) => pattern).join(', ');
  return {
    sql,
    params: column.params,
    words: `${name}: ${from === to ? from : `${from} to ${to}`}, written as any of ${spellings}`,
    missing: [],
    reach: {},
    time: true,
    days: patterns.every(({ unit }) => unit === 'day' || unit === 'hour'),
  };
}

function written(pattern: DayPattern, first: string, last: string): string[] {
  const hours = pattern.unit === 'hour' ? [...Array(24).keys()] : [0];
  const moments = daysBetween(first, last).flatMap((day) => hours.map((hour) => ({ day, hour })));
  return [...new Set(moments.map(pattern.write))];
}

/** In days; the unit of a pattern is what partitions are apart where nothing else is said. */
const lengths: Record<string, number> = { HOUR: 1 / 24, DAY: 1, WEEK: 7, MONTH: 31, YEAR: 366 };

/** A partition that begins less often than its date could tell holds later days, too: the one before is read. */
function strideBefore(day: string, unit: DayPattern['unit'], projection: Record<string, string>): string {
  const own = lengths[unit.toUpperCase()]!;
  const named = lengths[(projection['interval.unit'] ?? '').toUpperCase().replace(/S$/, '')] ?? own;
  const apart = (Number(projection.interval) || 1) * named;
  // No partition is so long; a number that is none must not make a date that is none.
  const back = apart > own ? Math.min(Math.ceil(apart), 36_600) : 0;
  return new Date(Date.parse(`${day}T00:00:00Z`) - back * 86_400_000).toISOString().slice(0, 10);
}

/** Days that the projection leaves out. */
function outside(
  name: string,
  range: string | undefined,
  pattern: DayPattern,
  part: Part,
): Pick<Restriction, 'missing' | 'reach'> {
  const [begin = null, end = null] = (range?.split(',') ?? []).map(
    (text) => pattern.read(text.trim()) ?? fromNow(text, part.now),
  );
  const told = `of the table's projection.${name}.range`;
  const lasts = {
    year: `${end?.slice(0, 4)}-12-31`,
    month: end && lastOfMonth(end.slice(0, 7)),
    day: end,
    hour: end,
  };
  const last = end && lasts[pattern.unit];
  return {
    missing: [
      ...(begin && part.firstDay < begin ? [`days before ${begin}, the beginning ${told}`] : []),
      ...(last && part.lastDay > last ? [`days after ${last}, the end ${told}`] : []),
    ],
    reach: { firstDay: begin, lastDay: last },
  };
}

const moved = /^\s*NOW\s*-\s*(\d{1,4})\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?\s*$/;

/**
 * The day that `NOW-3YEARS` is; null for `NOW` itself and what comes after it, where no logs are.
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
function fromNow(text: string, now: number | undefined): string | null {
  const [, count, unit] = moved.exec(text) ?? [];
  if (count === undefined || now === undefined) return null;
  const at = new Date(now * 1000);
  const back = Number(count);
  const seconds = { WEEK: 604_800, DAY: 86_400, HOUR: 3_600, MINUTE: 60, SECOND: 1 }[unit!];
  if (seconds !== undefined) at.setTime((now - back * seconds) * 1000);
  else {
    const day = at.getUTCDate();
    at.setUTCMonth(at.getUTCMonth() - back * (unit === 'YEAR' ? 12 : 1));
    // The 31st of a month that has none is its last day.
    if (at.getUTCDate() !== day) at.setUTCDate(0);
  }
  return at.toISOString().slice(0, 10);
}
