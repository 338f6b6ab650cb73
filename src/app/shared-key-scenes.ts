import { emptyScene } from '../model/scene.js';
import { keyHolders, keysTouched, sharedKeys } from '../store/shared-keys.js';
import type { SceneSource } from './scene-source.js';

/** Every access key that the records show with more than one principal: `key:<access key>`. */
export const sharedKeySource: SceneSource = {
  kind: 'keys',
  prefix: 'key:',
  keys: (store, after, limit) =>
    sharedKeys(store, after === null ? '' : keyIn(after), limit).map((key) => `key:${key}`),
  touched(store, token) {
    const [, kind, id] = /^(identity|session):(.+)$/.exec(token) ?? [];
    if (id === undefined) return [];
    const keys = keysTouched(store, kind === 'identity' ? { identity: Number(id) } : { session: id });
    return keys.map((key) => `key:${key}`);
  },
  scene({ db }, key) {
    const accessKeyId = keyIn(key);
    const holders = keyHolders(db, accessKeyId);
    if (new Set(holders.map(({ principalId }) => principalId)).size < 2) return null;
    const accountId = holders[0]!.accountId;
    return { scene: { ...emptyScene, accountId, sharedKey: { accessKeyId, holders } }, dependsOn: [] };
  },
};

function keyIn(key: string): string {
  return key.slice('key:'.length);
}
