import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../fixtures/make/scenarios.js';
import { ingest } from '../../src/app/ingest.js';
import { Lineage } from '../../src/app/lineage.js';
import type { Session } from '../../src/model/session.js';
import { openForReading } from '../../src/store/open.js';
import { selectSessions } from '../../src/store/select-sessions.js';
import { build } from '../cli/rolecall.js';
import { expectTrue, sessionOf } from './truth.js';

const folder = mkdtempSync(join(tmpdir(), 'rolecall-'));
// The reading threads run what was built.
beforeAll(build);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sessionsOf(name: string, records: unknown[]): Promise<Session[]> {
  const file = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.json`);
  writeFileSync(file, JSON.stringify({ Records: records }));
  await ingest({ db: `${file}.db`, sources: [file], threads: 1 });
  const store = openForReading(`${file}.db`);
  try {
    const lineage = new Lineage(store);
    const rows = selectSessions(store, { issuers: null, accounts: null, window: null, kinds: null });
    return rows.map((sid) => lineage.session(sid)!);
  } finally {
    store.close();
  }
}

describe.each(scenarios)('$name', ({ name, records, truth }) => {
  it('is told as it was', async () => {
    const sessions = await sessionsOf(name, records);
    const keys = new Map(sessions.map((session) => [session.id, session.accessKeyId]));
    for (const wanted of truth.sessions)
      expectTrue(wanted, sessionOf(wanted, sessions), (id) => keys.get(id) ?? null);
    // Where uses may belong to several credentials, they are listed as a session of their own beside them.
    if (!truth.sessions.some((wanted) => wanted.usesUncertain))
      expect(sessions).toHaveLength(truth.sessions.length);
  });
});
