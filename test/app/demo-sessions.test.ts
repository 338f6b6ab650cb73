import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TruthSession } from '../../fixtures/make/truth.js';
import { coverage } from '../../src/app/coverage.js';
import { ingest } from '../../src/app/ingest.js';
import { Lineage } from '../../src/app/lineage.js';
import { loadPolicy, openStore } from '../../src/app/open.js';
import { who } from '../../src/app/who.js';
import type { IngestSummary } from '../../src/model/answers.js';
import type { Sqlite } from '../../src/store/open.js';
import { selectSessions } from '../../src/store/select-sessions.js';
import { build, demo } from '../cli/rolecall.js';
import { expectTrue, sessionOf } from './truth.js';

const folder = mkdtempSync(join(tmpdir(), 'rolecall-'));
const truth = JSON.parse(readFileSync(join(demo.logs, '../truth.json'), 'utf8')) as {
  sessions: TruthSession[];
  direct: { kind: string; id: string; accountId: string; calls: number; denied: number }[];
  gap: { accountId: string; region: string; from: number; to: number };
  records: { read: number; again: number };
};
const day = 86_400;
const tuesday = { from: Date.UTC(2026, 10, 17) / 1000, to: Date.UTC(2026, 10, 17) / 1000 + day, tz: 'UTC' };
let summary: IngestSummary;
let store: Sqlite;

beforeAll(async () => {
  build();
  const db = join(folder, 'rolecall.db');
  summary = await ingest({ db, sources: [demo.logs] });
  store = openStore(db);
}, 120_000);
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the made week', () => {
  it('is read to the last record, the repeated ones counted once', () => {
    const { read, again } = truth.records;
    expect(summary.records).toEqual({ read, stored: read - again, duplicate: again, rejected: 0 });
    expect(summary.sessions).toEqual({ new: truth.sessions.length, changed: 0 });
    expect(summary.problems).toEqual([]);
  });

  it('holds every session as it was', () => {
    const lineage = new Lineage(store);
    const rows = selectSessions(store, { issuers: null, accounts: null, window: null, kinds: null });
    const sessions = rows.map((sid) => lineage.session(sid)!);
    expect(sessions).toHaveLength(truth.sessions.length);
    const keys = new Map(sessions.map((session) => [session.id, session.accessKeyId]));
    for (const wanted of truth.sessions)
      expectTrue(wanted, sessionOf(wanted, sessions), (id) => keys.get(id) ?? null);
  });

  it('answers who had prod admin on Tuesday with all who held it and nobody else', () => {
    const policy = loadPolicy(demo.policy, true);
    const answer = who(store, { account: 'prod', role: 'admin', window: tuesday, when: 'Tuesday', policy });
    const admin =
      /role\/.*AWSReservedSSO_AdministratorAccess_|role\/OrganizationAccountAccessRole|role\/PlatformAdmin/;
    const held = truth.sessions.filter(
      (session) =>
        session.accountId === '222222222222' &&
        admin.test(session.roleArn ?? '') &&
        session.issuedAt < tuesday.to &&
        session.expiresAt > tuesday.from,
    );
    expect(answer.answers.flatMap(({ sessions }) => sessions.map((s) => s.principalId)).sort()).toEqual(
      held.map((session) => session.principalId).sort(),
    );
    const calls = answer.answers.reduce((sum, { used }) => sum + (used?.calls ?? 0), 0);
    expect(calls).toBe(held.reduce((sum, session) => sum + session.calls, 0));
    expect(
      answer.direct.map(({ kind, id, accountId, calls, denied }) => ({ kind, id, accountId, calls, denied })),
    ).toEqual(truth.direct);
    expect(answer.coverage.gaps).toContainEqual(truth.gap);
  });

  it('has the hours that the logs have', () => {
    const whole = coverage(store, { window: null, accounts: null, regions: null });
    expect(whole.records).toBe(truth.records.read - truth.records.again);
    expect(whole.damaged).toEqual([]);
  });
});
