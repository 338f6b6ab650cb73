import { beforeAll, describe, expect, it } from 'vitest';
import { Acme } from '../../fixtures/make/acme.js';
import { assumeRole } from '../../fixtures/make/issue/assume-role.js';
import { browse, prod, T, tooling } from '../../fixtures/make/scenario/scene.js';
import { detect } from '../../src/app/detect.js';
import { detectKept } from '../../src/app/detect-kept.js';
import { ingest } from '../../src/app/ingest.js';
import { openStoreToKeep } from '../../src/app/open.js';
import { build } from '../cli/rolecall.js';
import { folderOf, newDb, packed } from './ingest-made.js';

beforeAll(build);

const DAY = 86_400;
const only = ['first-seen-edge'];
const bob = (acme: Acme) => acme.user(tooling, 'bob');

/** One record of prod on each of some days before. */
function logged(acme: Acme, from: number, to: number): void {
  for (let day = from; day >= to; day--)
    acme.call(acme.user(prod, 'carol'), T - day * DAY, 'ec2:DescribeInstances');
}

/** What is found after each part of the records has come in; every run must say what a look at everything says. */
async function told(...parts: ((acme: Acme) => void)[]) {
  const acme = new Acme('detect-kept-edges');
  const db = newDb();
  const all: { severities: string[]; blind: number; looked: number }[] = [];
  for (const play of parts) {
    const before = acme.records.length;
    play(acme);
    const file = packed(acme.records.slice(before));
    await ingest({ db, sources: [folderOf({ 'a.json.gz': file })], threads: 1 });
    const store = openStoreToKeep(db);
    const question = { policy: null, window: null, only };
    const kept = detectKept(store, {
      ...question,
      now: T + 7 * DAY,
      version: '0',
      status: 'open',
      newOnly: false,
      full: false,
    });
    const findings = [...kept.findings];
    const whole = detect(store, question);
    expect(findings.map(({ severity, title }) => [severity, title])).toEqual(
      whole.findings.map(({ severity, title }) => [severity, title]),
    );
    expect(kept.unjudged).toEqual(whole.unjudged);
    all.push({
      severities: findings.map(({ severity }) => severity),
      blind: whole.unjudged[0]?.sessions ?? 0,
      looked: kept.looked.sessions,
    });
    store.close();
  }
  return all;
}

it('is not in the way of records that come in backwards', async () => {
  const acme = new Acme('backwards');
  const db = newDb();
  for (const at of [T, T - 60, T - 120, T - 4000, T - 4060]) {
    acme.call(bob(acme), at, 'ec2:DescribeInstances');
    const file = packed(acme.records.slice(-1));
    const { records } = await ingest({ db, sources: [folderOf({ 'a.json.gz': file })], threads: 1 });
    expect(records.stored).toBe(1);
    if (at !== T) continue;
    const store = openStoreToKeep(db);
    const asked = {
      policy: null,
      window: null,
      only: null,
      now: T,
      version: '0',
      newOnly: false,
      full: false,
    };
    detectKept(store, { ...asked, status: 'open' });
    store.close();
  }
});

it('forgets what somebody did alone once the record is revised, and it was another', async () => {
  const acme = new Acme('revised');
  const db = newDb();
  const look = async () => {
    const file = packed(acme.records.slice(-1));
    await ingest({ db, sources: [folderOf({ 'a.json.gz': file })], threads: 1 });
    const store = openStoreToKeep(db);
    try {
      const asked = { policy: null, window: null, only: ['root-use'], now: T, version: '0', newOnly: false };
      return detectKept(store, { ...asked, full: false, status: 'open' }).total;
    } finally {
      store.close();
    }
  };
  const first = acme.call({ kind: 'root', accountId: prod, key: null }, T, 'iam:ListUsers');
  expect(await look()).toBe(1);
  acme.call(acme.user(prod, 'bob'), T, 'iam:ListUsers', {
    extra: { addendum: { reason: 'UPDATED_DATA', originalEventID: first.eventID as string } },
  });
  expect(await look()).toBe(0);
});

const worker = (days: number) => (acme: Acme) => {
  assumeRole(acme, bob(acme), acme.role(prod, 'order-worker'), T - days * DAY, { name: 'bob' });
};

describe('a pair that is new', () => {
  it('is explained by an older session that comes in later', async () => {
    const news = (acme: Acme) => {
      logged(acme, 30, 1);
      worker(0)(acme);
    };
    const [first, second] = await told(news, worker(27));
    expect([first, second]).toMatchObject([{ severities: ['low'] }, { severities: [], blind: 1 }]);
  });

  it('is confirmed, or judged at all, once older logs come in', async () => {
    const [blind, unclear, sure] = await told(
      (acme) => {
        logged(acme, 5, 1);
        worker(0)(acme);
      },
      (acme) => logged(acme, 12, 6),
      (acme) => logged(acme, 30, 13),
    );
    expect([blind, unclear, sure]).toMatchObject([
      { severities: [], blind: 1 },
      { severities: ['info'], blind: 0 },
      { severities: ['low'], blind: 0 },
    ]);
  });

  it('is one with an older pair once the role of its caller is known by name', async () => {
    const step = (acme: Acme, at: number) =>
      assumeRole(acme, bob(acme), acme.role(tooling, 'step-1'), at, { name: 'bob', unseen: true });
    const member = (acme: Acme) => acme.role(prod, 'step-2');
    const [first, second, third] = await told(
      (acme) => {
        logged(acme, 30, 1);
        assumeRole(acme, step(acme, T - 60), member(acme), T, { name: 'bob' });
        // In full, and yet without the id of its role: that is learned later.
        const identity = acme.records.at(-2)!.userIdentity as { principalId?: string };
        Reflect.deleteProperty(identity, 'principalId');
        const context = (identity as { sessionContext: { sessionIssuer: object } }).sessionContext;
        Reflect.deleteProperty(context.sessionIssuer, 'principalId');
      },
      (acme) => {
        assumeRole(acme, step(acme, T - 27 * DAY - 60), member(acme), T - 27 * DAY, { copies: 'role' });
      },
      (acme) => browse(acme, step(acme, T + 600), T + 660),
    );
    expect([first, second, third]).toMatchObject([
      { severities: ['low'] },
      { severities: ['low'], blind: 1 },
      { severities: [], blind: 1 },
    ]);
  });

  it('is looked at again for nothing else', async () => {
    const [, second] = await told(
      (acme) => {
        logged(acme, 30, 1);
        for (const name of ['a', 'b', 'c'])
          assumeRole(acme, acme.user(tooling, name), acme.role(prod, 'order-worker'), T, { name });
      },
      (acme) => {
        assumeRole(acme, acme.user(tooling, 'd'), acme.role(prod, 'order-worker'), T + DAY, { name: 'd' });
      },
    );
    expect(second).toMatchObject({ severities: ['low', 'low', 'low', 'low'], looked: 1 });
  });
});
