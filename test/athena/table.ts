import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/rolecall.js';
import { lakeCatalog } from './catalogs.js';
import { type ColumnChange, type ColumnSet, changeColumns, columnSets } from './columns.js';
import { type HiveColumn, type HiveTable, parseDdl } from './ddl.js';
import { parseHiveType, trinoText } from './hive-type.js';
import type { DayFolder, Lake } from './lake.js';
import { type LayoutName, layouts, onlyAdded, type Part, reachOf } from './layouts.js';

/** Which table to make over a lake. */
export interface TableOptions {
  lake: Lake;
  /** `logs` when left out. */
  name?: string;
  /** `acme` when left out. */
  database?: string;
  /** A layout, or one of our own statements in queries/athena; `create-table` when left out. */
  layout?: LayoutName | OwnDdl;
  /** Partitions are added one by one and not projected. */
  added?: boolean;
  /** `ours` when left out. */
  columns?: ColumnSet | ColumnChange;
  /** Other types of partition columns, which are strings. */
  partitionTypes?: Record<string, string>;
  /** What is projected, where that is not what the lake holds. */
  accounts?: string[];
  regions?: string[];
  days?: [first: string, last: string];
}

export type OwnDdl = 'create-table' | 'create-table-single-account';

/** A table, as Athena and as Trino know it. */
export interface MadeTable {
  database: string;
  name: string;
  hive: HiveTable;
  /** Statements that make it in Trino; its schema is there. */
  trino: string[];
  /** What Athena's GetTableMetadata says of it. */
  metadata: TableMetadata;
  /** What of the lake it can show. */
  reach: { accounts: string[]; regions: string[] };
}

export interface TableMetadata {
  Name: string;
  CreateTime: number;
  LastAccessTime: number;
  TableType: 'EXTERNAL_TABLE';
  Columns: { Name: string; Type: string }[];
  PartitionKeys: { Name: string; Type: string }[];
  Parameters: Record<string, string>;
}

export const ownDdls: readonly OwnDdl[] = ['create-table', 'create-table-single-account'];

export function describeMade(options: TableOptions): MadeTable {
  const { lake, name = 'logs', database = 'acme', layout = 'create-table' } = options;
  const own = isOwn(layout);
  const shape: LayoutName = own ? (layout === 'create-table' ? 'account-region-day' : 'region-day') : layout;
  const added = options.added ?? onlyAdded.includes(shape);
  const fits = reachOf(shape, lake);
  const reach = { accounts: options.accounts ?? fits.accounts, regions: options.regions ?? fits.regions };
  const days = options.days ?? lake.days;
  const from = parseDdl(ddlText(own ? layout : 'create-table'));
  const change = options.columns ?? 'ours';
  const place = { ...lake, ...reach, days };
  const hive: HiveTable = {
    ...from,
    name,
    columns: changeColumns(from.columns, typeof change === 'string' ? columnSets[change] : change),
    ...(own && !added ? filled(from, place) : laidOut(shape, place, added)),
  };
  hive.partitions = hive.partitions.map(({ name: column, type }) => ({
    name: column,
    type: options.partitionTypes?.[column] ?? type,
  }));
  const partitions = added ? addedOnes(shape, hive, { ...lake, ...reach }) : [];
  return {
    ...{ database, name, hive, reach },
    trino: [trinoDdl(database, hive), ...partitions.map((values) => registered(database, hive, values))],
    metadata: metadataOf(hive),
  };
}

function isOwn(layout: LayoutName | OwnDdl): layout is OwnDdl {
  return (ownDdls as readonly string[]).includes(layout);
}

export function ddlText(name: OwnDdl): string {
  return readFileSync(join(root, `queries/athena/${name}.sql`), 'utf8');
}

/** Our own DDL with its blanks filled in, as its comment says. */
function filled(from: HiveTable, place: Lake): Pick<HiveTable, 'location' | 'partitions' | 'properties'> {
  const single = from.partitions.every(({ name }) => name !== 'account');
  const above = single ? `${place.root}/${place.accounts[0]}` : place.root;
  const put = (text: string) =>
    text.replace(
      /^s3:\/\/acme-log-archive\/AWSLogs\/(?:o-[a-z0-9]+|\d{12})/,
      () => `s3://${place.bucket}/${above}`,
    );
  const properties: Record<string, string> = {
    ...from.properties,
    'projection.region.values': place.regions.join(','),
    'projection.day.range': place.days.map(slashed).join(','),
    'storage.location.template': put(from.properties['storage.location.template']!),
  };
  if (!single) properties['projection.account.values'] = place.accounts.join(',');
  return { location: put(from.location), partitions: from.partitions, properties };
}

