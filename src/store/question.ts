import Database from 'better-sqlite3';
import type { Sqlite } from './open.js';

/** A value of SQLite that JSON can hold. */
export type Cell = string | number | null;

/** One SELECT of a user's, to be asked of a store. */
export interface Question {
  /** Path of the store. */
  db: string;
  sql: string;
  /** By name: `:minutes`. */
  values: Record<string, Cell>;
  mostRows: number;
}

/** What it came to; `more`: there were rows beyond `mostRows`. */
export type Answer = { rows: Record<string, Cell>[]; more: boolean } | { error: string };

/**
 * Columns of the answer to a question. Nothing is run.
 * @param db a store, or one without records
 * @throws Error with what keeps the text from being asked: a sentence without full stop
 */
export function columnsOf(db: Sqlite, sql: string, values: Question['values']): string[] {
  if (!/^(?:SELECT|WITH)\b/i.test(withoutComments(sql)))
    throw new Error('it is no question: it must be one SELECT, or WITH … SELECT');
  const statement = db.prepare<[Question['values']]>(sql);
  if (!statement.reader || !statement.readonly) throw new Error('it is no question: it would write');
  statement.bind(values);
  return statement.columns().map(({ name }) => name);
}

/**
 * Asks a question through a connection that cannot write. It may run for ever: whoever calls this has to be able to
 * end the process.
 */
export function answerOf(question: Question): Answer {
  try {
    const db = new Database(question.db, { readonly: true, fileMustExist: true, timeout: 5_000 });
    try {
      return read(db, question);
    } finally {
      db.close();
    }
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function read(db: Sqlite, { sql, values, mostRows }: Question): Answer {
  db.pragma('query_only = ON');
  db.pragma('trusted_schema = OFF');
  columnsOf(db, sql, values);
  const rows: Record<string, Cell>[] = [];
  for (const row of db.prepare<[Record<string, Cell>], Record<string, unknown>>(sql).iterate(values)) {
    if (rows.length === mostRows) return { rows, more: true };
    rows.push(Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, asCell(name, cell)])));
  }
  return { rows, more: false };
}

function asCell(name: string, value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  throw new Error(`column ${name} holds bytes, which are no text`);
}

/** Text from the first word that SQLite acts on. */
function withoutComments(sql: string): string {
  return sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
}
