import { closeSync, existsSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { guarded } from './open.js';

/**
 * Takes a turn that one process has at a time: SQLite's lock on an empty file, which the system takes back however
 * the process ends. https://www.sqlite.org/lockingv3.html
 * @param path of that file; made when it is not there
 * @returns gives the turn back; null while another has it
 * @throws RolecallError DB_UNWRITABLE
 */
export function takeTurn(path: string): (() => void) | null {
  return guarded(path, () => {
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    const db = new Database(path, { timeout: 0 });
    try {
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      if ((error as { code?: string }).code === 'SQLITE_BUSY') return null;
      throw error;
    }
    // Nothing was written, so closing rolls nothing back and leaves no journal.
    return () => void db.close();
  });
}