/** The same for a layout of somebody else's. */
function laidOut(
  layout: LayoutName,
  place: Lake,
  added: boolean,
): Pick<HiveTable, 'location' | 'partitions' | 'properties'> {
  const parts = Object.entries<Part>(layouts[layout]);
  const partitions = parts.map(([name]): HiveColumn => ({ name, type: 'string' }));
  const above = layout === 'unpartitioned' ? place.root : commonFolder(parts, place);
  const location = `s3://${place.bucket}/${above}/`;
  if (added || parts.length === 0) return { location, partitions, properties: {} };
  const properties: Record<string, string> = { 'projection.enabled': 'true' };
  for (const [name, part] of parts)
    for (const [key, value] of Object.entries(projectionOf(part, place)))
      properties[`projection.${name}.${key}`] = value;
  properties['storage.location.template'] =
    `s3://${place.bucket}/${pathOf(parts, place, (name) => `\${${name}}`)}`;
  return { location, partitions, properties };
}

function projectionOf(part: Part, { organization, accounts, regions, days }: Lake): Record<string, string> {
  const [first, last] = days.map((day) => Number(day.slice(0, 4)));
  switch (part) {
    case 'org':
      return { type: 'enum', values: organization! };
    case 'account':
      return { type: 'enum', values: accounts.join(',') };
    case 'region':
      return { type: 'enum', values: regions.join(',') };
    case 'year':
      return { type: 'integer', range: `${first},${last}` };
    case 'month':
      return { type: 'integer', range: '1,12', digits: '2' };
    case 'dayOfMonth':
      return { type: 'integer', range: '1,31', digits: '2' };
    case 'yyyy/MM/dd':
      return {
        ...{ type: 'date', format: part, range: days.map(slashed).join(',') },
        ...{ interval: '1', 'interval.unit': 'DAYS' },
      };
    case 'yyyy-MM-dd':
      throw new Error('a day with dashes cannot be projected');
  }
}

/** The path of a day's folder, with the names of columns where the layout has a column for that. */
function pathOf(parts: [string, Part][], place: Lake, show: (column: string) => string): string {
  const column = (...wanted: Part[]) => {
    const names = wanted.map((part) => parts.find(([, each]) => each === part)?.[0]);
    return names.every((name) => name !== undefined) ? names.map((name) => show(name!)).join('/') : null;
  };
  const org = column('org');
  return [
    org === null ? place.root : `AWSLogs/${org}`,
    column('account') ?? place.accounts[0],
    'CloudTrail',
    column('region') ?? place.regions[0],
    column('yyyy/MM/dd') ?? column('year', 'month', 'dayOfMonth') ?? '',
  ].join('/');
}

/** The deepest folder that holds all that the table reads. */
function commonFolder(parts: [string, Part][], place: Lake): string {
  return pathOf(parts, place, () => '\0')
    .split(/\/?(?:\0|$)/)[0]!
    .replace(/\/$/, '');
}

const slashed = (day: string) => day.replaceAll('-', '/');

/** Values of the partitions of a table without projection, with where each lies. */
function addedOnes(
  layout: LayoutName,
  hive: HiveTable,
  lake: Lake,
): { values: string[]; location: string }[] {
  const parts = Object.values<Part>(layouts[layout]);
  return lake.folders
    .filter(({ account, region }) => lake.accounts.includes(account) && lake.regions.includes(region))
    .map((folder) => ({
      values: parts.map((part, i) => partitionValue(part, folder, lake, hive.partitions[i]!.type)),
      location: `s3://${lake.bucket}/${lake.root}/${folder.account}/CloudTrail/${folder.region}/${slashed(folder.day)}`,
    }));
}

function partitionValue(part: Part, { account, region, day }: DayFolder, lake: Lake, type: string): string {
  const [year, month, dayOfMonth] = day.split('-') as [string, string, string];
  const values: Record<Part, string> = {
    ...{ org: lake.organization ?? '', account, region, year, month, dayOfMonth },
    ...{ 'yyyy/MM/dd': slashed(day), 'yyyy-MM-dd': day },
  };
  if (type === 'date') return day;
  return type === 'int' ? String(Number(values[part])) : values[part];
}

/** A name in Trino's SQL: some of them are words of the language. */
const quoted = (name: string) => `"${name}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

function trinoDdl(database: string, hive: HiveTable): string {
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

function registered(
  database: string,
  { name, partitions }: HiveTable,
  { values, location }: { values: string[]; location: string },
): string {
  const list = (items: string[]) => `ARRAY[${items.map(text).join(', ')}]`;
  const columns = list(partitions.map((column) => column.name));
  return `CALL ${lakeCatalog}.system.register_partition(${text(database)}, ${text(name)}, ${columns}, ${list(values)}, ${text(location)})`;
}

function metadataOf(hive: HiveTable): TableMetadata {
  const listed = (columns: HiveColumn[]) => columns.map(({ name, type }) => ({ Name: name, Type: type }));
  const made = Math.floor(Date.now() / 1000);
  return {
    Name: hive.name,
    CreateTime: made,
    LastAccessTime: 0,
    TableType: 'EXTERNAL_TABLE',
    Columns: listed(hive.columns),
    PartitionKeys: listed(hive.partitions),
    Parameters: {
      EXTERNAL: 'TRUE',
      inputformat: hive.inputFormat,
      location: hive.location,
      outputformat: hive.outputFormat,
      ...hive.properties,
      'serde.param.serialization.format': '1',
      'serde.serialization.lib': hive.serde,
      transient_lastDdlTime: String(made),
    },
  };
}
