import { RolecallError } from '../errors.js';
import type { EventDetail } from '../model/answers.js';
import { dayOf } from '../model/day.js';
import { shownEngineRecord } from '../parse/engine-row.js';
import type { AthenaOptions } from '../sources/athena/connect.js';
import { costOf } from '../sources/athena/cost.js';
import { athenaPlace } from '../sources/athena/place.js';
import { fittedQuery } from '../sources/athena/query-file.js';

/** How one record is fetched from Athena. */
export interface RawAthena {
  options: AthenaOptions;
  /** Told before anything is asked that costs, as a sentence. */
  onCost: (sentence: string) => void;
  signal?: AbortSignal;
}

/** Whether an object of the ledger came of a query to Athena. */
export function cameFromAthena(source: string): boolean {
  return source.startsWith('athena://');
}

/**
 * Fetches one record of a table: from the folder that it came in, its account and its region, by its second and id.
 * @param event `source` is its object in the ledger, whose `bytes` are what that took to read whole
 * @throws RolecallError RAW_UNAVAILABLE, ATHENA_*, AWS_*, S3_*
 */
export async function rawFromAthena(
  event: Pick<EventDetail, 'eventId' | 'time' | 'source' | 'accountId' | 'region'> & { bytes: number },
  { options, onCost, signal }: RawAthena,
): Promise<unknown> {
  const found = /^(athena:\/\/[^/?]+)\/(\d{4}-\d\d-\d\d|all)/.exec(event.source);
  if (found === null)
    throw new RolecallError('RAW_UNAVAILABLE', `${event.source} is no folder of a table in Athena`);
  const [, source, day] = found;
  const place = athenaPlace(source!);
  const { describeTable } = await import('../sources/athena/metadata.js');
  const { logsOf } = await import('../sources/athena/logs.js');
  const { runQuery } = await import('../sources/athena/query.js');
  const table = await describeTable(place, options, signal);
  const at = day === 'all' ? dayOf(event.time) : day!;
  const logs = logsOf(table, {
    from: event.time,
    to: event.time + 1,
    firstDay: at,
    lastDay: at,
    accounts: known(event.accountId),
    regions: known(event.region),
  });
  onCost(
    `Athena reads ${logs.timePartition ? `the folder of ${at}` : 'the whole table'} for this one record, as far as the table has it: at most ${gigabytes(event.bytes)}, ${costOf(event.bytes, 1).toFixed(4)} USD.`,
  );
  const { rows } = await runQuery({
    sql: fittedQuery('record', logs.sql),
    params: [...logs.params, event.eventId],
    place,
    options,
    signal,
  });
  let record: unknown = null;
  for await (const row of rows) record ??= shownEngineRecord(row);
  if (record === null)
    throw new RolecallError(
      'RAW_UNAVAILABLE',
      `${source} has no event ${event.eventId} in the folder of ${at} any more`,
    );
  return record;
}

/** What CloudTrail left out names no partition. */
function known(value: string): string[] | null {
  return value === 'unknown' ? null : [value];
}

function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(0.1, bytes / 1e6).toFixed(1)} MB`;
}
