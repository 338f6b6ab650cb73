import { beforeAll, describe, expect, it } from 'vitest';
import { Acme } from '../../fixtures/make/acme.js';
import { outsider } from '../../fixtures/make/detectors/case.js';
import { assumeRole } from '../../fixtures/make/issue/assume-role.js';
import { prod, T, tooling } from '../../fixtures/make/scenario/scene.js';
import { acknowledge } from '../../src/app/acknowledge.js';
import { begin, examineDue } from '../../src/app/examine.js';
import { openStoreToKeep } from '../../src/app/open.js';
import { detectors, readyDetectors } from '../../src/detectors/index.js';
import type { Finding } from '../../src/model/finding.js';
import { type Policy, parsePolicy } from '../../src/policy/index.js';
import type { Sqlite } from '../../src/store/open.js';
import { build, rolecall } from '../cli/rolecall.js';
import { newDb } from './ingest-made.js';
import { add, detectorsOf, plain, policy, run } from './kept-runs.js';

beforeAll(build);

const named = (more: string, lines = ''): Policy =>
  parsePolicy(`version: 1\naccounts: { prod: { id: "${prod}" }${more} }\n${lines}`, 'rolecall.yaml');

async function opened<T>(db: string, work: (store: Sqlite) => T): Promise<T> {
  const store = openStoreToKeep(db);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** Bob of tooling takes a role in prod and makes a user there. */
function bobMakesUser() {
  const acme = new Acme('life');
  const session = assumeRole(acme, acme.user(tooling, 'bob'), acme.role(prod, 'shop-maintenance'), T);
  acme.call(session, T + 120, 'iam:CreateUser');
  const isIssuance = ({ eventName }: { eventName: string }) => eventName === 'AssumeRole';
  return {
    issuance: acme.records.filter(isIssuance),
    calls: acme.records.filter((record) => !isIssuance(record)),
  };
}

describe('a finding that a late record explains', () => {
  it('is closed with its event, though the session has another id by then', async () => {
    const { issuance, calls } = bobMakesUser();
    const db = newDb();
    await add(db, calls);
    const asked = { only: ['unobserved-origin'] };
    const before = run(db, asked).findings;
    expect(detectorsOf(before)).toEqual(['unobserved-origin']);
    await add(db, issuance);
    expect(run(db, asked).findings).toEqual([]);
    const [closed] = run(db, { ...asked, status: 'closed' }).findings;
    expect(closed?.id).toBe(before[0]!.id);
    const told = issuance.map(({ eventID }) => eventID);
    expect(told.some((event) => closed?.kept?.why?.includes(event))).toBe(true);
    expect(closed?.kept?.why).toMatch(/^explained by a record that came later: event /);
  });

  it('is not said to be explained by one that was there all along', async () => {
    const { issuance, calls } = bobMakesUser();
    const db = newDb();
    await add(db, [...issuance, ...calls]);
    expect(detectorsOf(run(db, { policy: named('') }).findings)).toContain('sensitive-call');
    await add(db, new Acme('another').records);
    const ordinary = named('', 'detectors: { sensitive-call: { not: ["iam:*"] } }\n');
    run(db, { policy: ordinary });
    const closed = run(db, { policy: ordinary, status: 'closed' }).findings;
    expect(closed.find(({ detector }) => detector === 'sensitive-call')?.kept?.why).toBe(
      'the policy or the detectors changed',
    );
  });
});

describe('a run that is killed', () => {
  it('leaves what it found and told nobody of to be told as new by the next', async () => {
    const { issuance, calls } = bobMakesUser();
    const db = newDb();
    await add(db, [...issuance, ...calls]);
    const found = await opened(db, (store) => {
      const ready = readyDetectors(detectors, policy);
      const examination = { ready, policy, version: '0', now: T };
      examineDue(store, examination, begin(store, examination, false).basis, null);
      return store.prepare('SELECT count(DISTINCT fingerprint) AS count FROM sighting').get() as object;
    });
    const next = run(db, { newOnly: true }).findings;
    expect(found).toEqual({ count: next.length });
    expect(next.length).toBeGreaterThan(0);
    expect(run(db, { newOnly: true }).findings).toEqual([]);
    // As one leaves it that dies between putting findings together and telling of them.
    await opened(db, (store) => store.exec('UPDATE finding SET opened_run = 0'));
    expect(plain(run(db, { newOnly: true }).findings)).toEqual(plain(next));
  });
});

describe('two runs at once', () => {
  it('come to the same findings, each told as new by one of them', async () => {
    const { issuance, calls } = bobMakesUser();
    const db = newDb();
    await add(db, [...issuance, ...calls]);
    const ready = readyDetectors(detectors, policy);
    const examination = { ready, policy, version: '0', now: T };
    const beside = await opened(db, (store) => {
      const { basis } = begin(store, examination, false);
      const inner = run(db);
      expect(examineDue(store, examination, basis, null).sessions).toBe(0);
      return inner.findings;
    });
    expect(beside.every(({ kept }) => kept?.isNew)).toBe(true);
    const after = run(db).findings;
    expect(plain(after)).toEqual(plain(beside));
    expect(after.some(({ kept }) => kept?.isNew)).toBe(false);
  });

  it('do not mix what two policies say: the first gives way', async () => {
    const { issuance, calls } = bobMakesUser();
    const db = newDb();
    await add(db, [...issuance, ...calls]);
    const other = named('', 'detectors: { sensitive-call: { severity: low } }\n');
    const examination = { ready: readyDetectors(detectors, policy), policy, version: '0', now: T };
    await opened(db, (store) => {
      const { basis } = begin(store, examination, false);
      run(db, { policy: other });
      expect(() => examineDue(store, examination, basis, null)).toThrow(
        expect.objectContaining({ code: 'DETECT_OVERTAKEN' }),
      );
    });
    const severity = ({ findings }: { findings: Finding[] }) =>
      findings.find(({ detector }) => detector === 'sensitive-call')?.severity;
    expect(severity(run(db, { policy: other }))).toBe('low');
    expect(severity(run(db))).not.toBe('low');
  });
});

describe('an acknowledgement', () => {
  const acknowledged = (db: string, { id }: Finding, now: number) =>
    opened(db, (store) => acknowledge(store, { findings: [id], reason: 'known', until: null, now }));

  it('does not hide a finding that has become more urgent since', async () => {
    const db = newDb();
    const acme = new Acme('urgent');
    acme.call(acme.user(prod, 'bob'), T, 'iam:CreateAccessKey');
    await add(db, acme.records);
    const only = ['sensitive-call'];
    const of = (severity: string) => named('', `detectors: { sensitive-call: { severity: ${severity} } }\n`);
    const [finding] = run(db, { only, policy: of('medium') }).findings;
    await acknowledged(db, finding!, T);
    expect(run(db, { only, policy: of('medium') }).total).toBe(0);
    expect(run(db, { only, policy: of('low') }).total).toBe(0);
    expect(run(db, { only, policy: of('high') }).findings.map(({ id }) => id)).toEqual([finding!.id]);
  });

  it('ends when the finding is closed: one that comes back is new, and shown', async () => {
    const db = newDb();
    const acme = new Acme('back');
    assumeRole(acme, outsider('777777777777'), acme.role(prod, 'open'), T);
    await add(db, acme.records);
    const [finding] = run(db, { policy: named(''), now: T + 100 }).findings;
    await acknowledged(db, finding!, T + 200);
    expect(run(db, { policy: named(''), now: T + 300 }).total).toBe(0);
    run(db, { policy: named(', partner: { id: "777777777777" }'), now: T + 400 });
    const back = run(db, { policy: named(''), now: T + 500 });
    expect(back.findings.map(({ kept }) => kept)).toMatchObject([
      { isNew: true, opened: 2, status: 'open', firstSeen: T + 100 },
    ]);
    expect(back.acknowledged).toBe(0);
  });

  it('is refused for a day that is past', () => {
    const { code, stderr } = rolecall(['ack', 'abc', '--reason', 'x', '--until', '2026-11-22'], {
      env: { ROLECALL_NOW: '2026-11-23T08:00:00Z' },
    });
    expect([code, stderr.includes('2026-11-22 is past')]).toEqual([2, true]);
  });
});
