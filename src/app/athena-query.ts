import { type Logs, logsOf } from '../sources/athena/logs.js';
import { fittedQuery } from '../sources/athena/query-file.js';
import type { AthenaTable } from '../sources/athena/table.js';
import type { Unit } from './athena-units.js';

/** Earlier and later than any event: a filter without an end. Epoch seconds. */
const ever = { from: 0, to: 4_102_444_800 };

/** The query for one unit of a table, and the values of its `?`. @throws RolecallError ATHENA_COLUMNS, USAGE */
export function athenaQuery(
  table: AthenaTable,
  { firstDay, lastDay, filter }: Pick<Unit, 'firstDay' | 'lastDay' | 'filter'>,
): { sql: string } & Pick<Logs, 'params' | 'partitions'> {
  const { sql, params, partitions } = logsOf(table, {
    from: filter.from ?? ever.from,
    to: filter.to ?? ever.to,
    firstDay,
    lastDay,
    accounts: filter.accounts ?? null,
    regions: filter.regions ?? null,
  });
  return { sql: fittedQuery('ingest', sql), params, partitions };
}
