import type { Deed } from '../model/scene.js';
import { matchAction } from '../policy/action.js';
import { promisesOf } from '../policy/promises.js';
import { defineDetector } from './define.js';
import { actorText, listText, originKey, span, succeeded } from './say.js';

/** Calls that CloudTrail marks as writes and that only read, or only make credentials. */
const readsInIntent = [
  'athena:StartQueryExecution',
  'athena:StopQueryExecution',
  'cloudtrail:StartQuery',
  'cloudtrail:CancelQuery',
  'cloudformation:DetectStackDrift',
  'cloudformation:DetectStackResourceDrift',
  'config:StartConfigRulesEvaluation',
  'iam:GenerateCredentialReport',
  'iam:GenerateServiceLastAccessedDetails',
  'iam:GenerateOrganizationsAccessReport',
  'logs:StartQuery',
  'logs:StopQuery',
  'logs:StartLiveTail',
  'sts:*',
  'signin:*',
  'kms:Decrypt',
];

export default defineDetector({
  id: 'read-role-write',
  summary: 'a role that the policy calls read-only made a successful write',
  severity: 'high',
  attack: ['T1078.004', 'T1098'],
  cannotSee: [
    'writes that are data events, when the trail does not record them',
    'calls that do not say whether they write',
  ],
  falsePositives: ['a scanner that starts a job to read: add its call to the reads option'],
  triage: [
    'Name the write and undo it if it was not meant.',
    'Take the permission out of the role: a read-only role needs none that writes.',
  ],
  options: {
    reads: { default: [], help: 'action globs that are reads in intent, beside the built-in ones' },
  },
  detect(scene, { policy, option }) {
    const promise = promisesOf(policy, scene.roleArn).find(({ readOnly }) => readOnly);
    if (promise === undefined) return null;
    const reads = [...readsInIntent, ...option<readonly string[]>('reads')];
    const writes = scene.deeds.filter((deed) => isWrite(deed, reads));
    if (writes.length === 0) return null;
    const actions = writes.map(({ action }) => action);
    return {
      title: `${actorText(scene, writes)} wrote with a read-only role: ${listText(actions)}`,
      ...span(writes),
      about: [scene.roleArn!, originKey(scene.origin), ...[...new Set(actions)].sort()],
      actions,
    };
  },
});

/** A call that succeeded, and of which no record says whether it writes: older ones have no such field. */
export function mayWrite(deed: Deed): boolean {
  return (
    deed.readOnly === null &&
    succeeded(deed) &&
    !readsInIntent.some((pattern) => matchAction(pattern, deed.action))
  );
}

function isWrite(deed: Deed, reads: readonly string[]): boolean {
  return (
    deed.readOnly === false && succeeded(deed) && !reads.some((pattern) => matchAction(pattern, deed.action))
  );
}
