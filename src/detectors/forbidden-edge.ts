import type { SceneCaller } from '../model/scene.js';
import { matchPrincipal, matchRole } from '../policy/match.js';
import type { ForbiddenEdge, Policy } from '../policy/policy.js';
import { matchAccountOnly } from '../policy/promises.js';
import { defineDetector } from './define.js';
import { callerKey, callerText, listText, roleText } from './say.js';

export default defineDetector({
  id: 'forbidden-edge',
  summary: 'an assumption that the policy says must never succeed did succeed',
  severity: 'critical',
  attack: ['T1548.005'],
  cannotSee: ['the caller of a session that is known from its uses alone'],
  falsePositives: ['an edge that is wider than it was meant to be: narrow its from or to'],
  triage: [
    'Close the trust: edit the trust policy of the role.',
    'Revoke the sessions of the role and read what they did.',
  ],
  options: {},
  detect({ assumption, roleArn }, { policy }) {
    if (policy === null || assumption === null || roleArn === null) return null;
    for (const edge of policy.never) {
      if (!isForbidden(edge, assumption.callers, roleArn, policy)) continue;
      return {
        title: `${listText(assumption.callers.map(callerText))} assumed ${roleText(roleArn)}, which must never succeed`,
        detail: [
          `The policy forbids ${edge.from} to ${edge.to}${edge.reason === null ? '' : `: ${edge.reason}`}.`,
        ],
        time: assumption.at,
        evidence: assumption.evidence,
        about: [edge.from, edge.to, roleArn, ...assumption.callers.map(callerKey).sort()],
      };
    }
    return null;
  },
});

/** Every possible caller has to be a forbidden one: nobody is accused by a guess. */
export function isForbidden(
  { from, to }: ForbiddenEdge,
  callers: readonly SceneCaller[],
  roleArn: string | null,
  policy: Policy,
): boolean {
  return (
    roleArn !== null &&
    matchRole(to, roleArn, policy) &&
    callers.every((caller) => isFrom(from, caller, policy))
  );
}

/** One of the callers is a forbidden one, or so little is known of them that one may be. */
export function mayBeForbidden(
  { from }: ForbiddenEdge,
  callers: readonly SceneCaller[],
  policy: Policy,
): boolean {
  return callers.some((caller) => {
    if (caller.kind === 'unknown') return true;
    if (caller.kind === 'account') return matchAccountOnly(from, caller.accountId, policy) !== 'none';
    return isFrom(from, caller, policy);
  });
}

function isFrom(pattern: string, caller: SceneCaller, policy: Policy): boolean {
  if (caller.kind === 'principal') return matchPrincipal(pattern, caller.arn, policy);
  return caller.kind === 'account' && matchAccountOnly(pattern, caller.accountId, policy) === 'all';
}
