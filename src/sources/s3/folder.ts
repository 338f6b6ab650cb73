import type { SourceFilter } from '../narrow.js';

/** What CloudTrail's layout says about the part of a key up to a `/`. */
export interface Folder {
  /** Ends with `/`, or is empty for the whole bucket. */
  prefix: string;
  /** `day` folders and those below hold objects; the others hold folders. */
  kind: 'other' | 'account' | 'service' | 'region' | 'year' | 'month' | 'day';
  account: string | null;
  /** `CloudTrail`, `CloudTrail-Digest`, `Config`, … */
  service: string | null;
  region: string | null;
  /** As much as there is of `YYYY/MM/DD`. */
  date: string;
}

const layout =
  /^(?:.*\/)?AWSLogs\/(?:o-[a-z0-9]+\/)?(\d{12})\/(?:([^/]+)\/(?:([^/]+)\/(?:(\d{4})\/(?:(\d\d)\/(?:(\d\d)\/.*)?)?)?)?)?$/s;

export function folderOf(prefix: string): Folder {
  const found = layout.exec(prefix);
  if (found === null) return { prefix, kind: 'other', account: null, service: null, region: null, date: '' };
  const [, account, service, region, year, month, day] = found;
  const kind =
    (day && 'day') ||
    (month && 'month') ||
    (year && 'year') ||
    (region && 'region') ||
    (service && 'service') ||
    'account';
  const date = [year, month, day].filter((part) => part !== undefined).join('/');
  return {
    prefix,
    kind,
    account: account ?? null,
    service: service ?? null,
    region: region ?? null,
    date,
  } as Folder;
}

/** First and last day folder to look into, `YYYY/MM/DD`; null where nothing bounds them. */
export interface Days {
  first: string | null;
  last: string | null;
}

const daySeconds = 86_400;

/** `YYYY/MM/DD` of a time, UTC. */
export function dayOf(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10).replaceAll('-', '/');
}

/** The days that a window reaches into; one wider on both sides, as `ruledOut` has it. */
export function daysOf({ from, to }: SourceFilter): Days {
  return {
    first: from === undefined ? null : dayOf(from - daySeconds),
    last: to === undefined ? null : dayOf(to - 1 + daySeconds),
  };
}

/** The days from first to last, when they are no more than `most`; null otherwise. */
export function fewDays({ first, last }: Days, most: number): string[] | null {
  if (first === null || last === null) return null;
  const days: string[] = [];
  for (let time = Date.parse(first.replaceAll('/', '-')) / 1000; dayOf(time) <= last; time += daySeconds) {
    days.push(dayOf(time));
    if (days.length > most) return null;
  }
  return days;
}

/** Whether the filter leaves nothing of the folder. */
export function isRuledOut({ account, region, date }: Folder, filter: SourceFilter, days: Days): boolean {
  if (account !== null && filter.accounts && !filter.accounts.includes(account)) return true;
  if (region !== null && filter.regions && !filter.regions.includes(region)) return true;
  if (days.first !== null && date < days.first.slice(0, date.length)) return true;
  return days.last !== null && date > days.last.slice(0, date.length);
}
