import { mayBeForbidden } from '../detectors/forbidden-edge.js';
import { breach as breachOf } from '../detectors/guardrail-breach.js';
import { callerText, listText, originText, roleText, succeeded } from '../detectors/say.js';
import type { Scene } from '../model/scene.js';
import { matchAction } from '../policy/action.js';
import { matchPrincipal, matchRole } from '../policy/match.js';
import type { ForbiddenEdge, Policy } from '../policy/policy.js';
import { doubtful, times } from './verify-head.js';
import { type Examiner, take } from './verify-look.js';
import { Tally } from './verify-tally.js';

/** Calls that can open a bucket or an object to everybody. */
const opening = [
  's3:PutBucketAcl',
  's3:PutObjectAcl',
  's3:PutBucketPolicy',
  's3:DeletePublicAccessBlock',
  's3:DeleteBucketPublicAccessBlock',
  's3:PutPublicAccessBlock',
  's3:PutBucketPublicAccessBlock',
];

/** What the organization denies: attempts were refused, and none succeeded. */
export function guardrailExaminers(policy: Policy): Examiner[] {
  const { lines } = policy;
  const { deny, regions } = policy.guardrails;
  return [
    ...deny.map((action, i) => denied(action, `guardrails.deny[${i}]`, lines.deny[i] ?? null)),
    ...(regions === null ? [] : [regionsUsed(policy, lines.regions)]),
    rootUse(),
  ];
}

/** An action that nobody may call. */
function denied(action: string, id: string, line: number | null): Examiner {
  const tally = new Tally();
  return {
    group: 'guardrails',
    look({ scene }) {
      for (const deed of scene.deeds) {
        if (!matchAction(action, deed.action)) continue;
        if (deed.denied) tally.keep([deed.eventId], deed.count);
        else if (succeeded(deed))
          tally.breach(`${doer(scene)} called ${deed.action} in ${deed.accountId}`, [deed.eventId]);
      }
    },
    check: () =>
      tally.check(
        { id, line, promise: `nobody calls ${action}` },
        {
          pass: `${times(tally.kept, 'attempt', 'attempts')}, all refused`,
          fail: `${succeededText(tally)}; ${times(tally.kept, 'attempt', 'attempts')} refused`,
          'no-evidence': 'nobody tried, so nothing shows that it would be refused',
        },
      ),
  };
}

/** A call that opened something to everybody, in words. */
export interface Opened {
  says: string;
  eventId: string;
}

/** Public buckets and objects: attempts to open one were refused, and none succeeded. */
export function publicAccess(opened: readonly Opened[]): Examiner {
  const tally = new Tally();
  for (const { says, eventId } of opened) tally.breach(says, [eventId]);
  return {
    group: 'guardrails',
    look({ scene }) {
      for (const deed of scene.deeds)
        if (deed.denied && opening.includes(deed.action)) tally.keep([deed.eventId]);
    },
    check: () =>
      tally.check(
        { id: 'guardrails.public', line: null, promise: 'no bucket or object is opened to everybody' },
        {
          pass: `${times(tally.kept, 'attempt', 'attempts')} to change who may read, all refused`,
          fail: succeededText(tally),
          'no-evidence': 'nobody tried, so nothing shows that it would be refused',
        },
      ),
  };
}

function succeededText({ breaches }: Tally): string {
  return `${times(breaches.length, 'call', 'calls')} succeeded`;
}

function doer({ session, origin, roleArn }: Scene): string {
  return session === null ? originText(origin) : `${originText(origin)} as ${roleText(roleArn)}`;
}

function regionsUsed(policy: Policy, line: number | null): Examiner {
  const tally = new Tally();
  let refused = 0;
  const regions = policy.guardrails.regions!;
  const onlyRegions = { ...policy, guardrails: { deny: [], regions } };
  return {
    group: 'guardrails',
    look({ scene }) {
      for (const deed of scene.deeds) {
        if (deed.readOnly === true) continue;
        const outside = breachOf(deed, onlyRegions, true) !== null;
        if (deed.readOnly === null) {
          if (outside && succeeded(deed))
            tally.doubt(
              `${doer(scene)} called ${deed.action} in ${deed.region}: the record does not say whether it writes`,
              [deed.eventId],
            );
        } else if (!outside && succeeded(deed)) tally.keep([deed.eventId]);
        else if (outside && deed.denied) refused += deed.count;
        else if (outside && succeeded(deed))
          tally.breach(`${doer(scene)} called ${deed.action} in ${deed.region}`, [deed.eventId]);
      }
    },
    check: () =>
      tally.check(
        { id: 'guardrails.regions', line, promise: `nothing is changed outside ${listText(regions, 6)}` },
        {
          pass: `all that was changed was changed there; ${times(refused, 'attempt', 'attempts')} elsewhere refused`,
          fail: `${succeededText(tally)} elsewhere; ${times(refused, 'attempt', 'attempts')} refused`,
          'no-evidence': tally.doubts.length > 0 ? doubtful(tally) : 'nothing was changed anywhere',
        },
      ),
  };
}

function rootUse(): Examiner {
  const tally = new Tally();
  return {
    group: 'guardrails',
    look(look) {
      if (take(tally, look.said('root-use')) === 0 && look.scene.origin.kind !== 'root')
        tally.keep(look.scene.deeds.slice(0, 1).map(({ eventId }) => eventId));
    },
    check: () =>
      tally.check(
        { id: 'guardrails.root', line: null, promise: 'nobody acts as root' },
        {
          pass: 'no root user in the logs; they show everything else',
          fail: `${times(tally.breaches.length, 'day', 'days')} of root use`,
          'no-evidence': 'the logs show nobody at all',
        },
      ),
  };
}

/** Negative tests: each edge of `never` was tried and refused. */
export function neverExaminers(policy: Policy): Examiner[] {
  return policy.never.map((edge, i) => never(edge, i, policy));
}

function never(edge: ForbiddenEdge, i: number, policy: Policy): Examiner {
  const tally = new Tally();
  const alone = { never: [edge] };
  let unseen = 0;
  return {
    group: 'never',
    look(look) {
      const { session, assumption, roleArn } = look.scene;
      if (!matchRole(edge.to, roleArn ?? '', policy)) return;
      if (take(tally, look.said('forbidden-edge', alone)) > 0) return;
      if (assumption !== null && mayBeForbidden(edge, assumption.callers, policy))
        tally.doubt(
          `cannot confirm that ${edge.from} did not get into ${roleText(roleArn)}: ${listText(assumption.callers.map(callerText))}`,
          assumption.evidence,
        );
      else if (session !== null && session.issuance === null) unseen++;
    },
    refused({ caller, roleArn, eventId }) {
      if (matchRole(edge.to, roleArn, policy) && matchPrincipal(edge.from, caller, policy))
        tally.keep([eventId]);
    },
    check: () =>
      tally.check(
        {
          id: `never[${i}]`,
          line: edge.line,
          promise: `${edge.from} never gets into ${edge.to}${edge.reason === null ? '' : ` (${edge.reason})`}`,
        },
        {
          pass: `${times(tally.kept, 'attempt', 'attempts')}, all refused`,
          fail: `${times(tally.breaches.length, 'assumption', 'assumptions')} succeeded`,
          'no-evidence':
            tally.doubts.length > 0
              ? doubtful(tally)
              : 'nobody tried: a negative test that was not run proves nothing',
        },
        unseen === 0
          ? []
          : [
              `nobody saw who assumed ${times(unseen, 'session', 'sessions')} of such roles: known from calls alone`,
            ],
      ),
  };
}
