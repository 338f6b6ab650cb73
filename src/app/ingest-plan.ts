import { RolecallError } from '../errors.js';
import { type Discovery, discover, type SourceFilter, type SourceObject } from '../sources/discover.js';
import { ledgerRow } from '../store/ledger.js';
import type { Sqlite } from '../store/open.js';
import { alreadyRead } from './ingest-filter.js';

/**
 * Lists what the sources hold.
 * @throws RolecallError `NO_LOGS_FOUND` when there is no log at all, filter or not, and what `discover` throws
 */
export async function listed(sources: string[], filter: SourceFilter | null): Promise<Discovery> {
  const found = await discover(sources, filter ?? {});
  if (found.objects.length > 0 || found.problems.length > 0) return found;
  // Logs of other days or accounts are an answer, not a mistake.
  if (filter !== null && (await discover(sources)).objects.length > 0) return found;
  const over = Object.entries(found.passedOver).map(([kind, amount]) => `${amount} ${kind}`);
  const instead = over.length === 0 ? '' : `; passed over: ${over.join(', ')}`;
  throw new RolecallError('NO_LOGS_FOUND', `there are no CloudTrail logs in ${sources.join(', ')}${instead}`);
}

/** The objects that have to be read: new, changed, damaged last time, or read through a narrower filter. */
export function unread(
  db: Sqlite,
  objects: readonly SourceObject[],
  filter: SourceFilter | null,
): SourceObject[] {
  return objects.filter(({ path, etag }) => {
    const row = ledgerRow(db, path);
    return row === null || !row.complete || !alreadyRead(row.etag, etag, filter);
  });
}
