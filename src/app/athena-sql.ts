import { RolecallError } from '../errors.js';
import { dayOf, isoOf } from '../model/day.js';
import { type Policy, roleMeaning } from '../policy/index.js';
import type { AthenaOptions } from '../sources/athena/connect.js';
import { fittedQuery, queryNames, queryText } from '../sources/athena/query-file.js';
import { literal } from '../sources/athena/table.js';
import { athenaTable } from './athena-table.js';

/** Seconds before a window from which its sessions, and the sessions above them, may have been issued: AWS grants 12 h. */
export const chainReach = 43_200;

/** What fills the `?` of a query. */
export interface SqlQuestion {
  /** Of a file in `queries/athena`, without `.sql`. */
  name: string;
  /** Epoch seconds. */
  window: { from: number; to: number };
  /** Account id; null for all. */
  account: string | null;
  /** Role's name without path, `*` for any part of it; null for all. */
  role: string | null;
  eventId: string | null;
  /** `athena://…`: the catalog is asked, and the query fitted to the table. Null: the table of `athena ddl`. */
  source: string | null;
  athena: AthenaOptions;
  fullScan: boolean;
}

/** Queries that can be printed: statements that make a table have their own command. */
export function sqlNames(): string[] {
  return queryNames().filter((name) => !name.startsWith('create-table'));
}

/**
 * A query as it can be pasted into the Athena console, its values filled in.
 * @throws RolecallError USAGE; with a source also `ATHENA_*`, `AWS_*`
 */
export async function athenaSql(question: SqlQuestion): Promise<string> {
  const { name, source, window, athena, fullScan } = question;
  refuseUnknownQuery(name);
  const rest = restOf(question);
  const read = readWindow(name, window);
  if (source === null) {
    const days = [dayOf(read.from), dayOf(read.to - 1)].map((day) => day.replaceAll('-', '/'));
    const sql = queryText(name).replace(/(-- table: ).*;.*/, (_, found: string) => `${found}${ofDdl}`);
    return filled(explained(sql), [...days, isoOf(read.from), isoOf(read.to), ...rest]);
  }
  const { logs } = await athenaTable({ source, ...read, athena, fullScan });
  return lacking(logs.missing) + filled(explained(fittedQuery(name, logs.sql)), [...logs.params, ...rest]);
}

const ofDdl =
  'that of `rolecall athena ddl`; with --source athena://database.table these lines are fitted to another';

/** Its comment without what to fill in: that was done. */
function explained(sql: string): string {
  return sql.replace(/^-- Parameters:[\s\S]*?(?=^-- Reads the table once)/m, '');
}

/** @throws RolecallError USAGE */
export function refuseUnknownQuery(name: string): void {
  if (!sqlNames().includes(name))
    throw new RolecallError(
      'USAGE',
      `there is no query ${JSON.stringify(name)}; there are ${sqlNames().join(', ')}`,
    );
}

/**
 * What a role that somebody names is in a query, which has a place for one name.
 * @throws RolecallError USAGE where it means several roles, or those of one account
 */
export function sqlRole(role: string | null, policy: Policy | null): string | null {
  // What is no name is refused where it becomes SQL.
  if (role === null || !isRoleName(role)) return role;
  const { from, patterns } = roleMeaning(role, policy);
  if (from === 'given') return role;
  const [name] = patterns.map((pattern) => /^\*:role\/(?:.*\/)?([^/]+)$/.exec(pattern)?.[1] ?? null);
  if (patterns.length === 1 && typeof name === 'string') return name;
  throw new RolecallError(
    'USAGE',
    `--role ${role} means ${patterns.join(', ')}: name one role for a printed query, or ask \`who --source athena://…\`, which takes them all`,
  );
}

/** Above a query: it is kept and passed on, and its answer does not say what it could not see. */
function lacking(missing: readonly string[]): string {
  return missing.map((each) => `-- This table cannot show: ${each.replaceAll(/\s+/g, ' ')}.\n`).join('');
}

/** Chains begin before the window that is asked about, and logs come after it. */
export function readWindow(
  name: string,
  { from, to }: { from: number; to: number },
): { from: number; to: number } {
  return name === 'who' || name === 'chains' ? { from: from - chainReach, to } : { from, to };
}

/** The values after those of the table. */
function restOf({ name, window, account, role, eventId }: SqlQuestion): string[] {
  const times = [isoOf(window.from), isoOf(window.to)];
  if (name === 'who') return [...whoParams(account, role), ...times];
  if (name === 'chains') return times;
  if (name !== 'record') return [];
  if (eventId === null)
    throw new RolecallError('USAGE', 'the query record asks for one event: name it with --event');
  if (!/^[\w-]{1,128}$/.test(eventId))
    throw new RolecallError('USAGE', `${JSON.stringify(eventId)} is no event id`);
  return [eventId];
}

/** A role's name without path, with `*` for any part of it. */
export function isRoleName(text: string): boolean {
  return /^[\w+=,.@*-]{1,128}$/.test(text);
}

/** Account and role as LIKE patterns with `\` as escape. @throws RolecallError USAGE for what neither can be */
export function whoParams(account: string | null, role: string | null): string[] {
  if (account !== null && !/^\d{12}$/.test(account))
    throw new RolecallError('USAGE', `${JSON.stringify(account)} is no account id`);
  if (role !== null && !isRoleName(role))
    throw new RolecallError(
      'USAGE',
      `${JSON.stringify(role)} is no role name: letters, digits and + = , . @ - _, with * for any part`,
    );
  return [account ?? '%', role === null ? '%' : role.replaceAll('_', '\\_').replaceAll('*', '%')];
}

/** Puts values in place of each `?` that is not in a text or a comment. */
export function filled(sql: string, params: readonly string[]): string {
  let at = 0;
  const text = sql.replaceAll(/'(?:[^']|'')*'|--[^\n]*|\?/g, (found) =>
    found === '?' ? literal(params[at++] ?? '') : found,
  );
  if (at !== params.length) throw new Error(`${params.length} values for ${at} places`);
  return text;
}
