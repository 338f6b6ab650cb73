import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { build } from '../cli/rolecall.js';
import { allRecords, ask, folderOf, newDb, outcome, packed } from './ingest-made.js';
import { dumpStore, recordsOf } from './store-dump.js';

beforeAll(build);

const content = packed(allRecords);

function piped(bytes: Buffer, size = 1000): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  return Readable.from(pieces, { objectMode: false });
}

describe('standard input', () => {
  it('gives the store that a file of the same bytes gives', async () => {
    const [piece, file] = [newDb(), newDb()];
    const summary = await ingest({ db: piece, sources: ['-'], stdin: piped(content) });
    const other = await ingest({ db: file, sources: [folderOf({ 'all.json.gz': content })] });
    expect(outcome(summary)).toEqual(outcome(other));
    expect(summary.bytes).toBe(content.length);
    expect(recordsOf(dumpStore(piece))).toEqual(recordsOf(dumpStore(file)));
  });

  it('is one object for the same content, however it is cut', async () => {
    const db = newDb();
    await ingest({ db, sources: ['-'], stdin: piped(content) });
    const again = await ingest({ db, sources: ['-'], stdin: piped(content, 77) });
    expect(again.records).toMatchObject({ read: allRecords.length, stored: 0, rejected: 0 });
    const objects = ask<{ id: number; name: string }>(db, 'SELECT id, name FROM object');
    expect(objects).toHaveLength(1);
    expect(objects[0]!.name).toMatch(/^-#[0-9a-f]{32}$/);
    expect(ask(db, 'SELECT DISTINCT object AS id FROM event')).toEqual([{ id: objects[0]!.id }]);
  });

  it('is another object for other content', async () => {
    const db = newDb();
    await ingest({ db, sources: ['-'], stdin: piped(content) });
    await ingest({ db, sources: ['-'], stdin: piped(packed(allRecords.slice(0, 5))) });
    expect(ask(db, 'SELECT name FROM object')).toHaveLength(2);
  });

  it('is one object also when the first reading went through a filter', async () => {
    const db = newDb();
    await ingest({ db, sources: ['-'], stdin: piped(content), accounts: ['222222222222'] });
    await ingest({ db, sources: ['-'], stdin: piped(content) });
    const [object, ...others] = ask<{ id: number; etag: string }>(db, 'SELECT id, etag FROM object');
    expect(others).toEqual([]);
    expect(object!.etag).toBe('stdin');
    expect(ask(db, 'SELECT DISTINCT object AS id FROM event')).toEqual([{ id: object!.id }]);
    await ingest({ db, sources: ['-'], stdin: piped(content), accounts: ['222222222222'] });
    expect(ask(db, 'SELECT etag FROM object')).toEqual([{ etag: 'stdin' }]);
  });

  it('goes together with files', async () => {
    const db = newDb();
    const sources = ['-', folderOf({ 'a.json.gz': packed(allRecords.slice(0, 50)) })];
    const summary = await ingest({ db, sources, stdin: piped(packed(allRecords.slice(40))) });
    expect(summary.objects).toEqual({ seen: 2, read: 2, skipped: 0, failed: 0 });
    expect(ask(db, 'SELECT 1 FROM event')).toHaveLength(summary.records.stored);
  });

  it('that is cut off is a problem, and told again the next time', async () => {
    const db = newDb();
    const cut = content.subarray(0, content.length - 500);
    const first = await ingest({ db, sources: ['-'], stdin: piped(cut) });
    const again = await ingest({ db, sources: ['-'], stdin: piped(cut) });
    expect(first.objects.failed).toBe(1);
    expect(first.problems.length).toBeGreaterThan(0);
    expect(again.problems).toEqual(first.problems);
    expect(ask(db, 'SELECT 1 FROM problem')).toHaveLength(first.problems.length);
  });

  it('that nobody gave is an error', async () => {
    await expect(ingest({ db: newDb(), sources: ['-'] })).rejects.toMatchObject({ code: 'NO_SUCH_SOURCE' });
  });
});
