import type { Deed } from '../model/scene.js';
import { matchAction } from '../policy/action.js';
import { promisesOf } from '../policy/promises.js';
import { defineDetector } from './define.js';
import { actorText, listText, originKey, roleText, span, succeeded } from './say.js';

export default defineDetector({
  id: 'unexpected-call',
  summary: 'a role with calls in the policy did something else',
  severity: 'medium',
  attack: ['T1078.004'],
  cannotSee: ['data events that the trail does not record'],
  falsePositives: ['a new step of a pipeline; calls that an SDK makes by itself'],
  triage: [
    'Read the calls: would the job make them?',
    'If so, add them to calls in rolecall.yaml; if not, look at the chain for who was behind it.',
    'Narrow the permissions of the role to its calls.',
  ],
  options: {
    ignore: {
      default: ['sts:GetCallerIdentity'],
      help: 'action globs that every role may use',
    },
  },
  detect(scene, { policy, option }) {
    const promises = promisesOf(policy, scene.roleArn).filter(({ calls }) => calls !== null);
    if (promises.length === 0) return null;
    const allowed = [...promises.flatMap(({ calls }) => calls!), ...option<readonly string[]>('ignore')];
    // A refused call was not done; a failed one was tried with the permission to do it.
    const other = scene.deeds.filter(
      (deed) => !deed.denied && !allowed.some((pattern) => matchAction(pattern, deed.action)),
    );
    if (other.length === 0) return null;
    const actions = other.map(({ action }) => action);
    return {
      title: `${actorText(scene, other)} ${verb(other)} ${listText(actions)}, not among the calls of the role`,
      detail: [
        `The policy expects ${listText(
          promises.flatMap(({ calls }) => calls!),
          8,
        )} of ${roleText(scene.roleArn)}.`,
      ],
      ...span(other),
      about: [scene.roleArn!, originKey(scene.origin), ...[...new Set(actions)].sort()],
      actions,
    };
  },
});

function verb(deeds: readonly Deed[]): string {
  return deeds.some(succeeded) ? 'called' : 'tried, without success,';
}
