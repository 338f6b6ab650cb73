import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/rolecall.js';
import type { Athena } from './athena.js';
import type { TrinoValue } from './trino-client.js';

/** A row by the names of its columns. */
export type HandRow = Record<string, TrinoValue>;

/** Text of a query that ships, as somebody pastes it into the console. */
export function queryText(name: string): string {
  return readFileSync(join(root, 'queries/athena', name), 'utf8');
}

/** Runs a query of queries/athena as it stands over the table `cloudtrail_logs`, its `?` given in order. */
export async function byHand(athena: Athena, name: string, params: readonly string[]): Promise<HandRow[]> {
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const sql = `EXECUTE IMMEDIATE ${quoted(queryText(name))} USING ${params.map(quoted).join(', ')}`;
  const { columns, rows } = await athena.query(sql);
  return rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index]!.name, value])));
}
