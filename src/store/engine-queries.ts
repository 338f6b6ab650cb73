import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** A query that was sent to an engine, and what is known of it. */
export interface EngineQueryRow {
  /** Name of the object that it becomes in the ledger. */
  name: string;
  /** As an object's etag tells it. */
  filter: string;
  /** Epoch seconds. */
  asked: number;
  /** JSON: how to find it again. */
  ticket: string;
  /** All of it is in the store. */
  kept: boolean;
}

/** Queries whose results were not put away yet, of one table. @param prefix of their names */
export function engineQueries(db: Sqlite, prefix: string): EngineQueryRow[] {
  return prepared<Omit<EngineQueryRow, 'kept'> & { kept: number }>(
    db,
    'SELECT name, filter, asked, ticket, kept FROM engine_query WHERE substr(name, 1, length(?)) = ? ORDER BY name',
  )
    .all(prefix, prefix)
    .map((row) => ({ ...row, kept: row.kept === 1 }));
}

/** Writes down that a query is being sent, or what became of it. */
export function rememberEngineQuery(db: Sqlite, { name, filter, asked, ticket, kept }: EngineQueryRow): void {
  prepared(
    db,
    'INSERT OR REPLACE INTO engine_query (name, filter, asked, ticket, kept) VALUES (?, ?, ?, ?, ?)',
  ).run(name, filter, asked, ticket, Number(kept));
}

export function forgetEngineQuery(db: Sqlite, name: string): void {
  prepared(db, 'DELETE FROM engine_query WHERE name = ?').run(name);
}

/** Objects of the ledger that came of queries to one table. @param prefix of their names */
export function engineObjects(db: Sqlite, prefix: string): { name: string; etag: string; bytes: number }[] {
  return prepared<{ name: string; etag: string; bytes: number }>(
    db,
    'SELECT name, etag, bytes FROM object WHERE name >= ? AND name < ? ORDER BY name',
  ).all(prefix, `${prefix}\u{10ffff}`);
}

/** Where a table lay when it was asked last, `s3://…`; null when nobody has said. */
export function engineTablePlace(db: Sqlite, table: string): string | null {
  const row = prepared<{ location: string }>(db, 'SELECT location FROM engine_table WHERE name = ?').get(
    table,
  );
  return row?.location ?? null;
}

export function rememberEngineTable(db: Sqlite, table: string, location: string): void {
  prepared(db, 'INSERT OR REPLACE INTO engine_table (name, location) VALUES (?, ?)').run(table, location);
}
