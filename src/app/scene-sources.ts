import type { SceneSource } from './scene-source.js';
import { directSource, sessionSource } from './scenes.js';

/** Everything that detectors look at. */
export const sceneSources: readonly SceneSource[] = [sessionSource, directSource];

/** The source that a key is of; undefined for tokens that are no scene's key. */
export function sourceOf(key: string): SceneSource | undefined {
  return sceneSources.find(({ prefix }) => key.startsWith(prefix));
}
