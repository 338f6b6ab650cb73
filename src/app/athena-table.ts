import { RolecallError } from '../errors.js';
import { dayOf } from '../model/day.js';
import type { AthenaOptions } from '../sources/athena/connect.js';
import type { Logs } from '../sources/athena/logs.js';
import { type AthenaPlace, athenaPlace, athenaUri } from '../sources/athena/place.js';
import type { AthenaTable } from '../sources/athena/table.js';
import type { SourceFilter } from '../sources/discover.js';
import { engineObjects } from '../store/engine-queries.js';
import type { Sqlite } from '../store/open.js';
import type { KnownTable } from './athena-known.js';
import { type Unit, unitsOf } from './athena-units.js';
import { filterOf } from './ingest-filter.js';
import type { IngestProgress } from './ingest-progress.js';

export type { AthenaOptions };

export interface AthenaQuestion extends SourceFilter {
  /** Path of the store; made when it is not there. */
  db: string;
  /** `athena://[catalog.]database.table` */
  source: string;
  /** Epoch seconds. */
  from: number;
  to: number;
  /** Seconds for which logs may come late: a day's folder is asked for again until so long after its end, or always. */
  settle?: number;
  /** Ask a table without partitions by time, too. */
  fullScan?: boolean;
  /** Bytes that all queries together may scan, and US dollars that they may cost. */
  most?: { bytes?: number; dollars?: number };
  athena?: AthenaOptions;
  /** What time it is, epoch seconds. */
  now?: number;
  signal?: AbortSignal;
  onProgress?: (progress: IngestProgress) => void;
  /** Told, as a clause, of what is no error. */
  onNote?: (note: string) => void;
  /** Told of a query that could not be stopped: a note has said which. */
  onLeft?: () => void;
}

/** For so long logs may come late, unless somebody knows better: seconds. */
export const twoDays = 172_800;

/** Epoch seconds. */
export function clock(): number {
  return Math.floor(Date.now() / 1000);
}

/**
 * The table that a question is about, and what it has for the whole of the window.
 * @throws RolecallError `ATHENA_*`, `AWS_*`
 */
export async function athenaTable({
  source,
  from,
  to,
  accounts,
  regions,
  athena = {},
  fullScan,
  now = clock(),
  signal,
}: Pick<
  AthenaQuestion,
  'source' | 'from' | 'to' | 'accounts' | 'regions' | 'athena' | 'fullScan' | 'now' | 'signal'
>): Promise<{
  table: AthenaTable;
  logs: Logs;
  known: KnownTable;
}> {
  const place = athenaPlace(source);
  // The AWS SDK takes a while to load: it comes in when there is something to do for it.
  const { describeTable } = await import('../sources/athena/metadata.js');
  const { logsOf, noTimePartition } = await import('../sources/athena/logs.js');
  const table = await describeTable(place, athena, signal);
  const logs = logsOf(table, {
    from,
    to,
    firstDay: dayOf(from),
    lastDay: dayOf(to - 1),
    accounts: accounts ?? null,
    regions: regions ?? null,
    now,
  });
  if (!logs.timePartition && fullScan !== true) throw noTimePartition(table);
  const base = athenaUri({ ...place, catalog: catalogOf(place, athena) });
  return { table, logs, known: { base, location: table.location, reach: logs.reach } };
}

/** Tables of one name in two catalogs are two, and one is the same with its catalog named and without. */
function catalogOf({ catalog }: AthenaPlace, athena: AthenaOptions): string | null {
  const named = catalog ?? athena.catalog ?? null;
  return named?.toLowerCase() === 'awsdatacatalog' ? null : named;
}

/** Units of a window that have to be asked for. */
export function athenaUnits(
  db: Sqlite | null,
  base: string,
  {
    from,
    to,
    accounts,
    regions,
    settle = twoDays,
    now = clock(),
  }: Pick<AthenaQuestion, 'from' | 'to' | 'accounts' | 'regions' | 'settle' | 'now'>,
  { dayPartition, reach }: Pick<Logs, 'dayPartition' | 'reach'>,
): { units: Unit[]; skipped: number } {
  if (from >= now)
    throw new RolecallError('USAGE', 'the window begins in the future, of which there are no logs');
  const filter = filterOf({
    from,
    to,
    ...(accounts === undefined ? {} : { accounts: held(accounts, reach.accounts) }),
    ...(regions === undefined ? {} : { regions: held(regions, reach.regions) }),
  });
  return unitsOf(
    base,
    filter as SourceFilter & { from: number; to: number },
    db === null ? [] : engineObjects(db, `${base}/`),
    { whole: !dayPartition, now, complete: now - settle, reach },
  );
}

/** What there are no partitions for is not read, and is asked for when there are. */
function held(asked: readonly string[], has: readonly string[] | null): string[] {
  return asked.filter((each) => has === null || has.includes(each));
}
