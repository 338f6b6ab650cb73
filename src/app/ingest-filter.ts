import type { CloudTrailRecord } from '../model/record.js';
import type { SourceFilter } from '../sources/discover.js';

/** The part of a question that narrows what is read, or null when nothing does. */
export function filterOf(question: SourceFilter): SourceFilter | null {
  const { from, to, accounts, regions } = question;
  const filter = {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(accounts === undefined ? {} : { accounts: accounts.toSorted() }),
    ...(regions === undefined ? {} : { regions: regions.toSorted() }),
  };
  return Object.keys(filter).length === 0 ? null : filter;
}

/** Tells the records of the window, accounts and regions asked for. */
export function keeps(filter: SourceFilter): (record: CloudTrailRecord) => boolean {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = filter;
  const accounts = filter.accounts && new Set(filter.accounts);
  const regions = filter.regions && new Set(filter.regions);
  return ({ time, call }) =>
    time >= from &&
    time < to &&
    (accounts?.has(call.recipientAccountId) ?? true) &&
    (regions?.has(call.region) ?? true);
}

/** An etag that says what was left out: an object read through a filter is not read. */
export function markedEtag(etag: string, filter: SourceFilter | null): string {
  return filter === null ? etag : `${etag} ${JSON.stringify(filter)}`;
}

/** The filter that a marked etag tells of. */
export function markedFilter(marked: string): SourceFilter {
  const at = marked.indexOf(' ');
  return at < 0 ? {} : (JSON.parse(marked.slice(at + 1)) as SourceFilter);
}

/** Whether reading the object now, through `filter`, could give anything that the ledger's reading did not. */
export function alreadyRead(marked: string, etag: string, filter: SourceFilter | null): boolean {
  if (marked === etag || marked === markedEtag(etag, filter)) return true;
  if (filter === null || !marked.startsWith(`${etag} `)) return false;
  return isWithin(filter, JSON.parse(marked.slice(etag.length + 1)) as SourceFilter);
}

/** Whether what `inner` leaves is left by `outer` too. */
export function isWithin(inner: SourceFilter, outer: SourceFilter): boolean {
  const among = (some?: string[], all?: string[]) =>
    all === undefined || (some?.every((each) => all.includes(each)) ?? false);
  return (
    (inner.from ?? Number.NEGATIVE_INFINITY) >= (outer.from ?? Number.NEGATIVE_INFINITY) &&
    (inner.to ?? Number.POSITIVE_INFINITY) <= (outer.to ?? Number.POSITIVE_INFINITY) &&
    among(inner.accounts, outer.accounts) &&
    among(inner.regions, outer.regions)
  );
}
