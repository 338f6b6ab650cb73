import { describe, expect, it } from 'vitest';
import { unitsOf } from '../../src/app/athena-units.js';
import { markedEtag } from '../../src/app/ingest-filter.js';
import type { SourceFilter } from '../../src/sources/discover.js';

const table = 'athena://security.cloudtrail_logs';
const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const window = (from: string, to: string, more: SourceFilter = {}) => ({
  from: at(from),
  to: at(to),
  ...more,
});
const now = at('2026-12-01T00:00:00');
const week = window('2026-11-16T00:00:00', '2026-11-19T00:00:00');

const names = (wanted: Parameters<typeof unitsOf>[1], read: Parameters<typeof unitsOf>[2] = []) =>
  unitsOf(table, wanted, read, { whole: false, now }).units.map(({ name }) => name.slice(table.length + 1));

/** The ledger after these units were read. */
const ledger = (wanted: Parameters<typeof unitsOf>[1], mark: 'settled' | 'open') =>
  unitsOf(table, wanted, [], { whole: false, now }).units.map(({ name, filter }) => ({
    name,
    etag: markedEtag(mark, Object.keys(filter).length === 0 ? null : filter),
  }));

describe('the queries that a window needs', () => {
  it('are one for each folder of a day that it touches', () => {
    expect(names(week)).toEqual(['2026-11-16?from=2026-11-16T00:00:00Z', '2026-11-17', '2026-11-18']);
    expect(names(window('2026-11-16T22:00:00', '2026-11-17T02:00:00'))).toEqual([
      '2026-11-16?from=2026-11-16T22:00:00Z',
      '2026-11-17?from=2026-11-16T22:00:00Z&to=2026-11-17T02:00:00Z',
    ]);
  });

  it('are none for days that were read for good, whatever window they were read in', () => {
    const longer = window('2026-11-15T00:00:00', '2026-11-20T00:00:00');
    expect(names(week, ledger(week, 'settled'))).toEqual([]);
    expect(unitsOf(table, week, ledger(longer, 'settled'), { whole: false, now })).toEqual({
      units: [],
      skipped: 3,
    });
    // Of the first day the evening before may hold more: it is asked for once more.
    expect(names(longer, ledger(week, 'settled'))).toEqual([
      '2026-11-15?from=2026-11-15T00:00:00Z',
      '2026-11-16',
      '2026-11-19',
    ]);
  });

  it('are the same again for days that logs may still come for', () => {
    expect(names(week, ledger(week, 'open'))).toEqual(names(week));
  });

  it('are those of days read for good, too, where logs are said to come later than was thought', () => {
    const left = (complete: number) =>
      unitsOf(table, week, ledger(week, 'settled'), { whole: false, now, complete }).units;
    expect(left(at('2026-11-18T00:00:00')).map(({ lastDay }) => lastDay)).toEqual(['2026-11-18']);
    const all = unitsOf(table, week, [], { whole: false, now }).units;
    expect(left(Number.NEGATIVE_INFINITY)).toEqual(all);
  });

  it('never lose what an open day holds beyond the window', () => {
    const morning = window('2026-11-17T06:00:00', '2026-11-17T09:00:00');
    const { units } = unitsOf(table, morning, ledger(week, 'open'), { whole: false, now });
    expect(units.map(({ name, filter, replaces }) => [name, filter, replaces])).toEqual([
      [`${table}/2026-11-17`, {}, []],
    ]);
  });

  it('take the place of narrower ones of the same folder, which are named', () => {
    const prod = { ...week, accounts: ['222222222222'] };
    const { units } = unitsOf(table, week, ledger(prod, 'settled'), { whole: false, now });
    expect(units[1]).toEqual({
      name: `${table}/2026-11-17`,
      firstDay: '2026-11-17',
      lastDay: '2026-11-17',
      filter: {},
      replaces: [`${table}/2026-11-17?accounts=222222222222`],
    });
  });

  it('stand beside those of other accounts, regions or hours', () => {
    const prod = { ...week, accounts: ['222222222222'] };
    const staging = { ...week, accounts: ['444444444444'] };
    expect(
      unitsOf(table, staging, ledger(prod, 'settled'), { whole: false, now }).units[1]!.replaces,
    ).toEqual([]);
    const morning = window('2026-11-17T00:00:00', '2026-11-17T12:00:00');
    const evening = window('2026-11-17T12:00:00', '2026-11-17T18:00:00');
    expect(names(evening, ledger(morning, 'settled'))).toEqual([
      '2026-11-17?from=2026-11-17T12:00:00Z&to=2026-11-17T18:00:00Z',
    ]);
  });

  it('are of both windows where two overlap', () => {
    const early = window('2026-11-17T00:00:00', '2026-11-17T12:00:00');
    const late = window('2026-11-17T10:00:00', '2026-11-17T18:00:00');
    const { units } = unitsOf(table, late, ledger(early, 'settled'), { whole: false, now });
    expect(units).toHaveLength(1);
    expect(units[0]!.filter).toEqual({ from: early.from, to: late.to });
    expect(units[0]!.replaces).toEqual(ledger(early, 'settled').map(({ name }) => name));
  });

  it('are refused where accounts overlap in part: their sums cannot be told apart', () => {
    const some = { ...week, accounts: ['111111111111', '222222222222'] };
    const others = { ...week, accounts: ['222222222222', '444444444444'] };
    expect(() => names(others, ledger(some, 'settled'))).toThrow(/has some of the accounts or regions/);
  });

  it('are none for days to come, and an end to come cuts nothing off the last', () => {
    const open = { whole: false, now: at('2026-11-18T09:00:00') };
    const { units } = unitsOf(table, window('2026-11-17T00:00:00', '2026-11-20T00:00:00'), [], open);
    expect(units.map(({ name }) => name.slice(table.length + 1))).toEqual([
      '2026-11-17?from=2026-11-17T00:00:00Z',
      '2026-11-18',
    ]);
  });

  it('are none for days that the table has no partitions for, which are not taken for read', () => {
    const reach = { firstDay: '2026-11-17', lastDay: '2026-11-17' };
    const { units, skipped } = unitsOf(table, week, [], { whole: false, now, reach });
    expect([units.map(({ lastDay }) => lastDay), skipped]).toEqual([['2026-11-17'], 0]);
    const whole = unitsOf(table, week, [], { whole: true, now, reach }).units;
    expect(whole.map(({ filter }) => filter)).toEqual([window('2026-11-17T00:00:00', '2026-11-18T00:00:00')]);
  });

  it('have the evening before, where the day before was read and this one is the next', () => {
    const first = window('2026-11-16T00:00:00', '2026-11-17T00:00:00');
    const second = window('2026-11-17T00:00:00', '2026-11-18T00:00:00');
    expect(names(second)).toEqual(['2026-11-17?from=2026-11-17T00:00:00Z']);
    expect(names(second, ledger(first, 'settled'))).toEqual(['2026-11-17']);
    // Read in the other order, the second day's folder is asked for what is left of the first's evening.
    expect(names(first, ledger(second, 'settled'))).toEqual([
      '2026-11-16?from=2026-11-16T00:00:00Z',
      '2026-11-17?to=2026-11-17T00:00:00Z',
    ]);
    expect(names(first, ledger(week, 'open'))).toEqual(['2026-11-16?from=2026-11-16T00:00:00Z']);
    const elsewhere = { ...second, accounts: ['444444444444'] };
    const here = { ...first, accounts: ['222222222222'] };
    expect(names(here, ledger(elsewhere, 'settled'))).toHaveLength(1);
    expect(names(elsewhere, ledger(here, 'settled'))[0]).toMatch(/from=2026-11-17/);
    const noon = window('2026-11-17T12:00:00', '2026-11-18T00:00:00');
    expect(names(noon, ledger(first, 'settled'))).toEqual(['2026-11-17?from=2026-11-17T12:00:00Z']);
  });

  it('are refused where the table had other partitions when it was read: a sum would be in two', () => {
    const asWhole = (wanted: typeof week) =>
      unitsOf(table, wanted, [], { whole: true, now }).units.map(({ name, filter }) => ({
        name,
        etag: markedEtag('settled', filter),
      }));
    const before = window('2026-11-10T00:00:00', '2026-11-16T00:00:00');
    expect(() => names(week, asWhole(week))).toThrow(/none for each day/);
    expect(names(week, asWhole(before))).toEqual(names(week));
    const whole = { whole: true, now };
    expect(() => unitsOf(table, week, ledger(week, 'open'), whole)).toThrow(/a partition for each day/);
    expect(unitsOf(table, week, ledger(before, 'open'), whole).units).toHaveLength(1);
  });

  it('are one query for a table that has no days', () => {
    const { units } = unitsOf(table, week, [], { whole: true, now });
    expect(units).toEqual([
      {
        name: `${table}/all?from=2026-11-16T00:00:00Z&to=2026-11-19T00:00:00Z`,
        firstDay: '2026-11-16',
        lastDay: '2026-11-18',
        filter: week,
        replaces: [],
      },
    ]);
  });
});
