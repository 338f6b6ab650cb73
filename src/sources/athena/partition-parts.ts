import { Column, type Part, type Restriction } from './condition.js';
import { daysBetween, lastOfMonth } from './days.js';
import { hiveType } from './hive-type.js';
import type { Partition } from './roles.js';

/** The columns that a date is divided into; the year is always there. */
export interface DateParts {
  year: Partition;
  month?: Partition | undefined;
  day?: Partition | undefined;
}

/** Days of one month: all of them where `dates` is null. */
interface Month {
  year: string;
  month: string;
  dates: string[] | null;
}

/** What a window adds on columns for year, month and day. */
export function partsRestriction({ year, month, day }: DateParts, part: Part): Restriction {
  const params: string[] = [];
  const condition = (partition: Partition, values: readonly string[]) => {
    const column = new Column(partition.name, partition.type);
    const sql = column.among(values.flatMap((value) => spellings(partition, value)));
    params.push(...column.params);
    return sql;
  };
  const deep = month !== undefined && day !== undefined;
  const terms = grouped(monthsOf(part), deep, month !== undefined).map(({ year: y, months, dates }) =>
    [
      condition(year, [y]),
      ...(month !== undefined && months !== null ? [condition(month, months)] : []),
      ...(day !== undefined && dates !== null ? [condition(day, dates)] : []),
    ].join(' AND '),
  );
  return {
    sql: terms.length === 1 ? terms[0]! : `(${terms.map((term) => `(${term})`).join(' OR ')})`,
    params,
    words: `${[year, month, day].flatMap((one) => one?.name ?? []).join(', ')}: ${part.firstDay === part.lastDay ? part.firstDay : `${part.firstDay} to ${part.lastDay}`}`,
    ...outside(year, part),
    time: true,
    days: month !== undefined && day !== undefined,
  };
}

function monthsOf({ firstDay, lastDay }: Part): Month[] {
  const months = new Map<string, string[]>();
  for (const day of daysBetween(firstDay, lastDay)) {
    const of = months.get(day.slice(0, 7)) ?? [];
    months.set(day.slice(0, 7), of);
    of.push(day.slice(8));
  }
  return [...months].map(([month, dates]) => {
    const whole = String(dates.length) === lastOfMonth(month).slice(8);
    return { year: month.slice(0, 4), month: month.slice(5), dates: whole ? null : dates };
  });
}

interface Group {
  year: string;
  months: string[] | null;
  dates: string[] | null;
}

/** Whole months of a year together, a year of twelve by itself, and parts of months one by one. */
function grouped(months: readonly Month[], deep: boolean, monthly: boolean): Group[] {
  const groups: Group[] = [];
  for (const year of new Set(months.map((month) => month.year))) {
    const of = months.filter((month) => month.year === year);
    const whole = of.filter(({ dates }) => dates === null || !deep).map(({ month }) => month);
    if (whole.length === 12 || !monthly) groups.push({ year, months: null, dates: null });
    else if (whole.length > 0) groups.push({ year, months: whole, dates: null });
    if (deep)
      for (const { month, dates } of of) if (dates !== null) groups.push({ year, months: [month], dates });
  }
  return groups;
}

/** How a column writes a number: with a leading zero, without one, or nobody knows. */
function spellings({ role, type, projection }: Partition, value: string): string[] {
  const bare = String(Number(value));
  if (role === 'year' || bare === value || hiveType(type).kind === 'number') return [bare];
  if (projection.digits !== undefined) return [bare.padStart(Number(projection.digits), '0')];
  if (projection.type === 'integer') return [bare];
  const listed = projection.values?.split(',').map((one) => one.trim());
  const known = [value, bare].filter((one) => listed?.includes(one));
  return known.length > 0 ? known : [value, bare];
}

function outside(
  { name, projection }: Partition,
  { firstDay, lastDay }: Part,
): Pick<Restriction, 'missing' | 'reach'> {
  const [begin, end] = (projection.range?.split(',') ?? []).map((text) => text.trim());
  const told = `of the table's projection.${name}.range`;
  const isYear = (text: string | undefined): text is string => /^\d{4}$/.test(text ?? '');
  return {
    missing: [
      ...(isYear(begin) && firstDay.slice(0, 4) < begin
        ? [`years before ${begin}, the beginning ${told}`]
        : []),
      ...(isYear(end) && lastDay.slice(0, 4) > end ? [`years after ${end}, the end ${told}`] : []),
    ],
    reach: {
      firstDay: isYear(begin) ? `${begin}-01-01` : null,
      lastDay: isYear(end) ? `${end}-12-31` : null,
    },
  };
}
