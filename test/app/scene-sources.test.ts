import { beforeAll, describe, expect, it } from 'vitest';
import { Acme } from '../../fixtures/make/acme.js';
import { assumeRole, denyAssumeRole } from '../../fixtures/make/issue/assume-role.js';
import { createRole, trusting } from '../../fixtures/make/issue/permission-changes.js';
import { browse, prod, staging, T, tooling } from '../../fixtures/make/scenario/scene.js';
import { ingest } from '../../src/app/ingest.js';
import { Lineage } from '../../src/app/lineage.js';
import { sceneSources } from '../../src/app/scene-sources.js';
import type { Scene } from '../../src/model/scene.js';
import { openForReading, type Sqlite } from '../../src/store/open.js';
import { build } from '../cli/rolecall.js';
import { ask, folderOf, newDb, packed } from './ingest-made.js';

const acme = new Acme('scene-sources');
const [bob, carol] = [acme.user(tooling, 'bob'), acme.user(prod, 'carol')];
const admin = acme.role(prod, 'PlatformAdmin');
const db = newDb();

beforeAll(async () => {
  build();
  const step = assumeRole(acme, bob, acme.role(tooling, 'step-1'), T, { name: 'bob' });
  for (const minute of [1, 1.5, 2]) denyAssumeRole(acme, step, admin, T + minute * 60);
  denyAssumeRole(acme, carol, admin, T + 300);
  denyAssumeRole(acme, carol, acme.role(staging, 'shop-tester'), T + 310);
  acme.call(carol, T + 320, 'iam:CreateUser', { denied: true });
  browse(acme, { ...acme.user(prod, 'dora'), key: carol.key }, T + 600);
  createRole(acme, carol, acme.role(prod, 'order-repair'), trusting('*'), T + 700);
  await ingest({ db, sources: [folderOf({ 'a.json.gz': packed(acme.records) })], threads: 1 });
});

const source = (kind: string) => sceneSources.find((each) => each.kind === kind)!;

function within<Result>(question: (store: Sqlite) => Result): Result {
  const store = openForReading(db);
  try {
    return question(store);
  } finally {
    store.close();
  }
}

const keysOf = (kind: string) => within((store) => source(kind).keys(store, null, 500));
const sceneOf = (kind: string, key: string) =>
  within((store) => source(kind).scene(new Lineage(store), key)?.scene ?? null) as Scene | null;
const step = `role ${tooling} step-1`;

describe('scenes of refused attempts', () => {
  it('are one for each principal and one for each role', () => {
    expect(keysOf('refused')).toEqual([`refused:id ${carol.id}`, `refused:${step}`]);
    expect(keysOf('probed')).toEqual([
      `probed:${admin.arn}`,
      `probed:arn:aws:iam::${staging}:role/shop-tester`,
    ]);
  });

  it('fold attempts of one minute, and know who was behind the principal', () => {
    const scene = sceneOf('refused', `refused:${step}`)!;
    expect(scene.refusals?.attempts.map(({ count, first, last }) => [count, first - T, last - T])).toEqual([
      [2, 60, 90],
      [1, 120, 120],
    ]);
    expect(scene).toMatchObject({
      origin: { kind: 'iam-user', id: 'bob' },
      accountId: tooling,
      session: null,
    });
  });

  it('of a role hold the attempts of all principals on it alone', () => {
    const { refusals, roleArn, accountId } = sceneOf('probed', `probed:${admin.arn}`)!;
    expect(refusals?.attempts.map(({ count }) => count)).toEqual([2, 1, 1]);
    expect([roleArn, accountId]).toEqual([admin.arn, prod]);
  });

  it('are touched by whoever was refused, and by nobody else', () => {
    const rows = ask<{ id: number; user: string }>(db, 'SELECT id, user_name AS user FROM identity');
    const touched = (user: string, kind: string) =>
      rows
        .filter((row) => row.user === user)
        .flatMap(({ id }) => within((store) => source(kind).touched(store, `identity:${id}`)));
    expect(touched('carol', 'refused')).toEqual([`refused:id ${carol.id}`]);
    expect(touched('carol', 'probed')).toEqual(keysOf('probed'));
    expect([touched('bob', 'refused'), touched('dora', 'probed')]).toEqual([[], []]);
    expect(within((store) => source('refused').touched(store, 'session:k7m2'))).toEqual([]);
  });
});

describe('scenes of access keys', () => {
  it('are one for each key with two principals, with all that held it', () => {
    expect(keysOf('keys')).toEqual([`key:${carol.key}`]);
    expect(sceneOf('keys', `key:${carol.key}`)?.sharedKey?.holders).toMatchObject([
      { principalId: carol.id, as: 'IAMUser', accountId: prod, time: T + 300 },
      { principalId: acme.user(prod, 'dora').id, time: T + 600 },
    ]);
    expect(sceneOf('keys', `key:${bob.key}`)).toBeNull();
  });

  it('are touched by whoever signed with the key, and by the session that it was issued to', () => {
    const touched = (token: string) => within((store) => source('keys').touched(store, token));
    const [row] = ask<{ id: number }>(db, `SELECT id FROM identity WHERE user_name = 'dora'`);
    expect(touched(`identity:${row!.id}`)).toEqual([`key:${carol.key}`]);
    const [session] = ask<{ id: string; key: string }>(
      db,
      'SELECT s.id, i.access_key_id AS key FROM session s JOIN issuance i ON i.session = s.sid',
    );
    expect(touched(`session:${session!.id}`)).toEqual([`key:${session!.key}`]);
    expect(touched('days:222222222222')).toEqual([]);
  });
});

describe('every source', () => {
  it.each(sceneSources.map((each) => [each.kind, each] as const))(
    'gives all its keys in pages: %s',
    (_, each) => {
      within((store) => {
        const all = each.keys(store, null, 500);
        const paged: string[] = [];
        for (let page = each.keys(store, null, 1); page.length > 0; page = each.keys(store, page[0]!, 1))
          paged.push(...page);
        expect(all.length).toBeGreaterThan(0);
        expect(paged).toEqual(all);
        for (const key of all) expect(each.scene(new Lineage(store), key)).not.toBeNull();
        expect(all.every((key) => key.startsWith(each.prefix))).toBe(true);
        expect(
          each.scene(new Lineage(store), `${each.prefix}["iam-user","nobody","222222222222"]`),
        ).toBeNull();
      });
    },
  );
});
