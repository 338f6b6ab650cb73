import { type Deed, emptyScene } from '../model/scene.js';
import type { Origin } from '../model/session.js';
import { type DirectIdentity, directIdentities, directIdentity } from '../store/access.js';
import { deedsOfIdentity } from '../store/deeds.js';
import { latestTime } from '../store/event-key.js';
import type { Lineage } from './lineage.js';
import type { SceneSource } from './scene-source.js';

/** Every IAM user, root and federated user that acted without a role: `direct:<origin>`. */
export const directSource: SceneSource = {
  kind: 'direct',
  prefix: 'direct:',
  keys(store, after, limit) {
    const keys = new Set(
      directIdentities(store, null, 0, latestTime).map((each) => directKey(originOf(each))),
    );
    return [...keys]
      .filter((key) => after === null || key > after)
      .sort()
      .slice(0, limit);
  },
  touched(store, token) {
    const [, row] = /^identity:(\d+)$/.exec(token) ?? [];
    const identity = row === undefined ? null : directIdentity(store, Number(row));
    return identity === null ? [] : [directKey(originOf(identity))];
  },
  scene(lineage, key, within) {
    const person = peopleOf(lineage).get(key);
    const deeds = (person?.identities ?? []).flatMap(({ row, inSession }) =>
      deedsOfIdentity(lineage.db, row, within).map((deed) => ({ ...deed, inSession })),
    );
    if (person === undefined || deeds.length === 0) return null;
    const { origin } = person;
    return {
      scene: { ...emptyScene, origin, accountId: origin.accountId, deeds: deeds.sort(byTime) },
      dependsOn: [],
    };
  },
};

/** Somebody without a role, with the row numbers of what they acted as. */
interface Person {
  origin: Origin;
  identities: { row: number; inSession: boolean }[];
}

const known = new WeakMap<Lineage, ReadonlyMap<string, Person>>();

/** Everybody without a role, by key; read once for one run. */
function peopleOf(lineage: Lineage): ReadonlyMap<string, Person> {
  const before = known.get(lineage);
  if (before !== undefined) return before;
  const people = new Map<string, Person>();
  for (const each of directIdentities(lineage.db, null, 0, latestTime)) {
    const origin = originOf(each);
    const person = people.get(directKey(origin)) ?? { origin, identities: [] };
    person.identities.push({ row: each.identity, inSession: each.session !== null });
    people.set(directKey(origin), person);
  }
  known.set(lineage, people);
  return people;
}

function directKey({ kind, id, accountId }: Origin): string {
  return `direct:${JSON.stringify([kind, id, accountId])}`;
}

function byTime(a: Deed, b: Deed): number {
  return a.first - b.first || (a.eventId < b.eventId ? -1 : 1);
}

function originOf({ type, userName, arn, principalId, accountId }: DirectIdentity): Origin {
  if (type === 'Root') return { kind: 'root', id: accountId ?? principalId ?? '', accountId, detail: null };
  const id = userName ?? arn?.slice(arn.lastIndexOf('/') + 1) ?? principalId ?? '';
  return { kind: 'iam-user', id, accountId, detail: null };
}
