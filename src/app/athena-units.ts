import { RolecallError } from '../errors.js';
import { dayOf, isoOf } from '../model/day.js';
import type { Reach } from '../sources/athena/logs.js';
import type { SourceFilter } from '../sources/discover.js';
import { isWithin, markedFilter } from './ingest-filter.js';

/** One query of an ingest: a folder of days, and what of it is wanted. */
export interface Unit {
  /** In the ledger: `athena://catalog.database.table/2026-11-17`, and what narrows it. */
  name: string;
  /** `YYYY-MM-DD`, both included. */
  firstDay: string;
  lastDay: string;
  /** Narrowed to what can be in the folder. */
  filter: SourceFilter;
  /** Objects of the ledger that hold less of the same. */
  replaces: string[];
}

/** Ledger row of a unit that was read before. */
export interface UnitRead {
  name: string;
  etag: string;
}

/** Seconds in a day. */
const day = 86_400;

/** First in the etag of a unit: no more logs can have come since, or they can. */
export const settledMark = 'settled';
export const openMark = 'open';

/**
 * The queries that a window needs and that were not answered for good before.
 * A folder has the records that were delivered on its day: some are of the evening before. Records that come more than
 * a day late are taken with their folder, whatever the window: it is not read twice.
 * @param table `athena://catalog.database.table`
 * @param read what the ledger has of the table
 * @param o.whole the table has no partition for each day: one query reads all that the window touches
 * @param o.now epoch seconds: no folder is asked for that cannot be there yet, and a window that ends later has no end
 * @param o.reach days that the table has partitions for: others are not asked for, and not taken for read
 * @param o.complete epoch seconds: of days that ended later, more is looked for, though they were read for good
 * @returns the units to ask for, in order of time, and how many need not be asked for
 * @throws RolecallError SOURCES_OVERLAP
 */
export function unitsOf(
  table: string,
  asked: Window,
  read: readonly UnitRead[],
  o: { whole: boolean; now: number; complete?: number; reach?: Days },
): { units: Unit[]; skipped: number } {
  const units: Unit[] = [];
  let skipped = 0;
  const wanted = o.whole ? withinReach(asked, o.reach) : asked;
  refuseOtherKind(table, wanted, read, o.whole);
  const past = { ...wanted, to: Math.min(wanted.to, o.now) };
  for (const folder of o.whole ? [null] : folders(past, table, read, o.now)) {
    const label = folder === null ? 'all' : dayOf(folder);
    if (folder !== null && !hasDay(label, o.reach)) continue;
    const filter = folder === null ? wanted : clipped(backTo(wanted, folder, table, read), folder, o.now);
    const days =
      folder === null
        ? { firstDay: dayOf(wanted.from), lastDay: dayOf(wanted.to - 1) }
        : { firstDay: label, lastDay: label };
    const complete = endOf(days) <= (o.complete ?? Number.POSITIVE_INFINITY);
    const unit = planned(`${table}/${label}`, filter, read, complete);
    if (unit === null) skipped++;
    else units.push({ ...days, ...unit });
  }
  return { units, skipped };
}

type Days = Pick<Reach, 'firstDay' | 'lastDay'>;

function hasDay(label: string, { firstDay, lastDay }: Days = allDays): boolean {
  return label >= (firstDay ?? label) && label <= (lastDay ?? label);
}

/** A window without the days that a table has no partitions for. */
function withinReach(window: Window, { firstDay, lastDay }: Days = allDays): Window {
  const { from, to } = window;
  return {
    ...window,
    from: firstDay === null ? from : Math.max(from, endOf({ lastDay: firstDay }) - day),
    to: lastDay === null ? to : Math.min(to, endOf({ lastDay })),
  };
}

const allDays: Days = { firstDay: null, lastDay: null };

/** When a unit's last folder ended, epoch seconds. */
export function endOf({ lastDay }: Pick<Unit, 'lastDay'>): number {
  return Date.parse(`${lastDay}T00:00:00Z`) / 1000 + day;
}

type Window = SourceFilter & { from: number; to: number };

/**
 * Starts of the days (UTC) that a window touches, epoch seconds; and of the day after it, where that one's folder was
 * read before, and without what it has of the window's last evening: nobody would look for that any more.
 */
function folders(wanted: Window, table: string, read: readonly UnitRead[], now: number): number[] {
  const { from, to } = wanted;
  const first = from - (from % day);
  const days: number[] = [];
  for (let start = first; start < to; start += day) days.push(start);
  const next = days.at(-1)! + day;
  const after = filtersOf(`${table}/${dayOf(next)}`, read).filter((filter) => beside(filter, wanted));
  const evening = clipped(wanted, next, now);
  const lacks = after.length > 0 && after.every((filter) => disjoint(filter, evening));
  return to === next && lacks ? [...days, next] : days;
}

