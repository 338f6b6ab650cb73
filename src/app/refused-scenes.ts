import { emptyScene } from '../model/scene.js';
import { refusedCalls, refusedTo } from '../store/callers.js';
import type { Sqlite } from '../store/open.js';
import { attemptsOf } from './attempts.js';
import { sameOrigin } from './descent.js';
import type { SceneSource } from './scene-source.js';
import { accountOf, originOf, rolesById, whoCalled } from './who-called.js';

/** Every principal that was refused a role: `refused:<caller>`. */
export const refusedSource: SceneSource = {
  kind: 'refused',
  always: true,
  prefix: 'refused:',
  keys: (store, after, limit) => page(keysOf(store), 'refused:', after, limit),
  touched: (store, token) => touchedBy(store, token, 'refused:'),
  scene(lineage, key) {
    const group = attemptsOf(lineage).byCaller.get(key.slice('refused:'.length));
    if (group === undefined) return null;
    const { attempts, sessions } = group;
    const { caller } = attempts[0]!;
    // Known when all the sessions that tried agree.
    const origins = [...sessions].flatMap((sid) => lineage.session(sid) ?? []);
    const [first, ...others] = origins.map((session) => session.origin);
    const agreed = first !== undefined && others.every((other) => sameOrigin(first, other));
    const origin = agreed ? first : origins.length > 0 ? emptyScene.origin : originOf(caller);
    return {
      scene: { ...emptyScene, origin, accountId: accountOf(caller), refusals: { of: 'caller', attempts } },
      dependsOn: origins.map(({ id }) => `session:${id}`),
    };
  },
};

/** Every role that was refused to anybody: `probed:<role ARN>`. */
export const probedSource: SceneSource = {
  kind: 'probed',
  always: true,
  prefix: 'probed:',
  keys: (store, after, limit) => page(keysOf(store), 'probed:', after, limit),
  touched: (store, token) => touchedBy(store, token, 'probed:'),
  scene(lineage, key) {
    const roleArn = key.slice('probed:'.length);
    const group = attemptsOf(lineage).byRole.get(roleArn);
    if (group === undefined) return null;
    const accountId = roleArn.split(':')[4] || null;
    const { attempts } = group;
    return {
      scene: { ...emptyScene, roleArn, accountId, refusals: { of: 'role', attempts } },
      dependsOn: [],
    };
  },
};

function* keysOf(store: Sqlite): Generator<string> {
  const roleById = rolesById(store);
  for (const call of refusedCalls(store)) {
    const who = whoCalled(call, call.askedFor, roleById);
    if (who === null) continue;
    yield `refused:${who.key}`;
    if (call.askedFor !== null) yield `probed:${call.askedFor}`;
  }
}

function page(keys: Iterable<string>, prefix: string, after: string | null, limit: number): string[] {
  const found = new Set<string>();
  for (const key of keys) if (key.startsWith(prefix) && (after === null || key > after)) found.add(key);
  return [...found].sort().slice(0, limit);
}

/** What an identity was refused touches its own scene, and those of the roles that it tried. */
function touchedBy(store: Sqlite, token: string, prefix: string): string[] {
  const [, row] = /^identity:(\d+)$/.exec(token) ?? [];
  if (row === undefined) return [];
  const roleById = rolesById(store);
  const keys = refusedTo(store, Number(row)).flatMap((call) => {
    const who = whoCalled(call, call.askedFor, roleById);
    return who === null ? [] : [`refused:${who.key}`, `probed:${call.askedFor}`];
  });
  return page(keys, prefix, null, Number.POSITIVE_INFINITY);
}
