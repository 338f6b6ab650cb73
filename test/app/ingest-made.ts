import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { scenarios } from '../../fixtures/make/scenarios.js';
import type { IngestSummary } from '../../src/model/answers.js';
import { openForReading } from '../../src/store/open.js';
import { emptyFolder } from '../cli/rolecall.js';

/** Every scenario's records. */
export const allRecords = scenarios.flatMap(({ records }) => records);

/** A folder with files of these contents, by their path in it. */
export function folderOf(files: Record<string, string | Buffer>): string {
  const folder = emptyFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}

/** A delivered log file. */
export function packed(records: readonly unknown[]): Buffer {
  return gzipSync(JSON.stringify({ Records: records }), { level: 1 });
}

/** Path of a store that is not there yet. */
export function newDb(): string {
  return join(emptyFolder(), 'rolecall.db');
}

/** All bytes of the store and of the files that SQLite keeps beside it. */
export function bytesOfStore(db: string): Buffer {
  const folder = dirname(db);
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

/** Answers of one SQL question. */
export function ask<Row>(db: string, sql: string): Row[] {
  const store = openForReading(db);
  try {
    return store.prepare(sql).all() as Row[];
  } finally {
    store.close();
  }
}

/** What an ingest came to, as far as two runs can be compared. */
export function outcome({ objects, records, problems }: IngestSummary) {
  return { objects, records, problems };
}
