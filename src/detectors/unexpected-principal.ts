import type { Assumption, Scene, SceneCaller } from '../model/scene.js';
import { matchPrincipal } from '../policy/match.js';
import { matchOrigin } from '../policy/origin.js';
import type { Policy, RolePromise } from '../policy/policy.js';
import { matchAccountOnly, promisesOf } from '../policy/promises.js';
import { type Draft, defineDetector } from './define.js';
import { callerKey, callerText, listText, originKey, originText, roleText } from './say.js';

type Verdict = 'expected' | 'unexpected' | 'unclear';

export default defineDetector({
  id: 'unexpected-principal',
  summary: 'a role with callers or origins in the policy was assumed by anything else',
  severity: 'high',
  attack: ['T1078.004', 'T1548.005'],
  cannotSee: [
    'the caller of an assumption of which only the role account holds a copy: then it cannot confirm, and says so',
  ],
  falsePositives: ['a pipeline or tool that was added to the trust policy and not yet to rolecall.yaml'],
  triage: [
    'Look at the chain: who stands at its origin?',
    'Compare with the trust policy of the role: should this caller be in it?',
    'Add the caller to rolecall.yaml, or take it out of the trust policy and revoke the sessions of the role.',
  ],
  options: {},
  detect(scene, { policy }) {
    const { assumption, roleArn } = scene;
    if (assumption === null) return null;
    for (const promise of promisesOf(policy, roleArn)) {
      const draft = ofCallers(scene, assumption, promise, policy) ?? ofOrigin(scene, assumption, promise);
      if (draft !== null) return draft;
    }
    return null;
  },
});

function ofCallers(
  scene: Scene,
  assumption: Assumption,
  promise: RolePromise,
  policy: Policy | null,
): Draft | null {
  if (promise.callers === null) return null;
  // A token or an assertion is no caller of AWS: where origins are promised, they judge it.
  if (promise.origins !== null && assumption.callers.every(({ kind }) => kind === 'federated')) return null;
  const verdicts = assumption.callers.map((caller) => judge(caller, promise.callers!, policy));
  if (verdicts.every((verdict) => verdict === 'expected')) return null;
  const callers = listText(assumption.callers.map(callerText));
  const about = [promise.name, scene.roleArn!, ...assumption.callers.map(callerKey).sort()];
  const { at: time, evidence } = assumption;
  if (verdicts.every((verdict) => verdict === 'unexpected')) {
    const title = `${roleText(scene.roleArn)} was assumed by ${callers}, which is not among its callers`;
    return { title, time, evidence, about, detail: [`The policy allows ${listText(promise.callers)}.`] };
  }
  return {
    title: `cannot confirm that ${roleText(scene.roleArn)} was assumed by one of its callers: ${callers}`,
    severity: 'low',
    time,
    evidence,
    about,
    detail: ['The records show too little of the caller; collect the trail of its account.'],
  };
}

function judge(caller: SceneCaller, patterns: readonly string[], policy: Policy | null): Verdict {
  switch (caller.kind) {
    case 'principal':
      return patterns.some((pattern) => matchPrincipal(pattern, caller.arn, policy))
        ? 'expected'
        : 'unexpected';
    case 'account': {
      const matches = patterns.map((pattern) => matchAccountOnly(pattern, caller.accountId, policy));
      if (matches.includes('all')) return 'expected';
      return matches.includes('some') ? 'unclear' : 'unexpected';
    }
    case 'unknown':
      return 'unclear';
    default:
      return 'unexpected';
  }
}

function ofOrigin(scene: Scene, assumption: Assumption, promise: RolePromise): Draft | null {
  const { origin, roleArn } = scene;
  if (promise.origins === null || promise.origins.some((pattern) => matchOrigin(pattern, origin)))
    return null;
  const { at: time, evidence } = assumption;
  const about = [promise.name, roleArn!, originKey(origin)];
  const detail = [`The policy expects ${listText(promise.origins)}.`];
  if (origin.kind !== 'unobserved') {
    const title = `${roleText(roleArn)} goes back to ${originText(origin)}, which is not among its origins`;
    return { title, time, evidence, about, detail };
  }
  return {
    title: `cannot confirm that ${roleText(roleArn)} goes back to one of its origins: none was observed`,
    severity: 'low',
    time,
    evidence,
    about,
    detail,
  };
}
