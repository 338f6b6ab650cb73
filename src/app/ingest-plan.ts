import { RolecallError } from '../errors.js';
import type { Discovery, SourceFilter, SourceObject } from '../sources/discover.js';
import { ledgerRow } from '../store/ledger.js';
import type { Sqlite } from '../store/open.js';
import { forgetWalk, rememberWalk, walksOf } from '../store/walked.js';
import { alreadyRead, isWithin } from './ingest-filter.js';

/**
 * Batches of a listing, each asked for while the one before is being read. The first holds something to look at.
 * @throws RolecallError `NO_LOGS_FOUND` when there is no log at all, ruled out or not, and what listing throws
 * @throws the reason of `stop` once it is given
 */
export async function* found(
  listing: AsyncGenerator<Discovery>,
  sources: readonly string[],
  stop: AbortSignal,
): AsyncGenerator<Discovery> {
  const held: Discovery[] = [];
  let any = false;
  const { stopped, forget } = once(stop);
  try {
    let next = listing.next();
    for (let batch = await orStopped(next, stopped); !batch.done; batch = await orStopped(next, stopped)) {
      next = listing.next();
      // Until it is waited for, its failure is nobody's.
      next.catch(() => {});
      held.push(batch.value);
      any ||= isSomething(batch.value);
      while (any && held.length > 0) yield held.shift()!;
    }
  } finally {
    forget();
    // Not waited for: it may be in the middle of a request.
    listing.return(undefined).catch(() => {});
  }
  if (!any) throw nothing(sources, held);
}

/** Rejects once it is given; whoever reads round after round must forget it each time. */
function once(stop: AbortSignal): { stopped: Promise<never>; forget: () => void } {
  let give = () => {};
  const stopped = new Promise<never>((_, reject) => {
    give = () => reject(stop.reason);
  });
  stopped.catch(() => {});
  if (stop.aborted) give();
  stop.addEventListener('abort', give, { once: true });
  return { stopped, forget: () => stop.removeEventListener('abort', give) };
}

function orStopped<T>(work: Promise<T>, stopped: Promise<never>): Promise<T> {
  return Promise.race([work, stopped]);
}

/** Logs that were ruled out, or lie in a folder that was read before, are logs. */
function isSomething({ objects, problems, ruledOut, digestFolders, walked }: Discovery): boolean {
  return objects.length + problems.length + ruledOut + digestFolders.length + walked.length > 0;
}

/** Logs of other days or accounts are an answer; none at all is a mistake. */
function nothing(sources: readonly string[], batches: Discovery[]): RolecallError {
  const over = Object.entries(together(batches.map(({ passedOver }) => passedOver)));
  const kinds = over.map(([kind, amount]) => `${amount} ${kind}`).join(', ');
  const instead = kinds === '' ? '' : `; passed over: ${kinds}`;
  return new RolecallError(
    'NO_LOGS_FOUND',
    `there are no CloudTrail logs in ${sources.join(', ')}${instead}`,
  );
}

/** Counts of the same kind, added up. */
export function together(counts: Record<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const each of counts)
    for (const [kind, amount] of Object.entries(each)) sum[kind] = (sum[kind] ?? 0) + amount;
  return sum;
}

/** The objects that have to be read: new, changed, damaged last time, or read through a narrower filter. */
export function unread(
  db: Sqlite,
  objects: readonly SourceObject[],
  filter: SourceFilter | null,
  o: { hash?: boolean } = {},
): SourceObject[] {
  return objects.filter(({ path, etag }) => {
    const row = ledgerRow(db, path);
    if (row === null || !row.complete || (o.hash && row.sha256 === null)) return true;
    return !alreadyRead(row.etag, etag, filter);
  });
}

/** When all of a folder that the filter leaves was listed and read; null when it never was. */
export function listedAt(db: Sqlite, filter: SourceFilter | null): (folder: string) => number | null {
  return (folder) => {
    const walks = walksOf(db, folder).filter((walk) => isWithin(filter ?? {}, readFilter(walk.filter)));
    return walks.length === 0 ? null : Math.max(...walks.map(({ listed }) => listed));
  };
}

/** @param began when the listing began, epoch seconds */
export function rememberWalks(
  db: Sqlite,
  folders: Iterable<string>,
  filter: SourceFilter | null,
  began: number,
): void {
  const text = filter === null ? '' : JSON.stringify(filter);
  db.transaction(() => {
    for (const folder of folders) {
      for (const walk of walksOf(db, folder))
        if (isOutdated({ filter: readFilter(walk.filter), listed: walk.listed }, { filter, began }))
          forgetWalk(db, folder, walk.filter);
      rememberWalk(db, folder, text, began);
    }
  }).immediate();
}

/**
 * Whether a walk looked back just as far as the one that ends now, only earlier: who watches asks so in every round,
 * and a row for each would make a store that never ends. One from later than now had a wrong clock.
 */
function isOutdated(
  walk: { filter: SourceFilter; listed: number },
  { filter, began }: { filter: SourceFilter | null; began: number },
): boolean {
  if (walk.listed > began) return true;
  const { from, ...rest } = filter ?? {};
  const { from: since, ...others } = walk.filter;
  if (from === undefined || since === undefined) return false;
  return walk.listed - since === began - from && JSON.stringify(others) === JSON.stringify(rest);
}

function readFilter(text: string): SourceFilter {
  return text === '' ? {} : (JSON.parse(text) as SourceFilter);
}
