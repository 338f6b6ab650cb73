import type { Detector } from '../detectors/index.js';
import type { Scene } from '../model/scene.js';
import { blindReason, draftsOf } from './rule-shape.js';
import type { Troubles } from './rule-troubles.js';

/**
 * A user's detector that ends no run, whatever it does: what it throws is told, and what it gives is looked at. It
 * cannot change the scene, which others look at too.
 */
export function guarded(detector: Detector, troubles: Troubles): Detector {
  const look = <T>(scene: Scene, work: (scene: Scene) => T): T | null => {
    try {
      return work(frozen(scene));
    } catch (error) {
      troubles.add(detector.id, scene.session?.id ?? null, error);
      return null;
    }
  };
  const { blind } = detector;
  return {
    ...detector,
    detect: (scene, means) => look(scene, (each) => draftsOf(detector.detect(each, means))),
    ...(blind === undefined
      ? {}
      : { blind: (scene, means) => look(scene, (each) => blindReason(blind(each, means))) }),
  };
}

/** Frozen through and through; what is frozen already is not gone into again. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const each of Object.values(value)) frozen(each);
  return value;
}
