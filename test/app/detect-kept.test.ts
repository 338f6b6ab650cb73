import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Acme } from '../../fixtures/make/acme.js';
import { outsider } from '../../fixtures/make/detectors/case.js';
import { detectorCases } from '../../fixtures/make/detectors/write.js';
import { assumeRole } from '../../fixtures/make/issue/assume-role.js';
import { browse, prod, T, tooling } from '../../fixtures/make/scenario/scene.js';
import { scenarios } from '../../fixtures/make/scenarios.js';
import { acknowledge } from '../../src/app/acknowledge.js';
import { detect } from '../../src/app/detect.js';
import { ingest } from '../../src/app/ingest.js';
import { openStoreToKeep } from '../../src/app/open.js';
import { type Policy, parsePolicy } from '../../src/policy/index.js';
import type { Sqlite } from '../../src/store/open.js';
import { build, demo, rolecall } from '../cli/rolecall.js';
import { newDb } from './ingest-made.js';
import { add, detectorsOf, plain, policy, run } from './kept-runs.js';

beforeAll(build);

const open: Sqlite[] = [];
afterEach(() => {
  for (const store of open.splice(0)) store.close();
});

/** Records of everything that any fixture tells, and of every scenario of linking. */
const everything = [
  ...detectorCases.flatMap(({ detector, name, play }) => {
    const acme = new Acme(`${detector}/${name}`);
    play(acme);
    return acme.records;
  }),
  ...scenarios.flatMap(({ records }) => records),
];

describe('what is kept', () => {
  it('is the same however the records came in, with runs in between, as when everything is looked at at once', async () => {
    const whole = newDb();
    await add(whole, everything);
    const store = openStoreToKeep(whole);
    const fresh = plain(detect(store, { policy, window: null, only: null }).findings);
    store.close();
    expect(fresh.length).toBeGreaterThan(50);
    expect(plain(run(whole).findings)).toEqual(fresh);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(
          everything.map((_, i) => i),
          { minLength: everything.length },
        ),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 5 }),
        async (order, cuts) => {
          const db = newDb();
          const ends = [...cuts.map((cut) => Math.floor(cut * order.length)), order.length].sort(
            (a, b) => a - b,
          );
          let start = 0;
          for (const end of ends) {
            await add(
              db,
              order.slice(start, end).map((i) => everything[i]!),
            );
            run(db);
            start = end;
          }
          expect(plain(run(db).findings)).toEqual(fresh);
          expect(plain(run(db, { full: true }).findings)).toEqual(fresh);
        },
      ),
      { numRuns: 4 },
    );
  }, 120_000);

  it('is looked at again only where something is new', async () => {
    const db = newDb();
    const acme = new Acme('again');
    const bob = acme.user(tooling, 'bob');
    for (let i = 0; i < 20; i++)
      browse(acme, assumeRole(acme, bob, acme.role(tooling, `role-${i}`), T + i), T + 60);
    await add(db, acme.records);
    expect(run(db).looked).toMatchObject({ sessions: 20, direct: 1 });
    expect(run(db).looked).toMatchObject({ sessions: 0, direct: 0 });
    const before = acme.records.length;
    browse(acme, assumeRole(acme, bob, acme.role(tooling, 'role-0'), T + 500), T + 600);
    await add(db, acme.records.slice(before));
    // The new one, and the one that was the first of its caller in this role.
    expect(run(db).looked).toMatchObject({ sessions: 2, direct: 1 });
    expect(run(db, { full: true }).looked.sessions).toBe(21);
  });

  it('is new to the run that finds it, known to the next, and keeps when it was found first', async () => {
    const db = newDb();
    const acme = new Acme('known');
    acme.call(acme.user(prod, 'bob'), T, 'iam:CreateUser');
    await add(db, acme.records);
    const first = run(db, { now: T + 100 });
    expect(first.findings.map(({ kept }) => kept)).toEqual(
      first.findings.map(() => ({
        firstSeen: T + 100,
        lastSeen: T + 100,
        isNew: true,
        opened: 1,
        status: 'open',
        why: null,
        until: null,
      })),
    );
    expect(run(db, { now: T + 200, newOnly: true }).findings).toEqual([]);
    const [known] = run(db, { now: T + 300 }).findings;
    expect(known?.kept).toMatchObject({ firstSeen: T + 100, lastSeen: T + 300, isNew: false });
  });

  it('is closed, with the event that explains it, when the other account’s record comes late', async () => {
    const acme = new Acme('explained');
    const job = assumeRole(
      acme,
      acme.user(tooling, 'runner'),
      acme.role(tooling, 'github-actions-deploy'),
      T,
    );
    assumeRole(acme, job, acme.role(prod, 'deployment-role-prod'), T + 60);
    const late = acme.records.filter(({ recipientAccountId }) => recipientAccountId === tooling);
    const early = acme.records.filter(({ recipientAccountId }) => recipientAccountId !== tooling);
    const only = parsePolicy(
      `version: 1\naccounts: { prod: { id: "${prod}" }, tooling: { id: "${tooling}" } }\nroles: { deploy: { match: ["prod:role/deployment-role-prod"], callers: ["tooling:role/github-actions-deploy"] } }\n`,
      'rolecall.yaml',
    );
    const db = newDb();
    await add(db, early);
    const before = run(db, { policy: only }).findings;
    expect(before).toMatchObject([{ detector: 'unexpected-principal', severity: 'low' }]);
    await add(db, late);
    expect(run(db, { policy: only }).findings).toEqual([]);
    const [closed] = run(db, { policy: only, status: 'closed' }).findings;
    expect(closed?.id).toBe(before[0]!.id);
    expect(closed?.kept?.status).toBe('closed');
    expect(closed?.kept?.why).toMatch(/^explained by a record that came later: event [0-9a-f-]{36} /);
  });

  it('is closed when the policy says so, and new when it comes back', async () => {
    const db = newDb();
    const acme = new Acme('policy');
    assumeRole(acme, outsider('777777777777'), acme.role(prod, 'open'), T);
    await add(db, acme.records);
    const named = (more: string): Policy =>
      parsePolicy(`version: 1\naccounts: { prod: { id: "${prod}" }${more} }\n`, 'rolecall.yaml');
    expect(detectorsOf(run(db, { policy: named('') }).findings)).toEqual(['outside-caller']);
    const partner = named(', partner: { id: "777777777777" }');
    expect(run(db, { policy: partner }).findings).toEqual([]);
    expect(run(db, { policy: partner, status: 'closed' }).findings[0]?.kept?.why).toBe(
      'the policy or the detectors changed',
    );
    expect(run(db, { policy: named('') }).findings[0]?.kept).toMatchObject({ isNew: true, opened: 2 });
    const off = parsePolicy(
      `version: 1\naccounts: { prod: { id: "${prod}" } }\ndetectors: { outside-caller: { enabled: false } }\n`,
      'rolecall.yaml',
    );
    expect(run(db, { policy: off, status: 'closed' }).findings[0]?.kept?.why).toBe(
      'the detector is off, or gone',
    );
  });

  it('goes on where a run was killed: nothing that was touched is forgotten', async () => {
    const db = newDb();
    await add(db, everything.slice(0, 300));
    run(db);
    await add(db, everything.slice(300));
    const store = openStoreToKeep(db);
    open.push(store);
    // As a process that dies after it has begun leaves it.
    const { begin } = await import('../../src/app/examine.js');
    const { detectors, readyDetectors } = await import('../../src/detectors/index.js');
    begin(store, { ready: readyDetectors(detectors, policy), policy, version: '0', now: T }, false);
    const fresh = plain(detect(store, { policy, window: null, only: null }).findings);
    expect(plain(run(db).findings)).toEqual(fresh);
  });
});