/** What was read of a folder. */
function filtersOf(base: string, read: readonly UnitRead[]): SourceFilter[] {
  return read
    .filter(({ name }) => name === base || name.startsWith(`${base}?`))
    .map(({ etag }) => markedFilter(etag));
}

/** Whether the two have accounts and regions in common. */
function beside({ from: _, to: __, ...one }: SourceFilter, other: SourceFilter): boolean {
  return !disjoint(one, other);
}

/**
 * The window, from when on its first folder has to be asked: where the folder before it was read to the end of its day,
 * what is left of that evening is in this one.
 */
function backTo(wanted: Window, folder: number, table: string, read: readonly UnitRead[]): Window {
  if (wanted.from > folder) return wanted;
  const before = filtersOf(`${table}/${dayOf(folder - day)}`, read).filter(
    (filter) => filter.to === undefined && beside(filter, wanted),
  );
  const starts = before.map(({ from }) => from ?? Number.NEGATIVE_INFINITY);
  return { ...wanted, from: Math.min(wanted.from, ...starts) };
}

/** What was read of the whole table, and what of one of its days, would be counted twice. */
function refuseOtherKind(table: string, wanted: Window, read: readonly UnitRead[], whole: boolean): void {
  for (const { name, etag } of read) {
    const [label = ''] = name.slice(table.length + 1).split('?');
    if ((label === 'all') === whole) continue;
    const { from, to, ...places } = markedFilter(etag);
    const start = whole ? Date.parse(`${label}T00:00:00Z`) / 1000 : null;
    const span =
      start === null
        ? { from, to, ...places }
        : { from: from ?? start - day, to: to ?? start + day, ...places };
    if (disjoint(span as SourceFilter, wanted)) continue;
    throw new RolecallError(
      'SOURCES_OVERLAP',
      `${name} is in the store, from when the table had ${whole ? 'a partition for each day' : 'none for each day'}, and has some of what is asked for now`,
    );
  }
}

/** Times that cut nothing off a folder are left out: what was asked for with another window is the same then. */
function clipped({ from, to, ...rest }: Window, folder: number, now: number): SourceFilter {
  return {
    ...(from > folder - day ? { from } : {}),
    ...(to < Math.min(folder + day, now) ? { to } : {}),
    ...rest,
  };
}

/** Null when it was read for good, and is complete as it is asked for now. */
function planned(
  base: string,
  wanted: SourceFilter,
  read: readonly UnitRead[],
  complete: boolean,
): Pick<Unit, 'name' | 'filter' | 'replaces'> | null {
  let filter = wanted;
  const replaces = new Set<string>();
  for (let grown = true; grown; ) {
    grown = false;
    for (const { name, etag } of read) {
      if (name !== base && !name.startsWith(`${base}?`)) continue;
      const before = markedFilter(etag);
      if (isWithin(filter, before)) {
        if (complete && etag.startsWith(settledMark)) return null;
        // Asked for again as it was: what it held beyond the window is not lost.
        filter = before;
      } else if (!isWithin(before, filter)) {
        if (disjoint(before, filter)) continue;
        filter = united(before, filter, name);
      }
      grown ||= !replaces.has(name);
      replaces.add(name);
    }
  }
  const name = nameOf(base, filter);
  replaces.delete(name);
  return { name, filter, replaces: [...replaces].sort() };
}

function nameOf(base: string, filter: SourceFilter): string {
  const { from, to, accounts, regions } = filter;
  const parts = [
    ...(from === undefined ? [] : [`from=${isoOf(from)}`]),
    ...(to === undefined ? [] : [`to=${isoOf(to)}`]),
    ...(accounts === undefined ? [] : [`accounts=${accounts.join(',')}`]),
    ...(regions === undefined ? [] : [`regions=${regions.join(',')}`]),
  ];
  return parts.length === 0 ? base : `${base}?${parts.join('&')}`;
}

function disjoint(a: SourceFilter, b: SourceFilter): boolean {
  const apart = (some?: string[], others?: string[]) =>
    some !== undefined && others !== undefined && !some.some((each) => others.includes(each));
  const before = (one: SourceFilter, other: SourceFilter) =>
    one.to !== undefined && other.from !== undefined && one.to <= other.from;
  return before(a, b) || before(b, a) || apart(a.accounts, b.accounts) || apart(a.regions, b.regions);
}

/** Two windows of the same accounts and regions as one. */
function united(before: SourceFilter, wanted: SourceFilter, name: string): SourceFilter {
  const same = (a?: string[], b?: string[]) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  if (!same(before.accounts, wanted.accounts) || !same(before.regions, wanted.regions))
    throw new RolecallError(
      'SOURCES_OVERLAP',
      `${name} is in the store and has some of the accounts or regions that are asked for now, and others`,
    );
  const { from: _, to: __, ...rest } = wanted;
  const from = earlier(before.from, wanted.from);
  const to = later(before.to, wanted.to);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), ...rest };
}

/** Undefined is no limit. */
function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.min(a, b);
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b);
}
