import { beforeAll, describe, expect, it } from 'vitest';
import { Acme } from '../../fixtures/make/acme.js';
import {
  administratorAccess,
  attach,
  createRole,
  trusting,
} from '../../fixtures/make/issue/permission-changes.js';
import { prod, T } from '../../fixtures/make/scenario/scene.js';
import { type Scenario, scenarios } from '../../fixtures/make/scenarios.js';
import { ingest } from '../../src/app/ingest.js';
import { latestTime } from '../../src/store/event-key.js';
import { allChanges, changesBy, changesOf, exposures, targetsOf } from '../../src/store/iam.js';
import { openForReading, type Sqlite } from '../../src/store/open.js';
import { folderOf, newDb, packed } from '../app/ingest-made.js';
import { build } from '../cli/rolecall.js';

beforeAll(build);

function scenario(name: string): Scenario {
  return scenarios.find((each) => each.name === name)!;
}

async function stored<T>(files: readonly (readonly object[])[], question: (store: Sqlite) => T): Promise<T> {
  const db = newDb();
  const named = files.map((records, i) => [`${i}.json.gz`, packed(records)]);
  await ingest({ db, sources: [folderOf(Object.fromEntries(named))], threads: 1 });
  const store = openForReading(db);
  try {
    return question(store);
  } finally {
    store.close();
  }
}

const ofRole = (name: string) => (store: Sqlite) =>
  changesOf(store, { accountId: prod, entity: 'role', name });

describe('the changes of a role', () => {
  const { records } = scenario('a role is made, becomes admin, lets others in, and is gone');

  it('go by time, and within a second a role is made first and deleted last', async () => {
    const found = await stored([[...records].reverse()], ofRole('order-repair'));
    expect(found.map(({ change, policy, at }) => [at - T, change, policy])).toEqual([
      [0, 'create', null],
      [0, 'attach', administratorAccess],
      [60, 'put', 'everything'],
      [120, 'trust', null],
      [180, 'remove', 'everything'],
      [181, 'detach', administratorAccess],
      [181, 'delete', null],
    ]);
    expect(found.map(({ eventId }) => eventId)).toEqual(records.map(({ eventID }) => eventID));
    expect(found[2]?.document).toContain('"Action":"*"');
  });

  it('tell who made them', async () => {
    const acme = new Acme('who made them');
    const role = acme.role(prod, 'order-repair');
    createRole(acme, acme.user(prod, 'alice'), role, trusting('*'), T);
    const [found, own, session] = await stored([acme.records], (store) => {
      const [change] = allChanges(store, 'role');
      return [change, changesBy(store, { identity: change!.identity }), changesBy(store, { session: 1 })];
    });
    expect(found).toMatchObject({ name: 'order-repair', accountId: prod, session: null });
    expect(own).toEqual([found]);
    expect(session).toEqual([]);
  });

  it('leave out a record that an addendum revises', async () => {
    const acme = new Acme('revised');
    attach(acme, acme.user(prod, 'alice'), acme.role(prod, 'order-repair'), administratorAccess, T);
    const original = acme.records[0]!;
    const revision = {
      ...original,
      eventID: acme.random.uuid(),
      requestParameters: { roleName: 'order-repair', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      addendum: { reason: 'UPDATED_DATA', originalEventID: original.eventID },
    };
    for (const order of [
      [original, revision],
      [revision, original],
    ]) {
      const found = await stored([order], ofRole('order-repair'));
      expect(found.map(({ policy }) => policy)).toEqual(['arn:aws:iam::aws:policy/ReadOnlyAccess']);
    }
  });

  it('are one where records with one id contradict each other, the same in any order and split', async () => {
    const contested = scenario('hostile: records with one id tell different policies, or none').records;
    const [a, b, none] = contested as [object, object, object];
    for (const files of [
      [[a, b, none]],
      [[b, a]],
      [[none, b], [a]],
      [[b], [none], [a]],
      [[none, none, a, b]],
    ]) {
      const found = await stored(files, ofRole('contested'));
      expect(found.map(({ policy }) => policy)).toEqual([administratorAccess]);
    }
  });
});

describe('what a session worked on', () => {
  it('is told per call and thing, refusals apart', async () => {
    const { records } = scenario('a session reads and writes objects, and is refused some');
    const found = await stored([records], (store) => targetsOf(store, 1));
    const bucket = 'arn:aws:s3:::acme-shop-pictures';
    expect(
      found.map(({ target, count, denied, first, last }) => [target, count, denied, first - T, last - T]),
    ).toEqual([
      [bucket, 3, false, 10, 12],
      [`${bucket}/a.png`, 2, false, 10, 12],
      [`${bucket}/b.png`, 1, false, 11, 11],
      [`${bucket}/private/c.png`, 1, true, 20, 20],
    ]);
    expect(found[0]?.eventId).toBe(records[1]?.eventID);
  });
});

describe('what was shown to others', () => {
  const { records } = scenario('a session shows a bucket and a snapshot to everybody');

  it('is told by time, with its event and who did it', async () => {
    const found = await stored([records], (store) => exposures(store, 0, latestTime));
    expect(
      found.map(({ what, to, at, accountId, session }) => [what, to, at - T, accountId, session]),
    ).toEqual([
      ['s3-public-access-block', [], 10, prod, 1],
      ['s3-acl', ['*'], 11, prod, 1],
      ['snapshot', ['*', '111111111111'], 12, prod, 1],
    ]);
    expect(found.map(({ eventId }) => eventId)).toEqual(records.slice(1).map(({ eventID }) => eventID));
  });

  it('is told of the seconds asked for', async () => {
    const found = await stored([records], (store) => exposures(store, T + 11, T + 12));
    expect(found.map(({ what }) => what)).toEqual(['s3-acl']);
  });
});

describe('long texts', () => {
  it('are kept once, however many records hold them', async () => {
    const acme = new Acme('long texts');
    const trust = trusting({ Service: 'ec2.amazonaws.com' });
    for (let i = 0; i < 40; i++)
      createRole(acme, acme.user(prod, 'alice'), acme.role(prod, `shop-${i}`), trust, T + i);
    const [texts, roles] = await stored([acme.records.slice(0, 20), acme.records.slice(20)], (store) => [
      store.prepare('SELECT text FROM document').all(),
      new Set(allChanges(store, 'role').map(({ document }) => document)),
    ]);
    expect(texts).toHaveLength(1);
    expect(roles).toEqual(new Set(texts.map((row) => (row as { text: string }).text)));
  });
});
