import type { Coverage, CoverageRow, Window } from '../model/answers.js';
import { type HourSeen, hoursSeen, ledgerState, placesSeen } from '../store/coverage.js';
import { digestState } from '../store/digests.js';
import type { Sqlite } from '../store/open.js';
import { provenHours } from './proven-hours.js';

export interface CoverageQuestion {
  /** Null: all that the store spans. */
  window: Window | null;
  /** Account ids; null: all. */
  accounts: string[] | null;
  regions: string[] | null;
}

/** No record was stored yet, whatever was read. */
export function isEmpty(store: Sqlite): boolean {
  return placesSeen(store).length === 0;
}

/** What the store has seen in a window, by account and region, and the hours that it has not. */
export function coverage(store: Sqlite, question: CoverageQuestion): Coverage {
  const { window, accounts, regions } = question;
  const asked = (place: { account: string; region: string }) =>
    (accounts === null || accounts.includes(place.account)) &&
    (regions === null || regions.includes(place.region));
  const hours = hoursSeen(store, window?.from ?? 0, window?.to ?? Number.MAX_SAFE_INTEGER).filter(asked);
  const rows = rowsOf(hours);
  const span =
    rows.length === 0
      ? null
      : { from: Math.min(...rows.map((r) => r.first)), to: Math.max(...rows.map((r) => r.last)) };
  const whole = window === null ? span : { from: window.from, to: window.to };
  const seen = new Map(rows.map((row) => [`${row.accountId} ${row.region}`, row.hours]));
  const proven =
    whole === null
      ? []
      : provenHours(store, whole).filter((place) => asked({ ...place, account: place.accountId }));
  for (const { accountId, region, hours: sure } of proven) {
    const place = `${accountId} ${region}`;
    seen.set(place, [...(seen.get(place) ?? []), ...sure]);
  }
  const digests = digestState(store, whole?.from ?? 0, whole === null ? 0 : whole.to + 1);
  return {
    window: whole,
    rows,
    proven,
    digests: {
      verified: digests.verified,
      problems: digests.problems.filter(asked).map(({ key, reason }) => ({ key, reason })),
    },
    gaps:
      whole === null
        ? []
        : placesSeen(store)
            .filter(asked)
            .flatMap((place) => gapsOf(place, seen.get(`${place.account} ${place.region}`) ?? [], whole)),
    records: rows.reduce((sum, row) => sum + row.records, 0),
    ...ledgerState(store),
  };
}

function rowsOf(hours: HourSeen[]): CoverageRow[] {
  const rows = new Map<string, CoverageRow>();
  for (const { account, region, hour, records, first, last } of hours) {
    const key = `${account} ${region}`;
    const row = rows.get(key);
    if (row === undefined) {
      rows.set(key, { accountId: account, region, first, last, records, hours: [hour] });
      continue;
    }
    row.first = Math.min(row.first, first);
    row.last = Math.max(row.last, last);
    row.records += records;
    row.hours.push(hour);
  }
  return [...rows.values()];
}

/** Runs of whole hours of the window without a record. */
function gapsOf(
  place: { account: string; region: string },
  hours: number[],
  window: { from: number; to: number },
): Coverage['gaps'] {
  const seen = new Set(hours);
  const gaps: Coverage['gaps'] = [];
  for (let hour = window.from - (window.from % 3600); hour < window.to; hour += 3600) {
    if (seen.has(hour)) continue;
    const last = gaps.at(-1);
    if (last?.to === hour) last.to = hour + 3600;
    else gaps.push({ accountId: place.account, region: place.region, from: hour, to: hour + 3600 });
  }
  return gaps;
}
