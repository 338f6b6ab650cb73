import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { build } from '../cli/rolecall.js';
import { allRecords, ask, folderOf, newDb, packed } from './ingest-made.js';
import { dumpStore } from './store-dump.js';

beforeAll(build);

const files = Object.fromEntries(
  Array.from({ length: 300 }, (_, i) => [
    `${String(i).padStart(3, '0')}.json.gz`,
    packed(allRecords.slice(i, i + 40)),
  ]),
);

describe('an ingest that is stopped', () => {
  it('keeps whole objects, and the next one comes to the same store', async () => {
    const folder = folderOf(files);
    const [db, clean] = [newDb(), newDb()];
    const controller = new AbortController();
    const stopped = ingest({
      db,
      sources: [folder],
      signal: controller.signal,
      onProgress: ({ objectsDone }) => {
        if (objectsDone > 0) controller.abort();
      },
    });
    await expect(stopped).rejects.toThrow('aborted');
    const [row] = ask<{ objects: number; stored: number; events: number }>(
      db,
      'SELECT count(*) AS objects, sum(stored) AS stored, (SELECT count(*) FROM event) AS events FROM object',
    );
    expect(row!.objects).toBeGreaterThan(0);
    expect(row!.objects).toBeLessThan(300);
    expect(row!.stored).toBe(row!.events);
    const rest = await ingest({ db, sources: [folder] });
    expect(rest.objects).toEqual({ seen: 300, read: 300 - row!.objects, skipped: row!.objects, failed: 0 });
    await ingest({ db: clean, sources: [folder] });
    expect(dumpStore(db)).toEqual(dumpStore(clean));
  });

  it('does nothing when it was stopped before it began', async () => {
    const signal = AbortSignal.abort();
    await expect(ingest({ db: newDb(), sources: [folderOf(files)], signal })).rejects.toThrow('aborted');
  });

  it('takes back what it has of an endless input, and keeps the files before it', async () => {
    const db = newDb();
    const controller = new AbortController();
    const endless = Readable.from(
      lines(() => controller.abort()),
      { objectMode: false },
    );
    const sources = [folderOf({ 'a.json.gz': packed(allRecords.slice(0, 10)) }), '-'];
    const stopped = ingest({ db, sources, stdin: endless, signal: controller.signal });
    await expect(stopped).rejects.toThrow('aborted');
    expect(ask(db, 'SELECT count(*) AS events FROM event')).toEqual([{ events: 10 }]);
    expect(ask(db, 'SELECT count(*) AS objects FROM object')).toEqual([{ objects: 1 }]);
  });
});

/** Records without end; asks for the stop after the first. */
async function* lines(begun: () => void): AsyncGenerator<string> {
  for (let i = 0; ; i = (i + 1) % allRecords.length) {
    yield `${JSON.stringify(allRecords[i])}\n`;
    if (i === 20) begun();
    if (i > 20) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
