import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/rolecall.js';
import { type ColumnChange, type ColumnSet, changeColumns, columnSets } from './columns.js';
import { type HiveColumn, type HiveTable, parseDdl } from './ddl.js';
import type { Lake } from './lake.js';
import { addedOnes, laidOut, type Partitioning, slashed } from './layout-table.js';
import { type LayoutName, onlyAdded, reachOf } from './layouts.js';
import { registered, trinoDdl } from './trino-ddl.js';

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
  /** What is projected or added, where that is not what the lake holds. */
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

/** Works out a table, and makes nothing yet. */
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
  const partitions = added ? addedOnes(shape, hive, place) : [];
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
function filled(from: HiveTable, place: Lake): Partitioning {
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
