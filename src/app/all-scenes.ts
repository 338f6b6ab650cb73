import type { Scene } from '../model/scene.js';
import type { Within } from '../store/deeds.js';
import type { Sqlite } from '../store/open.js';
import { Lineage } from './lineage.js';
import type { SceneSource } from './scene-source.js';
import { sceneSources } from './scene-sources.js';

/** Keys asked for at a time. */
const pageSize = 500;

/**
 * Everything that detectors look at, one scene in memory at a time.
 * @param within only what was done in this time
 */
export function* allScenes(
  store: Sqlite,
  sources: readonly SceneSource[] = sceneSources,
  within?: Within,
): Generator<{ kind: string; key: string; scene: Scene }> {
  const lineage = new Lineage(store);
  for (const source of sources)
    for (const key of allKeys(store, source)) {
      const made = source.scene(lineage, key, within);
      if (made !== null) yield { kind: source.kind, key, scene: made.scene };
    }
}

/** Keys of all scenes of a source, in its order. */
export function* allKeys(store: Sqlite, source: SceneSource): Generator<string> {
  for (let after: string | null = null; ; ) {
    const keys = source.keys(store, after, pageSize);
    yield* keys;
    after = keys.at(-1) ?? null;
    if (after === null) return;
  }
}
