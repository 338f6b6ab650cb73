import { type Column, GetTableMetadataCommand } from '@aws-sdk/client-athena';
import { RolecallError } from '../../errors.js';
import { ask, askedOf, catalogOf } from './ask.js';
import type { AthenaOptions } from './connect.js';
import type { AthenaPlace } from './place.js';
import type { AthenaTable } from './table.js';

export type { AthenaOptions } from './connect.js';
export type { AthenaTable } from './table.js';

/**
 * A table's columns, partition columns and parameters, as the catalog has them. Costs nothing.
 * Needs `athena:GetTableMetadata`, `glue:GetDatabase` and `glue:GetTable`.
 * @throws RolecallError ATHENA_TABLE when there is none; `AWS_*`, `ATHENA_*`
 * @throws the signal's reason when it stops
 */
export async function describeTable(
  place: AthenaPlace,
  options: AthenaOptions = {},
  signal?: AbortSignal,
): Promise<AthenaTable> {
  const about = { place, options };
  const command = new GetTableMetadataCommand({
    CatalogName: catalogOf(about),
    DatabaseName: place.database,
    TableName: place.table,
    ...(options.workgroup === undefined ? {} : { WorkGroup: options.workgroup }),
  });
  const how = signal === undefined ? {} : { abortSignal: signal };
  const { TableMetadata: told } = await ask(
    'athena:GetTableMetadata',
    about,
    (client) => client.send(command, how),
    signal,
  );
  if (told === undefined)
    throw new RolecallError(
      'ATHENA_TABLE',
      `there is no table ${askedOf('athena:GetTableMetadata', about).table}`,
    );
  const parameters = Object.fromEntries(
    Object.entries(told.Parameters ?? {}).map(([key, value]) => [key, String(value)]),
  );
  return {
    catalog: place.catalog ?? options.catalog ?? null,
    database: place.database,
    name: place.table,
    location: parameters.location ?? null,
    columns: new Map(columnsOf(told.Columns)),
    partitions: columnsOf(told.PartitionKeys).map(([name, type]) => ({ name, type })),
    parameters,
  };
}

function columnsOf(columns: readonly Column[] = []): [name: string, type: string][] {
  return columns.map(({ Name, Type }) => [(Name ?? '').toLowerCase(), (Type ?? 'string').toLowerCase()]);
}
