import { detectors, type Judged, judge, readyDetectors } from '../detectors/index.js';
import type { Deed, Scene } from '../model/scene.js';
import type { Check, CheckGroup } from '../model/verification.js';
import type { Policy } from '../policy/index.js';
import type { Refusal } from '../store/access.js';
import type { Tally } from './verify-tally.js';

/** A scene, with what the detectors say of it. */
export interface Look {
  scene: Scene;
  /** What one detector says; each is asked at most once. */
  said(detector: string): readonly Judged[];
}

/** One promise while the scenes go by. */
export interface Examiner {
  group: CheckGroup;
  look(look: Look): void;
  /** Called for every refused assumption after the scenes. */
  refused?(refusal: Refusal): void;
  check(): Check;
}

/** The part of a scene inside the window; null when nothing of it is. */
export function inWindow(scene: Scene, window: { from: number; to: number } | null): Scene | null {
  if (window === null) return scene;
  const inside = (first: number, last: number) => first < window.to && last >= window.from;
  const deeds = scene.deeds.filter((deed: Deed) => inside(deed.first, deed.last));
  const at = scene.assumption?.at;
  const assumed = at !== undefined && inside(at, at);
  if (deeds.length === 0 && !assumed) return null;
  // A session that only went on in the window was not assumed in it.
  return { ...scene, deeds, assumption: assumed ? scene.assumption : null };
}

/** Makes looks. A detector that the policy switches off still knows whether a promise was kept. */
export function lookMaker(policy: Policy): (scene: Scene) => Look {
  const settings = policy.detectors.map((each) => ({ ...each, enabled: true }));
  const asked: Policy = { ...policy, detectors: settings };
  const ready = new Map(readyDetectors(detectors, asked).map((each) => [each.detector.id, each]));
  return (scene) => {
    const known = new Map<string, readonly Judged[]>();
    return {
      scene,
      said(id) {
        const before = known.get(id);
        if (before !== undefined) return before;
        const found = judge(scene, [ready.get(id)!], asked);
        known.set(id, found);
        return found;
      },
    };
  };
}

/**
 * Takes what a detector says into the tally: a low word is a doubt where the detector's own is louder.
 * @returns how much it said
 */
export function take(tally: Tally, said: readonly Judged[]): number {
  for (const { draft, exception } of said) {
    if (exception !== null) tally.except(exception);
    else if (draft.severity === 'low') tally.doubt(draft.title, draft.evidence);
    else tally.breach(draft.title, draft.evidence);
  }
  return said.length;
}
