import { detectors, type Judged, judge, type Ready, readyDetectors } from '../detectors/index.js';
import type { Scene } from '../model/scene.js';
import type { Check, CheckGroup } from '../model/verification.js';
import type { Policy } from '../policy/index.js';
import type { Refusal } from '../store/access.js';
import type { Tally } from './verify-tally.js';

/** A scene, with what the detectors say of it. */
export interface Look {
  scene: Scene;
  /**
   * What one detector says; each is asked at most once.
   * @param alone one promise that it judges as if there were no others of its kind
   */
  said(detector: string, alone?: Alone): readonly Judged[];
}

/** The one promise of its kind that a policy has for once. */
export type Alone = Pick<Policy, 'roles'> | Pick<Policy, 'never'>;

/** One promise while the scenes go by. */
export interface Examiner {
  group: CheckGroup;
  look(look: Look): void;
  /** Called for every refused assumption after the scenes. */
  refused?(refusal: Refusal): void;
  check(): Check;
}

/** A scene of what was done in the window, without an assumption before or after it; null when nothing is left. */
export function inWindow(scene: Scene, window: { from: number; to: number } | null): Scene | null {
  if (window === null) return scene;
  const at = scene.assumption?.at;
  const assumed = at !== undefined && at >= window.from && at < window.to;
  if (scene.deeds.length === 0 && !assumed) return null;
  // A session that only went on in the window was not assumed in it.
  return { ...scene, assumption: assumed ? scene.assumption : null };
}

/**
 * Makes looks. A detector that the policy switches off still knows whether a promise was kept, and how urgent the
 * policy calls what it says has nothing to do with how sure it is.
 */
export function lookMaker(policy: Policy): (scene: Scene) => Look {
  const settings = policy.detectors.map((each) => ({ ...each, enabled: true, severity: null }));
  const asked: Policy = { ...policy, detectors: settings };
  const whole = readyById(asked);
  const narrow = new Map<Alone, { policy: Policy; ready: ReadonlyMap<string, Ready> }>();
  const narrowed = (alone: Alone) => {
    const known = narrow.get(alone) ?? {
      policy: { ...asked, ...alone },
      ready: readyById({ ...asked, ...alone }),
    };
    narrow.set(alone, known);
    return known;
  };
  return (scene) => {
    const known = new Map<string, readonly Judged[]>();
    return {
      scene,
      said(id, alone) {
        if (alone !== undefined) {
          const { policy: own, ready } = narrowed(alone);
          return judge(scene, [ready.get(id)!], own);
        }
        const found = known.get(id) ?? judge(scene, [whole.get(id)!], asked);
        known.set(id, found);
        return found;
      },
    };
  };
}

function readyById(policy: Policy): ReadonlyMap<string, Ready> {
  return new Map(readyDetectors(detectors, policy).map((each) => [each.detector.id, each]));
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
