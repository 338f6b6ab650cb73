import { beforeAll, describe, expect, it } from 'vitest';
import { Acme } from '../../fixtures/make/acme.js';
import { assumeRole } from '../../fixtures/make/issue/assume-role.js';
import { createRole, trusting, updateTrust } from '../../fixtures/make/issue/permission-changes.js';
import { prod, T, tooling } from '../../fixtures/make/scenario/scene.js';
import { ingest } from '../../src/app/ingest.js';
import { Lineage } from '../../src/app/lineage.js';
import { trustSource } from '../../src/app/scene-trust.js';
import type { Scene } from '../../src/model/scene.js';
import { openForReading, type Sqlite } from '../../src/store/open.js';
import { build } from '../cli/rolecall.js';
import { folderOf, newDb, packed } from './ingest-made.js';

beforeAll(build);

const DAY = 86_400;

async function within<Result>(
  play: (acme: Acme) => void,
  question: (store: Sqlite) => Result,
): Promise<Result> {
  const acme = new Acme('scene-trust');
  play(acme);
  const db = newDb();
  await ingest({ db, sources: [folderOf({ 'a.json.gz': packed(acme.records) })], threads: 1 });
  const store = openForReading(db);
  try {
    return question(store);
  } finally {
    store.close();
  }
}

/** The scenes, by time. */
function scenes(store: Sqlite): Scene[] {
  const lineage = new Lineage(store);
  return trustSource
    .keys(store, null, 100)
    .map((key) => trustSource.scene(lineage, key)!.scene)
    .sort((a, b) => a.trust!.at - b.trust!.at);
}

const role = (acme: Acme) => acme.role(prod, 'order-repair', '/shop/');
const [forAll, forTooling] = [trusting('*'), trusting({ AWS: tooling })];
const text = (trust: object) =>
  expect.stringContaining(
    JSON.stringify((trust as { Statement: [{ Principal: unknown }] }).Statement[0].Principal),
  );

describe('the scenes of a role’s trust policies', () => {
  it('are one for each policy, with the one before it, until the role is gone', async () => {
    const found = await within((acme) => {
      const alice = acme.user(prod, 'alice');
      createRole(acme, alice, role(acme), forTooling, T);
      updateTrust(acme, alice, role(acme), forAll, T + 60);
      updateTrust(acme, alice, role(acme), forAll, T + 70, { denied: true });
      acme.call(alice, T + 80, 'iam:DeleteRole', { request: { roleName: 'order-repair' } });
      createRole(acme, alice, role(acme), forTooling, T + 90);
      acme.call(alice, T + 100, 'iam:UpdateAssumeRolePolicy', { request: null });
      updateTrust(acme, alice, role(acme), forTooling, T + 110, { request: { roleName: 'order-repair' } });
      updateTrust(acme, alice, role(acme), forTooling, T + 120);
    }, scenes);
    expect(
      found.map(({ trust }) => [trust!.at - T, trust!.created, trust!.document, trust!.previous]),
    ).toEqual([
      [0, true, text(forTooling), null],
      [60, false, text(forAll), text(forTooling)],
      [90, true, text(forTooling), null],
      [110, false, null, text(forTooling)],
      [120, false, text(forTooling), null],
    ]);
  });

  it('tell who gave it: the origin, the role, the session and the service that called', async () => {
    const [direct, through] = await within((acme) => {
      createRole(acme, acme.user(prod, 'alice'), role(acme), forTooling, T);
      const session = assumeRole(acme, acme.user(tooling, 'bob'), acme.role(prod, 'PlatformAdmin'), T + 10);
      updateTrust(acme, session, role(acme), forAll, T + 60, { invokedBy: 'cloudformation.amazonaws.com' });
    }, scenes);
    expect(direct).toMatchObject({
      session: null,
      deeds: [],
      accountId: prod,
      origin: { kind: 'iam-user', id: 'alice' },
    });
    expect(direct!.trust).toMatchObject({
      sessionId: null,
      invokedBy: null,
      caller: { kind: 'principal', arn: `arn:aws:iam::${prod}:user/alice` },
    });
    expect(through!.origin).toMatchObject({ kind: 'iam-user', id: 'bob', accountId: tooling });
    expect(through!.trust).toMatchObject({
      invokedBy: 'cloudformation.amazonaws.com',
      caller: { kind: 'principal', arn: `arn:aws:iam::${prod}:role/PlatformAdmin` },
    });
    expect(through!.trust!.sessionId).toMatch(/^[a-z2-7]{16}$/);
  });

  it('hold the sessions of the week after, of this role as long as it is the same', async () => {
    const found = await within((acme) => {
      const [alice, bob] = [acme.user(prod, 'alice'), acme.user(prod, 'bob')];
      createRole(acme, alice, role(acme), forAll, T);
      for (const at of [T - 60, T, T + DAY, T + 8 * DAY]) assumeRole(acme, bob, role(acme), at);
      assumeRole(acme, bob, acme.role(tooling, 'order-repair', '/shop/'), T + 60);
      acme.call(alice, T + 2 * DAY, 'iam:DeleteRole', { request: { roleName: 'order-repair' } });
      assumeRole(acme, bob, role(acme), T + 3 * DAY);
    }, scenes);
    expect(found).toHaveLength(1);
    expect(found[0]!.roleArn).toBe(`arn:aws:iam::${prod}:role/shop/order-repair`);
    expect(found[0]!.trust!.uses.map(({ session }) => session.issuedAt - T)).toEqual([0, DAY]);
    expect(found[0]!.trust!.uses[0]!.assumption?.callers).toEqual([
      { kind: 'principal', arn: `arn:aws:iam::${prod}:user/bob` },
    ]);
  });

  it('are touched by whoever gave a trust policy, and by nobody else', async () => {
    const [touched, keys] = await within(
      (acme) => {
        createRole(acme, acme.user(prod, 'alice'), role(acme), forAll, T);
        acme.call(acme.user(prod, 'bob'), T, 'iam:DeleteRole', { request: { roleName: 'order-desk' } });
      },
      (store) => {
        const rows = store.prepare('SELECT id FROM identity ORDER BY user_name').all() as { id: number }[];
        const tokens = [...rows.map(({ id }) => `identity:${id}`), 'session:x'];
        return [tokens.map((token) => trustSource.touched(store, token)), trustSource.keys(store, null, 9)];
      },
    );
    expect(keys).toHaveLength(1);
    expect(touched).toEqual([keys, [], []]);
  });

  it('rest on a few changes each, however often the role was changed', async () => {
    const resting = await within(
      (acme) => {
        for (let i = 0; i < 30; i++)
          updateTrust(acme, acme.user(prod, `clerk-${i}`), role(acme), forTooling, T + i * 60);
      },
      (store) => {
        const lineage = new Lineage(store);
        return trustSource
          .keys(store, null, 100)
          .map((key) =>
            trustSource.scene(lineage, key)!.dependsOn.filter((token) => /^identity:/.test(token)),
          );
      },
    );
    expect(resting.map(({ length }) => length).sort((a, b) => a - b)).toEqual([1, ...Array(29).fill(2)]);
  });
});
