import type { Refused } from '../model/scene.js';
import type { Policy } from '../policy/policy.js';
import { bursts } from './burst.js';
import { type Draft, defineDetector, positive } from './define.js';
import { isForbidden } from './forbidden-edge.js';
import { callerKey, callerText, listText, roleText } from './say.js';

export default defineDetector({
  id: 'denied-burst',
  summary: 'one principal was refused many role assumptions, or one role was refused to many principals',
  severity: 'medium',
  attack: ['T1110', 'T1078.004'],
  cannotSee: [
    'refused attempts of other accounts on a role of yours: they are logged in the account of the caller alone',
    'attempts along an edge that the policy lists under never: they are taken for the test that it is closed',
    'the role, where a refused record does not name it: such attempts count for their principal only',
  ],
  falsePositives: [
    'a job whose trust or permission was taken away and that goes on trying: it is one finding as long as it does',
  ],
  triage: [
    'See which roles were tried: a list of names means that somebody is looking for a way.',
    'Look for an assumption by the same principal that succeeded afterwards.',
    'A job that lost its trust: give it back, or stop the job.',
  ],
  options: {
    denials: { default: 10, help: 'refused assumptions of one principal within the window', fault: positive },
    principals: {
      default: 5,
      help: 'principals that were refused one role within the window',
      fault: positive,
    },
    minutes: { default: 60, help: 'length of the window', fault: positive },
  },
  detect({ refusals, roleArn }, { policy, option }) {
    if (refusals === null) return null;
    // AWS services try for themselves; what the policy forbids may be tried to prove that it is refused.
    const attempts = refusals.attempts.filter(
      (attempt) => attempt.caller.kind !== 'service' && !isNegativeTest(attempt, policy),
    );
    const [window, denials, principals] = [
      option<number>('minutes') * 60,
      option<number>('denials'),
      option<number>('principals'),
    ];
    return refusals.of === 'caller'
      ? bursts(attempts, window, (within) => within.attempts >= denials).map(byCaller)
      : bursts(attempts, window, (within) => within.callers >= principals).map((run) => byRole(run, roleArn));
  },
});

function byCaller(run: readonly Refused[]): Draft {
  const { caller } = run[0]!;
  const roles = run.flatMap((attempt) => (attempt.roleArn === null ? [] : [roleText(attempt.roleArn)]));
  const what = roles.length === 0 ? 'assumptions of roles that the records do not name' : listText(roles, 3);
  return {
    title: `${callerText(caller)} was refused ${sum(run)} times: ${what}`,
    ...shown(run),
    about: [callerKey(caller), String(run[0]!.first)],
  };
}

function byRole(run: readonly Refused[], roleArn: string | null): Draft {
  const callers = [...new Set(run.map(({ caller }) => callerText(caller)))];
  return {
    title: `${roleText(roleArn)} was refused to ${callers.length} principals: ${listText(callers, 3)}`,
    detail: [`${sum(run)} attempts in all.`],
    ...shown(run),
    about: [roleArn ?? '', String(run[0]!.first)],
  };
}

function shown(run: readonly Refused[]): Pick<Draft, 'time' | 'last' | 'evidence'> {
  return { time: run[0]!.first, last: run.at(-1)!.last, evidence: run.map(({ eventId }) => eventId) };
}

function sum(run: readonly Refused[]): number {
  return run.reduce((total, { count }) => total + count, 0);
}

function isNegativeTest({ caller, roleArn }: Refused, policy: Policy | null): boolean {
  return policy?.never.some((edge) => isForbidden(edge, [caller], roleArn, policy)) === true;
}
