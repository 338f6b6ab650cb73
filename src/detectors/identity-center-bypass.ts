import { rootArn, userArn } from '../model/arn.js';
import type { Scene } from '../model/scene.js';
import { matchPrincipal } from '../policy/match.js';
import type { Policy } from '../policy/policy.js';
import { promisesOf } from '../policy/promises.js';
import { defineDetector } from './define.js';
import { originKey, originText, roleText } from './say.js';

const people = new Set(['iam-user', 'saml-user', 'root']);

export default defineDetector({
  id: 'identity-center-bypass',
  summary: 'a person reached a role that is meant for Identity Center alone in another way',
  severity: 'high',
  attack: ['T1078.004'],
  cannotSee: ['who is behind an origin that was not observed: see unobserved-origin'],
  falsePositives: ['a break-glass user that the policy does not name under breakGlass'],
  triage: [
    'Ask the person why Identity Center was gone round.',
    'Remove the trust of the role in users, root and other providers.',
    'Remove the long-lived keys of the user.',
  ],
  options: {},
  detect(scene, { policy }) {
    const { origin, assumption, roleArn } = scene;
    if (assumption === null || !people.has(origin.kind)) return null;
    if (!promisesOf(policy, roleArn).some(({ humans }) => humans === 'identity-center')) return null;
    if (isBreakGlass(scene, policy)) return null;
    return {
      title: `${originText(origin)} reached ${roleText(roleArn)} without Identity Center`,
      time: assumption.at,
      evidence: assumption.evidence,
      about: [roleArn!, originKey(origin)],
    };
  },
});

/** True when the origin, or a role on the way, is one that the policy keeps for emergencies. */
export function isBreakGlass({ origin, above, roleArn }: Scene, policy: Policy | null): boolean {
  const arns = [...above.map((each) => each.roleArn), roleArn].filter((arn) => arn !== null);
  if (origin.kind === 'iam-user') arns.push(userArn(origin.accountId, origin.id));
  if (origin.kind === 'root') arns.push(rootArn(origin.accountId));
  return (policy?.breakGlass ?? []).some((pattern) =>
    arns.some((arn) => matchPrincipal(pattern, arn, policy)),
  );
}
