import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeOrganization } from '../../fixtures/make/organization.js';
import { ingest } from '../../src/app/ingest.js';
import { build, emptyFolder, start } from '../cli/rolecall.js';
import { ask, newDb } from './ingest-made.js';
import { dumpStore } from './store-dump.js';

const logs = emptyFolder();
const records = 30_000;

beforeAll(async () => {
  build();
  await writeOrganization({ records, seed: 'killed', accounts: 4 }, logs);
});

/** Runs `rolecall ingest`, and kills it after so many milliseconds unless it has ended. */
async function ingestFor(db: string, milliseconds: number): Promise<'killed' | 'ended'> {
  const child = start(['ingest', logs, '--db', db, '--quiet']);
  child.stdout.resume();
  child.stderr.resume();
  const ended = once(child, 'exit');
  const inTime = await Promise.race([ended.then(() => true), sleep(milliseconds).then(() => false)]);
  if (!inTime) child.kill('SIGKILL');
  const [code, signal] = await ended;
  if (signal === 'SIGKILL') return 'killed';
  expect(code).toBe(0);
  return 'ended';
}

describe('a killed ingest', () => {
  it('leaves whole objects, and the runs after it come to the store of one clean run', async () => {
    const clean = newDb();
    const whole = await ingest({ db: clean, sources: [logs] });
    expect(whole.records.stored).toBe(records);
    const db = newDb();
    const kept: number[] = [];
    for (
      let pause = 400;
      (await ingestFor(db, pause)) === 'killed';
      pause = pause * 1.4 + Math.random() * 200
    ) {
      const [row] = objectsOf(db);
      if (row === undefined) continue;
      expect(row.stored).toBe(row.events);
      expect(ask(db, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      kept.push(row.events);
    }
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
    expect(dumpStore(db)).toEqual(dumpStore(clean));
  });
});

function objectsOf(db: string): { stored: number; events: number }[] {
  try {
    return ask(
      db,
      'SELECT ifnull(sum(stored), 0) AS stored, (SELECT count(*) FROM event) AS events FROM object',
    );
  } catch (error) {
    // Killed before the store was there.
    if ((error as { code?: string }).code === 'DB_MISSING') return [];
    throw error;
  }
}
