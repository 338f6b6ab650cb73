import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { openForReading } from '../../src/store/open.js';

const demo = fileURLToPath(new URL('../../fixtures/demo/', import.meta.url));

interface Row {
  principal: string;
  issuedAt: number;
  expiresAt: number;
  calls: number | null;
  denied: number | null;
  first: number | null;
  last: number | null;
}

it('finds every session of the demo week, with all its calls', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-'));
  try {
    const db = join(folder, 'rolecall.db');
    const summary = await ingest({ db, sources: [join(demo, 'logs')] });
    const { sessions } = JSON.parse(readFileSync(join(demo, 'truth.json'), 'utf8'));
    expect(summary.sessions).toEqual({ new: sessions.length, changed: 0 });
    const store = openForReading(db);
    const rows = store
      .prepare(
        `SELECT p.text AS principal, s.issued_at AS issuedAt, s.expires_at AS expiresAt, sum(i.calls) AS calls,
           sum(i.denied) AS denied, min(i.first) AS first, max(i.last) AS last
         FROM session s LEFT JOIN principal p ON p.id = s.principal LEFT JOIN identity i ON i.session = s.sid
         GROUP BY s.sid`,
      )
      .all() as Row[];
    store.close();
    const told = rows.map((r) => ({ ...r, calls: r.calls ?? 0, denied: r.denied ?? 0 }));
    const wanted = sessions.map((t: Record<string, unknown>) => ({
      principal: t.principalId,
      issuedAt: t.issuedAt,
      expiresAt: t.expiresAt,
      calls: t.calls,
      denied: t.denied,
      first: t.firstUsedAt,
      last: t.lastUsedAt,
    }));
    const order = (list: object[]) => list.map((each) => JSON.stringify(each)).sort();
    expect(order(told)).toEqual(order(wanted));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
