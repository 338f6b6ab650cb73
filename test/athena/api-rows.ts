import type { TrinoResult, TrinoValue } from './trino-client.js';

/** A value as the text that Athena's results have for it; null for NULL. */
export function textOf(value: TrinoValue): string | null {
  if (value === null) return null;
  if (Array.isArray(value)) return `[${value.map((each) => textOf(each) ?? 'null').join(', ')}]`;
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([key, each]) => `${key}=${textOf(each) ?? 'null'}`);
    return `{${pairs.join(', ')}}`;
  }
  return String(value);
}

/** A result file: every value in quotes, those in it doubled; nothing at all for NULL. */
export function csvOf({ columns, rows }: TrinoResult): string {
  const quoted = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => row.map(textOf))];
  return lines.map((line) => `${line.map(quoted).join(',')}\n`).join('');
}

/** One page of GetQueryResults: names of the columns are the first row of the first page. */
export function pageOf({ columns, rows }: TrinoResult, from: number, most: number) {
  const all = [columns.map(({ name }): TrinoValue => name), ...rows];
  const until = from + most;
  return {
    ...(until < all.length ? { NextToken: String(until) } : {}),
    UpdateCount: 0,
    ResultSet: {
      ResultSetMetadata: {
        ColumnInfo: columns.map(({ name, type }) => ({
          ...{ CatalogName: 'hive', SchemaName: '', TableName: '', Name: name, Label: name },
          Type: type.replace(/\(.*/, ''),
          ...{ Precision: 0, Scale: 0, Nullable: 'UNKNOWN', CaseSensitive: type.startsWith('varchar') },
        })),
      },
      Rows: all.slice(from, until).map((row) => ({
        Data: row.map((value) => {
          const text = textOf(value);
          return text === null ? {} : { VarCharValue: text };
        }),
      })),
    },
  };
}
