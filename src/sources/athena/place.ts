import { RolecallError } from '../../errors.js';

/** A table in Athena. */
export interface AthenaPlace {
  /** Data source; null for the one named otherwise, at last `AwsDataCatalog`. */
  catalog: string | null;
  database: string;
  table: string;
}

/** Letters, digits, underscore and hyphen, as Glue has them; a data source may have `@` too. */
const shape = /^athena:\/\/(?:([\w@-]{1,256})\.)?([\w-]{1,255})\.([\w-]{1,255})$/i;

/** Whether a source is in Athena. */
export function isAthena(source: string): boolean {
  return /^athena:\/\//i.test(source);
}

/**
 * Reads `athena://[catalog.]database.table`. Athena keeps databases and tables in lower case.
 * @throws RolecallError `ATHENA_TABLE` when it names no table
 */
export function athenaPlace(source: string): AthenaPlace {
  const found = shape.exec(source);
  if (found === null)
    throw new RolecallError(
      'ATHENA_TABLE',
      `${source} names no table: it is written athena://[catalog.]database.table, in letters, digits, _ and -`,
    );
  return {
    catalog: found[1] ?? null,
    database: found[2]!.toLowerCase(),
    table: found[3]!.toLowerCase(),
  };
}

/** As it was written. */
export function athenaUri({ catalog, database, table }: AthenaPlace): string {
  return `athena://${catalog === null ? '' : `${catalog}.`}${database}.${table}`;
}
