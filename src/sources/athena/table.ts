/** A table as the catalog describes it. */
export interface AthenaTable {
  /** Data source as it was named; null for `AwsDataCatalog`. */
  catalog: string | null;
  database: string;
  name: string;
  /** `s3://…`; null where the catalog does not say. */
  location: string | null;
  /** Name → Hive type, both in lower case; without the partition columns. */
  columns: Map<string, string>;
  /** In their order, name and type in lower case. */
  partitions: { name: string; type: string }[];
  /** `TBLPROPERTIES`, partition projection among them. */
  parameters: Record<string, string>;
}

/** As it is said in messages. */
export function tableName({ catalog, database, name }: AthenaTable): string {
  return `${catalog === null ? '' : `${catalog}.`}${database}.${name}`;
}

/** As it is written in a query: identifiers in double quotes. */
export function tableSql({ catalog, database, name }: AthenaTable): string {
  return [...(catalog === null ? [] : [catalog]), database, name].map(quoted).join('.');
}

export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/**
 * A text in SQL, and as a value for `?`.
 * https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements-executing.html
 */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
