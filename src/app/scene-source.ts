import type { Scene } from '../model/scene.js';
import type { Within } from '../store/deeds.js';
import type { Sqlite } from '../store/open.js';
import type { Lineage } from './lineage.js';

/** A scene with what it was made of beyond its own rows: when one of these is touched, it may look different. */
export interface Depending {
  scene: Scene;
  /** Keys of other scenes (`session:k7m2…`), or tokens of what the store was asked: as `touched` in the store has them. */
  dependsOn: readonly string[];
}

/** One kind of scenes. Each has a key that follows from the records, never from the order they came in. */
export interface SceneSource {
  /** What its scenes are counted under in `looked`. */
  kind: string;
  /** Its keys begin so: `session:`. */
  prefix: string;
  /** Few enough to be looked at again whenever anything is touched. */
  always?: boolean;
  /** All its keys, some at a time: those after `after`, in one order that stays. */
  keys(store: Sqlite, after: string | null, limit: number): string[];
  /**
   * Keys of scenes that the touched thing is a part of. Scenes that merely depend on it are found by their
   * `dependsOn` and need not be named; neither need the scene whose key the token itself is.
   */
  touched(store: Sqlite, token: string): string[];
  /**
   * Null when the records show no such scene, or no longer.
   * @param within only what was done in this time; everything when it is missing
   */
  scene(lineage: Lineage, key: string, within?: Within): Depending | null;
}
