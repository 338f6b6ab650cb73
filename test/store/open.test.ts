import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, RolecallError } from '../../src/errors.js';
import { copyOf, guarded, openForReading, openForWriting } from '../../src/store/open.js';
import { emptyFolder } from '../cli/rolecall.js';

const newPath = () => join(emptyFolder(), 'rolecall.db');
const modeOf = (path: string) => statSync(path).mode & 0o777;

function madeStore(): string {
  const path = newPath();
  openForWriting(path).close();
  return path;
}

function refusal(work: () => unknown): RolecallError {
  try {
    work();
  } catch (error) {
    if (error instanceof RolecallError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Both ways of opening say the same of a file that is not to be used, and leave every byte of it alone. */
function refusedUntouched(path: string, code: ErrorCode): void {
  const before = readFileSync(path);
  for (const open of [openForWriting, openForReading]) {
    const error = refusal(() => open(path));
    expect(error.code).toBe(code);
    expect(error.message).toContain(path);
    expect(error.remedy.length).toBeGreaterThan(10);
  }
  expect(readFileSync(path).equals(before)).toBe(true);
}

describe('a new store', () => {
  it("is readable by its owner alone, the log beside it too, whatever the process's mask says", () => {
    const path = newPath();
    const mask = process.umask(0);
    try {
      const db = openForWriting(path);
      db.exec("INSERT INTO principal (text) VALUES ('AROAEXAMPLE:anna')");
      expect([modeOf(path), modeOf(`${path}-wal`), modeOf(`${path}-shm`)]).toEqual([0o600, 0o600, 0o600]);
      db.close();
    } finally {
      process.umask(mask);
    }
  });

  it('is migrated to the newest version once, and kept by a second opening', () => {
    const path = newPath();
    const first = openForWriting(path);
    first.exec("INSERT INTO principal (text) VALUES ('AROAEXAMPLE:anna')");
    const version = first.pragma('user_version', { simple: true });
    first.close();
    const again = openForWriting(path);
    expect(again.pragma('user_version', { simple: true })).toBe(version);
    expect(version).toBeGreaterThan(0);
    expect(again.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(again.prepare('SELECT text FROM principal').pluck().all()).toEqual(['AROAEXAMPLE:anna']);
    again.close();
  });

  it('takes the rights of others away from a file that had them', () => {
    const path = madeStore();
    chmodSync(path, 0o644);
    openForWriting(path).close();
    expect(modeOf(path)).toBe(0o600);
  });

  it('can be made in an empty file that stood there', () => {
    const path = newPath();
    writeFileSync(path, '', { mode: 0o644 });
    openForWriting(path).close();
    openForReading(path).close();
    expect(modeOf(path)).toBe(0o600);
  });
});

describe('a store opened for questions', () => {
  it('cannot be written', () => {
    const db = openForReading(madeStore());
    expect(() => db.exec("INSERT INTO principal (text) VALUES ('x')")).toThrow(/readonly|read-only/i);
    db.close();
  });

  it('that is not there is refused, and not made', () => {
    const path = newPath();
    expect(refusal(() => openForReading(path)).code).toBe('DB_MISSING');
    expect(() => statSync(path)).toThrow(/ENOENT/);
  });

  it('is answered from memory where SQLite may write nothing beside it, unless part of it is still in the log', () => {
    const path = newPath();
    const writing = openForWriting(path);
    writing.exec("INSERT INTO principal (text) VALUES ('AROAREADONLYEXAMPLE:gh-7')");
    expect(refusal(() => copyOf(path)).code).toBe('DB_UNWRITABLE');
    writing.close();
    const before = readFileSync(path);
    const copy = copyOf(path);
    expect(copy.prepare('SELECT text FROM principal').all()).toEqual([{ text: 'AROAREADONLYEXAMPLE:gh-7' }]);
    copy.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('can be asked while another process writes', () => {
    const path = madeStore();
    const writer = openForWriting(path);
    writer.exec('BEGIN IMMEDIATE');
    writer.exec("INSERT INTO principal (text) VALUES ('AROAEXAMPLE:anna')");
    const reader = openForReading(path);
    expect(reader.prepare('SELECT count(*) FROM principal').pluck().get()).toBe(0);
    reader.close();
    writer.exec('ROLLBACK');
    writer.close();
  });
});

describe('refused and left as it was', () => {
  it("is another program's database", () => {
    const path = newPath();
    const other = new Database(path);
    other.exec('CREATE TABLE bookmark (url TEXT)');
    other.pragma('user_version = 3');
    other.close();
    refusedUntouched(path, 'DB_FOREIGN');
  });

  it('is a file that is no database', () => {
    const path = newPath();
    writeFileSync(path, '{"Records":[]}');
    refusedUntouched(path, 'DB_FOREIGN');
  });

  it('is a store of a newer rolecall', () => {
    const path = madeStore();
    const db = new Database(path);
    db.pragma('journal_mode = DELETE');
    db.pragma('user_version = 9000');
    db.close();
    refusedUntouched(path, 'DB_NEWER');
  });

  it('is a directory', () => {
    const path = newPath();
    mkdirSync(path);
    for (const open of [openForWriting, openForReading])
      expect(refusal(() => open(path)).code).toBe('DB_FOREIGN');
  });
});

describe('trouble with a store', () => {
  it('that another process writes to is called a lock', () => {
    const path = madeStore();
    const holder = openForWriting(path);
    holder.exec('BEGIN IMMEDIATE');
    const db = openForWriting(path);
    db.pragma('busy_timeout = 10');
    expect(refusal(() => guarded(path, () => db.exec('BEGIN IMMEDIATE'))).code).toBe('DB_LOCKED');
    db.close();
    holder.close();
  });

  it('whose pages are overwritten is called damage', () => {
    const path = madeStore();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, 100);
    closeSync(file);
    const error = refusal(() => {
      const db = openForReading(path);
      try {
        guarded(path, () => db.prepare('SELECT count(*) FROM principal').get());
      } finally {
        db.close();
      }
    });
    expect(error.code).toBe('DB_DAMAGED');
  });

  it('whose folder is not there is called by its path', () => {
    const path = join(emptyFolder(), 'nowhere', 'rolecall.db');
    const error = refusal(() => openForWriting(path));
    expect([error.code, error.message.includes(path)]).toEqual(['DB_UNWRITABLE', true]);
  });
});
