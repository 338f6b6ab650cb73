import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../fixtures/make/scenarios.js';
import type { TruthSession } from '../../fixtures/make/truth.js';
import { ingest } from '../../src/app/ingest.js';
import { Lineage } from '../../src/app/lineage.js';
import type { Session } from '../../src/model/session.js';
import { openForReading } from '../../src/store/open.js';

const folder = mkdtempSync(join(tmpdir(), 'rolecall-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sessionsOf(name: string, records: unknown[]): Promise<Session[]> {
  const file = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.json`);
  writeFileSync(file, JSON.stringify({ Records: records }));
  const db = `${file}.db`;
  await ingest({ db, sources: [file], threads: 1 });
  const store = openForReading(db);
  try {
    const lineage = new Lineage(store);
    const rows = store.prepare('SELECT sid FROM session ORDER BY id').all() as { sid: number }[];
    return rows.map(({ sid }) => lineage.session(sid)!);
  } finally {
    store.close();
  }
}

/** The session that a truth speaks of: by its issued key, or by principal and time. */
function found(truth: TruthSession, sessions: Session[]): Session {
  const fits = sessions.filter(
    (s) =>
      s.principalId === truth.principalId &&
      s.issuedAt === truth.issuedAt &&
      (truth.issuedKey === null || s.accessKeyId === truth.issuedKey),
  );
  expect(fits.map((s) => s.id)).toHaveLength(1);
  return fits[0]!;
}

describe.each(scenarios)('$name', ({ name, records, truth }) => {
  it('is told as it was', async () => {
    const sessions = await sessionsOf(name, records);
    const byKey = new Map(sessions.map((s) => [s.id, s.accessKeyId]));
    for (const wanted of truth.sessions) {
      const session = found(wanted, sessions);
      expect([wanted.expectedMethod, ...(wanted.otherMethods ?? [])]).toContain(session.link.method);
      const { expectedReason: reason } = wanted;
      expect({
        kind: session.kind,
        roleArn: session.roleArn,
        accountId: session.accountId,
        sessionName: session.sessionName,
        expiresAt: session.expiresAt,
        origin: { kind: session.origin.kind, id: session.origin.id },
        depth: session.depth,
        confidence: session.link.confidence,
        reason: reason === 'any' ? 'any' : session.link.reason,
        parent: session.parent?.accessKeyId ?? null,
        mfa: session.mfa,
        candidates: session.link.candidates.map((id) => byKey.get(id)).sort(),
        ...(wanted.usesUncertain
          ? {}
          : {
              calls: session.calls,
              denied: session.denied,
              first: session.firstUsedAt,
              last: session.lastUsedAt,
            }),
      }).toEqual({
        kind: wanted.kind,
        roleArn: wanted.roleArn,
        accountId: wanted.accountId,
        sessionName: wanted.sessionName,
        expiresAt: wanted.expiresAt,
        origin: wanted.origin,
        depth: wanted.depth,
        confidence: wanted.expectedConfidence,
        reason: reason ?? null,
        parent: wanted.parentKey,
        mfa: wanted.mfa,
        candidates: wanted.candidateKeys ?? [],
        ...(wanted.usesUncertain
          ? {}
          : {
              calls: wanted.calls,
              denied: wanted.denied,
              first: wanted.firstUsedAt,
              last: wanted.lastUsedAt,
            }),
      });
    }
    const uncertain = truth.sessions.some((wanted) => wanted.usesUncertain);
    if (!uncertain) expect(sessions).toHaveLength(truth.sessions.length);
  });
});
