import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** When a folder's logs were all listed and read: once for each filter. `listed` is epoch seconds. */
export function walksOf(db: Sqlite, folder: string): { filter: string; listed: number }[] {
  return prepared<{ filter: string; listed: number }>(
    db,
    'SELECT filter, listed FROM walked WHERE folder = ?',
  ).all(folder);
}

/** @param listed when the listing began: what came later may not be in it */
export function rememberWalk(db: Sqlite, folder: string, filter: string, listed: number): void {
  prepared(
    db,
    `INSERT INTO walked (folder, filter, listed) VALUES (?, ?, ?)
       ON CONFLICT (folder, filter) DO UPDATE SET listed = excluded.listed`,
  ).run(folder, filter, listed);
}

export function forgetWalk(db: Sqlite, folder: string, filter: string): void {
  prepared(db, 'DELETE FROM walked WHERE folder = ? AND filter = ?').run(folder, filter);
}
