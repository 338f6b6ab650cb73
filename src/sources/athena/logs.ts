import { RolecallError } from '../../errors.js';
import { logColumns } from './columns.js';
import { every, type Part, type Reach, type Restriction } from './condition.js';
import { field, text } from './field.js';
import { fitted } from './missing.js';
import { dateRestriction } from './partition-date.js';
import { partsRestriction } from './partition-parts.js';
import { placeRestriction } from './partition-place.js';
import { type Partition, partitionsOf } from './roles.js';
import { type AthenaTable, tableName, tableSql } from './table.js';

export type { Part, Reach } from './condition.js';
export type { AthenaTable } from './table.js';

/** `logs`, the beginning of every query, for one table and one question. */
export interface Logs {
  /** From `logs AS (` to the `)` that closes it. */
  sql: string;
  /** Values of the `?` in it, in their order. */
  params: string[];
  /** What the table cannot show: clauses without full stop. */
  missing: string[];
  /** Which partitions are read, column by column. */
  partitions: string[];
  /** What the table has partitions for: nothing else is worth asking for. */
  reach: Reach;
  /** False when every day that the table has is read, whatever is asked. */
  timePartition: boolean;
  /** False when a query for one day reads others, too. */
  dayPartition: boolean;
}

/**
 * Writes `logs` for a table: the columns that it has, and conditions on all of its partition columns.
 * @throws RolecallError ATHENA_COLUMNS when the table lacks what nothing works without; ATHENA_NO_PARTITION when it has
 *   nothing of what is asked; USAGE when it answers for named accounts or regions alone, or a value is none
 */
export function logsOf(table: AthenaTable, part: Part): Logs {
  const { columns, missing } = fitted(table);
  const restrictions = restrictionsOf(table, part);
  const reach = reachOf(restrictions);
  if (isBeyond(reach, part)) throw noPartition(table, restrictions);
  const times = timeCondition(table, part);
  const places = placeConditions(table, part);
  const conditions = [...restrictions, times, ...places].filter(({ sql }) => sql !== '');
  const select = logColumns.map(
    (column) => `    ${columns.get(column) ?? 'CAST(NULL AS varchar)'} AS ${column}`,
  );
  return {
    sql: [
      'logs AS (',
      '  SELECT',
      select.join(',\n'),
      `  FROM ${tableSql(table)}`,
      `  WHERE ${conditions.map(({ sql }) => sql).join('\n    AND ')}`,
      ')',
    ].join('\n'),
    params: conditions.flatMap(({ params }) => params),
    missing: [...missing, ...restrictions.flatMap((restriction) => restriction.missing)],
    partitions: restrictions.map(({ words }) => words),
    reach,
    timePartition: restrictions.some(({ time }) => time),
    dayPartition: restrictions.some(({ days }) => days),
  };
}

/** What to say of a table every day of which is read, whatever is asked. */
export function noTimePartition(table: AthenaTable): RolecallError {
  const columns = table.partitions.map(({ name }) => name).join(', ');
  return new RolecallError(
    'ATHENA_NO_TIME_PARTITION',
    `the table ${tableName(table)} has no partitions by time (${columns === '' ? 'none at all' : `by ${columns} alone`}): every query would read all of its days`,
  );
}

const anything: Reach = { firstDay: null, lastDay: null, accounts: null, regions: null };

function reachOf(restrictions: readonly Restriction[]): Reach {
  return Object.assign({ ...anything }, ...restrictions.map(({ reach }) => reach)) as Reach;
}

function isBeyond({ firstDay, lastDay, ...reach }: Reach, part: Part): boolean {
  const none = (asked: string[] | null, has: string[] | null) =>
    asked !== null && asked.length > 0 && has !== null && !asked.some((one) => has.includes(one));
  return (
    (firstDay !== null && part.lastDay < firstDay) ||
    (lastDay !== null && part.firstDay > lastDay) ||
    none(part.accounts, reach.accounts) ||
    none(part.regions, reach.regions)
  );
}

function noPartition(table: AthenaTable, restrictions: readonly Restriction[]): RolecallError {
  const missing = restrictions.flatMap((restriction) => restriction.missing);
  return new RolecallError(
    'ATHENA_NO_PARTITION',
    `the table ${tableName(table)} has nothing of what is asked: ${missing.join('; ')}`,
  );
}

function restrictionsOf(table: AthenaTable, part: Part): Restriction[] {
  const partitions = partitionsOf(table);
  const year = partitions.find(({ role }) => role === 'year');
  const [month, day] = ['month', 'day'].map((role) => partitions.find((one) => one.role === role));
  return partitions.flatMap((partition) => restriction(partition)).filter((one) => one !== null);

  function restriction(partition: Partition): Restriction | null {
    const { role, name } = partition;
    if (role === 'account' || role === 'region' || role === 'org')
      return placeRestriction(table, partition, part);
    if (role === 'date') return dateRestriction(partition, part);
    if (partition === year) return partsRestriction({ year, month, day }, part);
    if (year !== undefined && (partition === month || partition === day)) return null;
    return every(name, role === 'hour' ? 'every one' : 'every one, for its name tells rolecall nothing');
  }
}

type Condition = Pick<Restriction, 'sql' | 'params'>;

/** Event time as text; a row that has none passes, so that it is counted where records are read. */
function timeCondition(table: AthenaTable, { from, to }: Part): Condition {
  const time = text(field(table, 'eventTime')!);
  const params = [from, to].map((seconds) => new Date(seconds * 1000).toISOString().slice(0, 19));
  const read = `replace(substr(${time}, 1, 19), ' ', 'T')`;
  const iso = `regexp_like(${time}, '^\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}')`;
  return { sql: `((${read} >= ? AND ${read} < ?) OR NOT coalesce(${iso}, false))`, params };
}

/** A folder may hold what is not its own; the record says where it belongs. */
function placeConditions(table: AthenaTable, { accounts, regions }: Part): Condition[] {
  return [
    { path: 'recipientAccountId', values: accounts },
    { path: 'awsRegion', values: regions },
  ].flatMap(({ path, values }) => {
    const found = field(table, path);
    if (values === null || values.length === 0 || found === null) return [];
    return { sql: `${text(found)} IN (${values.map(() => '?').join(', ')})`, params: values };
  });
}
