import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openForWriting, type Sqlite } from '../../src/store/open.js';
import { shortly } from '../../src/store/shortly.js';
import { newDb } from '../app/ingest-made.js';

let mine: Sqlite;
let other: Sqlite;
beforeAll(() => {
  const path = newDb();
  mine = openForWriting(path);
  other = openForWriting(path);
  // Nobody waits here: who cannot write at once says so.
  other.pragma('busy_timeout = 0');
});
afterAll(() => {
  mine.close();
  other.close();
});

const note = (db: Sqlite, text: string) =>
  db.prepare('INSERT OR IGNORE INTO principal (text) VALUES (?)').run(text);
const notes = (db: Sqlite) =>
  (db.prepare('SELECT text FROM principal ORDER BY text').all() as { text: string }[]).map(
    ({ text }) => text,
  );

describe('a short transaction', () => {
  it('leaves the lock to others while it reads, and reads again when they wrote', () => {
    const seen: string[][] = [];
    shortly(mine, () => {
      seen.push(notes(mine));
      if (seen.length === 1) note(other, 'written beside');
      note(mine, `saw ${seen.at(-1)!.length}`);
    });
    expect(seen).toEqual([[], ['written beside']]);
    expect(notes(other)).toEqual(['saw 1', 'written beside']);
  });

  it('holds the lock the second time, so that it is not overtaken for ever', () => {
    let times = 0;
    shortly(mine, () => {
      times++;
      notes(mine);
      const beside = () => note(other, `beside ${times}`);
      if (times === 1) beside();
      else expect(beside).toThrow('locked');
      note(mine, 'mine');
    });
    expect([times, notes(other).includes('mine')]).toEqual([2, true]);
  });

  it('waits for somebody who writes, and gives up when they never end', () => {
    other.exec('BEGIN IMMEDIATE');
    expect(() => shortly(mine, () => note(mine, 'late'), 50)).toThrow(
      expect.objectContaining({ code: 'SQLITE_BUSY' }),
    );
    other.exec('ROLLBACK');
    expect(mine.pragma('busy_timeout', { simple: true })).toBe(5000);
    shortly(mine, () => note(mine, 'late'), 50);
    expect(notes(other)).toContain('late');
  });

  it('takes everything back when the work fails', () => {
    const before = notes(mine);
    expect(() =>
      shortly(mine, () => {
        note(mine, 'half');
        throw new Error('of my own');
      }),
    ).toThrow('of my own');
    expect(notes(mine)).toEqual(before);
  });
});
