import { isBreakGlass } from '../detectors/identity-center-bypass.js';
import { listText, originText, roleText } from '../detectors/say.js';
import type { DirectAccess } from '../model/answers.js';
import { userArn } from '../model/arn.js';
import type { Check } from '../model/verification.js';
import { matchPrincipal } from '../policy/match.js';
import type { Policy } from '../policy/policy.js';
import { promisesOf } from '../policy/promises.js';
import { times } from './verify-head.js';
import { type Examiner, take } from './verify-look.js';
import { Tally } from './verify-tally.js';

/** What people from Identity Center tried beyond their permissions was refused. */
export function peopleRefused(): Examiner {
  const tally = new Tally();
  return {
    group: 'people',
    look({ scene: { origin, deeds } }) {
      if (origin.kind !== 'identity-center-user') return;
      for (const deed of deeds) if (deed.denied) tally.keep([deed.eventId]);
    },
    check: () =>
      tally.check(
        { id: 'people.refused', line: null, promise: 'what people try beyond their permissions is refused' },
        {
          pass: `${times(tally.kept, 'kind of call', 'kinds of calls')} by people from Identity Center refused`,
          fail: '',
          'no-evidence': 'no call of anybody from Identity Center was refused',
        },
      ),
  };
}

/** `limits.maxDepth`, for every role that has no limit of its own. */
export function shallowChains(policy: Policy): Examiner[] {
  const { maxDepth } = policy.limits;
  if (maxDepth === null) return [];
  const tally = new Tally();
  const hasOwn = (roleArn: string | null) =>
    promisesOf(policy, roleArn).some((role) => role.maxDepth !== null);
  let unknown = 0;
  return [
    {
      group: 'chains',
      look(look) {
        const { session, assumption, roleArn } = look.scene;
        if (session === null || assumption === null || hasOwn(roleArn)) return;
        if (session.depth === null) unknown++;
        else if (take(tally, look.said('deep-chain')) === 0) tally.keep(assumption.evidence);
      },
      check: () =>
        tally.check(
          {
            id: 'limits.maxDepth',
            line: policy.lines.maxDepth,
            promise: `no session is more than ${maxDepth} assumptions from its origin`,
          },
          {
            pass: `${times(tally.kept, 'session', 'sessions')}, none deeper`,
            fail: `${times(tally.breaches.length, 'session', 'sessions')} deeper`,
            'no-evidence': 'nobody assumed a role',
          },
          unknown === 0 ? [] : [`the depth of ${times(unknown, 'session', 'sessions')} is not known`],
        ),
    },
  ];
}

/** Emergencies are allowed, and never go unnoticed. @param alerted fingerprints that somebody was told of */
export function breakGlassUses(
  policy: Policy,
  lines: readonly number[],
  alerted: (fingerprint: string) => boolean,
  fingerprint: (about: readonly string[]) => string,
): Examiner[] {
  return policy.breakGlass.map((pattern, i) => {
    const tally = new Tally();
    const alone = { ...policy, breakGlass: [pattern] };
    return {
      group: 'break-glass',
      look(look) {
        if (!isBreakGlass(look.scene, alone)) return;
        for (const { draft, exception } of look.said('break-glass')) {
          if (exception !== null) tally.except(exception);
          else if (alerted(fingerprint(draft.about))) tally.keep(draft.evidence);
          else tally.breach(`${draft.title}, and nobody was told`, draft.evidence);
        }
      },
      check: () =>
        tally.check(
          {
            id: `breakGlass[${i}]`,
            line: lines[i] ?? null,
            promise: `${pattern} is used with an alert alone`,
          },
          {
            pass: `used ${times(tally.kept, 'time', 'times')}, each with an alert or acknowledged`,
            fail: `used ${times(tally.breaches.length + tally.kept, 'time', 'times')}, ${tally.breaches.length} without an alert`,
            'no-evidence': 'not used; whether it would work and raise the alert shows in a drill alone',
          },
        ),
    };
  });
}

/** Access keys of IAM users; those of break-glass users are kept for emergencies. */
export function longLivedKeys(
  policy: Policy,
  direct: readonly DirectAccess[],
  firstCall: ReadonlyMap<string, string>,
  records: number,
): Check {
  const tally = new Tally();
  for (const { kind, id, accountId, accessKeyIds, calls, first, last } of direct) {
    const keys = accessKeyIds.filter((key) => key.startsWith('AKIA'));
    const arn = userArn(accountId, id);
    if (kind !== 'iam-user' || keys.length === 0) continue;
    if (policy.breakGlass.some((pattern) => matchPrincipal(pattern, arn, policy))) continue;
    const days = Math.floor(last / 86_400) - Math.floor(first / 86_400) + 1;
    const evidence = firstCall.get(JSON.stringify([id, accountId]));
    tally.breach(
      `user ${id} in ${accountId} called with ${listText(keys)}: ${times(calls, 'call', 'calls')} within ${times(days, 'day', 'days')}`,
      evidence === undefined ? [] : [evidence],
    );
  }
  if (records > 0) tally.keep();
  return tally.check(
    { id: 'keys.long-lived', line: null, promise: 'no access key of an IAM user is in use' },
    {
      pass: 'no call was signed with one, those for emergencies aside',
      fail: `${times(tally.breaches.length, 'user', 'users')} with one; the logs cannot tell a person from a machine`,
      'no-evidence': 'the store has no records of this window',
    },
  );
}

/** The logs show who assumed which role, and which calls followed. */
export function origins(): Examiner {
  const tally = new Tally();
  return {
    group: 'chains',
    look({ scene: { session, origin, roleArn, deeds } }) {
      if (session === null) return;
      const { link } = session;
      // A session that nobody saw issued is shown by its first call.
      const evidence =
        link.evidence.length > 0 ? link.evidence : deeds.slice(0, 1).map(({ eventId }) => eventId);
      if (origin.kind !== 'unobserved') tally.keep(evidence);
      else
        tally.breach(
          `${roleText(roleArn)}: ${originText(origin)}, ${link.reason ?? 'several callers are possible'}`,
          evidence,
        );
    },
    check: () =>
      tally.check(
        { id: 'chains.origin', line: null, promise: 'each session leads back to who began its chain' },
        {
          pass: `${times(tally.kept, 'session', 'sessions')}, each with its origin`,
          fail: `${tally.breaches.length} of ${times(tally.kept + tally.breaches.length, 'session', 'sessions')} without`,
          'no-evidence': 'no session in the logs',
        },
      ),
  };
}
