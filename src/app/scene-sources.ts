import { directSource } from './direct-scenes.js';
import { probedSource, refusedSource } from './refused-scenes.js';
import type { SceneSource } from './scene-source.js';
import { trustSource } from './scene-trust.js';
import { sessionSource } from './scenes.js';
import { sharedKeySource } from './shared-key-scenes.js';

/** Everything that detectors look at. */
export const sceneSources: readonly SceneSource[] = [
  sessionSource,
  directSource,
  refusedSource,
  probedSource,
  sharedKeySource,
  trustSource,
];

/** The source that a key is of; undefined for tokens that are no scene's key. */
export function sourceOf(key: string): SceneSource | undefined {
  return sceneSources.find(({ prefix }) => key.startsWith(prefix));
}