describe('an acknowledgement', () => {
  it('hides a finding until its day, and can be taken back', async () => {
    const db = newDb();
    const acme = new Acme('ack');
    acme.call(acme.user(prod, 'bob'), T, 'iam:CreateAccessKey');
    await add(db, acme.records);
    const [finding] = run(db).findings;
    const store = openStoreToKeep(db);
    open.push(store);
    const day = (at: number) => new Date(at * 1000).toISOString().slice(0, 10);
    const [held] = acknowledge(store, {
      findings: [finding!.id.slice(0, 6)],
      reason: 'a key for the new printer',
      until: day(T + 9 * 86_400),
      now: T + 8 * 86_400,
    });
    expect(held?.kept).toMatchObject({ status: 'acknowledged', why: 'a key for the new printer' });
    expect(run(db)).toMatchObject({ total: 0, worst: null, acknowledged: 1 });
    expect(run(db, { now: T + 11 * 86_400 }).findings.map(({ id }) => id)).toEqual([finding!.id]);
    acknowledge(store, { findings: [finding!.id], reason: null, until: null, now: T });
    expect(run(db).total).toBe(1);
    expect(() => acknowledge(store, { findings: [''], reason: 'x', until: null, now: T })).toThrow('""');
    expect(() => acknowledge(store, { findings: ['zzz'], reason: 'x', until: null, now: T })).toThrow('zzz');
  });

  it('needs a reason and a day that exists, and says what it did', async () => {
    const db = newDb();
    await ingest({ db, sources: [demo.logs] });
    const all = ['--db', db, '--policy', demo.policy];
    const detected = rolecall(['detect', ...all, '--format', 'ndjson']);
    expect(detected.code).toBe(1);
    const ids = detected.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id as string);
    expect(rolecall(['ack', ids[0]!, ...all]).stderr).toContain('--reason');
    expect(rolecall(['ack', ids[0]!, '--reason', 'x', '--until', '2026-02-30', ...all]).code).toBe(2);
    expect(rolecall(['ack', 'nothing', '--reason', 'x', ...all]).stderr).toContain('"nothing"');
    const { stdout, code } = rolecall(['ack', ...ids, '--reason', 'the whole story is made up', ...all]);
    expect([code, stdout.trim().split('\n').length]).toEqual([0, ids.length]);
    const after = rolecall(['detect', ...all]);
    expect(after.code).toBe(0);
    expect(after.stdout).toContain(`${ids.length} findings acknowledged, and not shown.`);
  });
});
