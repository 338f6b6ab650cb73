import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../../queries/athena/', import.meta.url);

/** Names of the queries and statements in `queries/athena`, without `.sql`. */
export function queryNames(): string[] {
  return readdirSync(fileURLToPath(folder))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -4))
    .sort();
}

/** Text of one of them, as it lies there: written for the table of `create-table.sql`. */
export function queryText(name: string): string {
  return readFileSync(new URL(`${name}.sql`, folder), 'utf8');
}

/** From the line that opens `logs` to the one that closes it, and the comma where more follows. */
const table = /^logs AS \( -- table:[^\n]*\n[\s\S]*?^\)(,?) -- table: end$/m;

/**
 * A query over another table: `logs`, which each begins with, is all that knows the table.
 * @param logs from `logs AS (` to the `)` that closes it
 */
export function fittedQuery(name: string, logs: string): string {
  const text = queryText(name);
  const found = table.exec(text);
  if (found === null) throw new Error(`queries/athena/${name}.sql has no logs to fit`);
  return `${text.slice(0, found.index)}${logs}${found[1]}${text.slice(found.index + found[0].length)}`;
}
