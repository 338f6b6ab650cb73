import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { RolecallError } from '../errors.js';

export type Sqlite = Database.Database;

/** `PRAGMA application_id` of our files: "role" in ASCII. https://www.sqlite.org/fileformat.html#application_id */
const applicationId = 0x726f6c65;

const queries = new URL('../../queries/sqlite/', import.meta.url);

/** Text of a question in `queries/sqlite`, by its file name without `.sql`. */
export function query(name: string): string {
  return readFileSync(new URL(`${name}.sql`, queries), 'utf8');
}

function migrations(): { version: number; sql: string }[] {
  const folder = fileURLToPath(new URL('migrations/', queries));
  return readdirSync(folder)
    .filter((file) => /^\d{4}-.*\.sql$/.test(file))
    .sort()
    .map((file) => ({ version: Number(file.slice(0, 4)), sql: readFileSync(`${folder}/${file}`, 'utf8') }));
}

/**
 * Opens the store for writing, making or migrating it when needed. The file is readable by its owner alone.
 * @throws RolecallError DB_FOREIGN, DB_NEWER, DB_LOCKED, DB_DAMAGED, DB_UNWRITABLE
 */
export function openForWriting(path: string): Sqlite {
  refuseForeign(path);
  return guarded(path, () => {
    // Made by us with 0600 before SQLite opens it: at no moment may others read it.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    else if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    const db = new Database(path, { timeout: 5_000 });
    try {
      // Before the first pragma that writes: a store of a newer rolecall is left as it is.
      const version = db.pragma('user_version', { simple: true }) as number;
      refuseNewer(version, path);
      if (version === 0) db.pragma('page_size = 8192');
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma('cache_size = -65536');
      db.pragma('temp_store = MEMORY');
      if (version < latestVersion()) migrate(db, path);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  });
}

/**
 * Opens an existing store for questions.
 * @throws RolecallError DB_MISSING, DB_FOREIGN, DB_NEWER, DB_DAMAGED
 */
export function openForReading(path: string): Sqlite {
  if (!existsSync(path)) throw new RolecallError('DB_MISSING', `There is no store at ${path}`);
  refuseForeign(path);
  return guarded(path, () => {
    const db = canWriteBeside(path) ? new Database(path, { timeout: 5_000 }) : copyOf(path);
    try {
      const version = db.pragma('user_version', { simple: true }) as number;
      if (version < latestVersion()) {
        migrate(db, path);
      } else {
        refuseNewer(version, path);
      }
      db.pragma('query_only = ON');
      db.pragma('cache_size = -65536');
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  });
}

/** SQLite keeps the log of a store and its index beside it, even for a question. */
function canWriteBeside(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return existsSync(`${path}-shm`);
  }
}

/**
 * A store on a medium, or in a folder, that is not written to, as a copy in memory: questions are answered all the
 * same. https://www.sqlite.org/wal.html#read_only_databases
 * @throws RolecallError DB_UNWRITABLE when part of it still lies in its write-ahead log
 */
export function copyOf(path: string): Sqlite {
  const log = `${path}-wal`;
  if (existsSync(log) && statSync(log).size > 0)
    throw new RolecallError(
      'DB_UNWRITABLE',
      `${path} cannot be written, and part of it is still in ${log}, which has to be put in its place first`,
    );
  const bytes = readFileSync(path);
  // Versions of reading and writing in the header: 2 is a store with a write-ahead log, which memory has not.
  // https://www.sqlite.org/fileformat.html#file_format_version_numbers
  bytes[18] = bytes[19] = 1;
  return new Database(bytes);
}

/** A store without records, in memory: to see whether a question can be asked. */
export function emptyStore(): Sqlite {
  const db = new Database(':memory:');
  migrate(db, ':memory:');
  return db;
}

/** Changes when another connection writes; the same number inside one transaction. */
export function dataVersion(db: Sqlite): number {
  return db.pragma('data_version', { simple: true }) as number;
}

function latestVersion(): number {
  return Math.max(...migrations().map((m) => m.version));
}

function refuseNewer(version: number, path: string): void {
  if (version > latestVersion())
    throw new RolecallError(
      'DB_NEWER',
      `${path} was written by a newer rolecall (store version ${version}, this one knows ${latestVersion()})`,
    );
}

function migrate(db: Sqlite, path: string): void {
  refuseNewer(db.pragma('user_version', { simple: true }) as number, path);
  for (const { version, sql } of migrations()) {
    // Checked inside the transaction: another process may have migrated while we waited for the lock.
    db.transaction(() => {
      if ((db.pragma('user_version', { simple: true }) as number) >= version) return;
      db.exec(sql);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${version}`);
    }).immediate();
  }
}

/** Looks at the header before SQLite does: a file that is not ours is never touched. */
function refuseForeign(path: string): void {
  if (!existsSync(path)) return;
  const stat = statSync(path);
  if (stat.isDirectory())
    throw new RolecallError('DB_FOREIGN', `${path} is a directory, not a rolecall store`);
  if (stat.size === 0) return;
  const header = Buffer.alloc(100);
  try {
    const file = openSync(path, 'r');
    readSync(file, header, 0, 100, 0);
    closeSync(file);
  } catch (error) {
    throw new RolecallError('DB_UNWRITABLE', `${path} cannot be opened: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const isSqlite = header.toString('latin1', 0, 15) === 'SQLite format 3';
  // A store killed while it was being made has its first pages in the write-ahead log only: version and id still 0.
  const unborn =
    header.readUInt32BE(60) === 0 && header.readUInt32BE(68) === 0 && header.readUInt32BE(28) <= 1;
  if (!isSqlite || (header.readUInt32BE(68) !== applicationId && !unborn))
    throw new RolecallError(
      'DB_FOREIGN',
      `${path} is ${isSqlite ? "another program's SQLite database" : 'no SQLite file'}`,
    );
}

/** Runs `work`, turning SQLite's own errors into ours. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(path, error);
  }
}

/** One of our errors for one of SQLite's; anything else is returned as it is. */
export function explain(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string' || error instanceof RolecallError) return error;
  const detail = (error as Error).message;
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new RolecallError('DB_LOCKED', `${path} is in use: ${detail}`, { cause: error });
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new RolecallError('DB_DAMAGED', `${path} is damaged: ${detail}`, { cause: error });
  if (
    /^(SQLITE_(CANTOPEN|READONLY|FULL|IOERR|PERM|AUTH)|EACCES|EPERM|ENOSPC|EROFS|ENOENT|ENOTDIR)/.test(code)
  )
    return new RolecallError('DB_UNWRITABLE', `${path} cannot be used: ${detail}`, { cause: error });
  return error;
}
