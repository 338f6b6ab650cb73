import type { Statement } from 'better-sqlite3';
import type { Sqlite } from './open.js';

const known = new WeakMap<Sqlite, Map<string, Statement>>();

/** A statement, compiled once per database and text. */
export function prepared<Row = unknown>(db: Sqlite, sql: string): Statement<unknown[], Row> {
  let statements = known.get(db);
  if (!statements) {
    statements = new Map();
    known.set(db, statements);
  }
  let statement = statements.get(sql);
  if (!statement) {
    statement = db.prepare(sql);
    statements.set(sql, statement);
  }
  return statement as Statement<unknown[], Row>;
}
