import { RolecallError } from '../errors.js';
import type { Reach } from '../sources/athena/logs.js';
import { refuseOverlap } from '../store/counters.js';
import { engineObjects, engineTablePlace, rememberEngineTable } from '../store/engine-queries.js';
import type { Sqlite } from '../store/open.js';
import { endOf, type Unit } from './athena-units.js';

/** A table, as far as a store has to tell it from others. */
export interface KnownTable {
  /** `athena://[catalog.]database.table` */
  base: string;
  /** `s3://…`; null where the catalog does not say. */
  location: string | null;
  reach: Reach;
}

/**
 * Refuses a table that has the name of another: what was read of that one would be taken for this one's.
 * @param o.again all days of the window are asked for again, so that nothing of the other is taken for this one's
 * @throws RolecallError ATHENA_MOVED
 */
export function refuseNamesake(db: Sqlite, { base, location }: KnownTable, o: { again: boolean }): void {
  const before = engineTablePlace(db, base);
  if (before === null || location === null || o.again || before === plain(location)) return;
  if (engineObjects(db, `${base}/`).length === 0) return;
  throw new RolecallError(
    'ATHENA_MOVED',
    `${base} lay over ${before} when its days were read into this store, and lies over ${plain(location)} now`,
  );
}

export function rememberTable(db: Sqlite, { base, location }: KnownTable): void {
  if (location !== null) rememberEngineTable(db, base, plain(location));
}

function plain(location: string): string {
  return location.replace(/\/+$/, '');
}

/**
 * Refuses, before anything is paid, what the store has from files or from another table. It is looked at again, exactly,
 * when the answer is here: a folder may hold what is not its own. Of a folder that was read before it is known what it
 * holds: what else the store has is of accounts that are not in it.
 * @throws RolecallError SOURCES_OVERLAP
 */
export function refuseKnownHours(db: Sqlite, table: KnownTable, units: readonly Unit[]): void {
  const { base, reach } = table;
  const own = ownPlace(table);
  const read = new Set(engineObjects(db, `${base}/`).map(({ name }) => name));
  const fresh = units.filter(({ name, replaces }) => !read.has(name) && replaces.length === 0);
  for (const { firstDay, lastDay, filter } of fresh)
    refuseOverlap(db, base, {
      from: filter.from ?? endOf({ lastDay: firstDay }) - 86_400,
      to: filter.to ?? endOf({ lastDay }),
      accounts: filter.accounts ?? reach.accounts ?? own.accounts,
      regions: filter.regions ?? reach.regions ?? own.regions,
    });
}

/** Of a table over the folder of one account, or of one region of it. */
function ownPlace({ location }: KnownTable): Pick<Reach, 'accounts' | 'regions'> {
  const place = /\/AWSLogs\/(?:o-[a-z0-9]+\/)?(\d{12})\/(?:CloudTrail\/([a-z0-9-]+)\/)?/;
  const [, account, region] = place.exec(`${location}/`) ?? [];
  return {
    accounts: account === undefined ? null : [account],
    regions: region === undefined ? null : [region],
  };
}
