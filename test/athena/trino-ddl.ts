import { lakeCatalog } from './catalogs.js';
import type { HiveColumn, HiveTable } from './ddl.js';
import { parseHiveType, trinoText } from './hive-type.js';
import type { AddedPartition } from './layout-table.js';

/** A name in Trino's SQL: some of them are words of the language. */
const quoted = (name: string) => `"${name}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** Makes in Trino what the DDL makes in Athena. */
export function trinoDdl(database: string, hive: HiveTable): string {
  const { properties } = hive;
  const column = ({ name, type }: HiveColumn) => `${quoted(name)} ${trinoText(parseHiveType(type))}`;
  const columns = [
    ...hive.columns.map(column),
    ...hive.partitions.map((each) => `${column(each)}${columnProjection(each.name, properties)}`),
  ];
  const options = [`external_location = ${text(hive.location)}`, `format = 'OPENX_JSON'`];
  if (hive.partitions.length > 0)
    options.push(`partitioned_by = ARRAY[${hive.partitions.map(({ name }) => text(name)).join(', ')}]`);
  if (properties['projection.enabled'] === 'true') options.push('partition_projection_enabled = true');
  if (properties['storage.location.template'] !== undefined)
    options.push(`partition_projection_location_template = ${text(properties['storage.location.template'])}`);
  return `CREATE TABLE ${lakeCatalog}.${quoted(database)}.${quoted(hive.name)} (\n  ${columns.join(',\n  ')}\n) WITH (${options.join(', ')})`;
}

/** `projection.day.range` of Athena is the column's `partition_projection_range` of Trino. */
function columnProjection(name: string, properties: Record<string, string>): string {
  const list = (value: string) => `ARRAY[${value.split(',').map(text).join(', ')}]`;
  const told = Object.entries(properties).flatMap(([key, value]) => {
    if (!key.startsWith(`projection.${name}.`)) return [];
    const own = key.slice(`projection.${name}.`.length);
    const shown = ['values', 'range'].includes(own)
      ? list(value)
      : ['interval', 'digits'].includes(own)
        ? value
        : text(value);
    return `partition_projection_${own.replaceAll('.', '_')} = ${shown}`;
  });
  return told.length === 0 ? '' : ` WITH (${told.join(', ')})`;
}

/** `ALTER TABLE … ADD PARTITION … LOCATION` of Athena. */
export function registered(
  database: string,
  { name, partitions }: HiveTable,
  { values, location }: AddedPartition,
): string {
  const list = (items: string[]) => `ARRAY[${items.map(text).join(', ')}]`;
  const columns = list(partitions.map((column) => column.name));
  return `CALL ${lakeCatalog}.system.register_partition(${text(database)}, ${text(name)}, ${columns}, ${list(values)}, ${text(location)})`;
}
