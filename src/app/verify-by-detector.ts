import type { Scene } from '../model/scene.js';
import { doubtful, headOf, type RoleOf, times } from './verify-head.js';
import { type Examiner, type Look, take } from './verify-look.js';
import { Tally } from './verify-tally.js';

const beyond = 'what was seen goes beyond it';

/** An examiner of the role's own sessions that leaves judging to one detector. */
export function byDetector(
  of: RoleOf,
  detector: string,
  o: {
    key: string;
    promise: string;
    /** Whether the scene says anything about the promise, and the events that show it. */
    shows: (scene: Scene) => readonly string[] | null;
    /** Sentences for a promise that was kept, broken, not seen. */
    says: (tally: Tally) => [kept: string, broken: string, unseen: string];
    beside?: () => string[];
    also?: (look: Look, tally: Tally) => void;
  },
): Examiner {
  const tally = new Tally();
  const alone = { roles: [of.role] };
  let widened = 0;
  return {
    group: of.group,
    look(look) {
      if (!of.means(look.scene.roleArn)) return;
      o.also?.(look, tally);
      const evidence = o.shows(look.scene);
      if (evidence === null) return;
      const said = look.said(detector, alone);
      // Another entry may allow more: then this one was not kept, and nobody minds.
      if (said.length > 0 && look.said(detector).length === 0) widened++;
      else if (take(tally, said) === 0) tally.keep(evidence);
    },
    check() {
      const [pass, fail, none] = o.says(tally);
      return tally.check(
        headOf(of, o.key, o.promise),
        {
          pass,
          fail,
          'no-evidence': tally.doubts.length > 0 ? doubtful(tally) : widened > 0 ? beyond : none,
        },
        [
          ...(o.beside?.() ?? []),
          ...(widened === 0
            ? []
            : [`${times(widened, 'session', 'sessions')} beyond it, as another entry of the role allows`]),
        ],
      );
    },
  };
}
