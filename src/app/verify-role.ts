import { mayWrite } from '../detectors/read-role-write.js';
import { callerText, listText, originText, roleText, succeeded } from '../detectors/say.js';
import type { CheckGroup } from '../model/verification.js';
import { matchAction } from '../policy/action.js';
import { matchRole } from '../policy/match.js';
import type { Policy, RolePromise } from '../policy/policy.js';
import { byDetector } from './verify-by-detector.js';
import { headOf, type RoleOf, times } from './verify-head.js';
import type { Examiner } from './verify-look.js';
import { resourcesUsed, type TargetsOf } from './verify-resources.js';
import { Tally } from './verify-tally.js';
import { offboarding, onlyRole } from './verify-vendor.js';

const groupOf: Record<NonNullable<RolePromise['usage']>, CheckGroup> = {
  human: 'people',
  cicd: 'cicd',
  audit: 'audit',
  vendor: 'vendor',
  resource: 'resource',
};

/** Calls that leave somebody behind who can come back. */
const lasting = [
  'iam:CreateUser',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreateRole',
  'iam:UpdateAssumeRolePolicy',
];

/** What one entry of `roles:` promises, one examiner for each promise. */
export function roleExaminers(role: RolePromise, policy: Policy, targets: TargetsOf): Examiner[] {
  const group = role.usage !== null ? groupOf[role.usage] : role.humans !== null ? 'people' : 'roles';
  const means = (arn: string | null) =>
    arn !== null && role.match.some((pattern) => matchRole(pattern, arn, policy));
  const of = { role, group, means };
  return [
    ...(role.humans === null ? [] : [people(of)]),
    ...(role.callers === null && role.origins === null ? [] : [callers(of)]),
    ...(role.calls === null ? [] : [calls(of)]),
    ...resourcesUsed(of, targets),
    ...(role.usage === 'cicd' ? [leavesNobody(of)] : []),
    ...(role.readOnly ? [readOnly(of)] : []),
    ...(role.externalId === null ? [] : [externalId(of)]),
    ...(role.usage === 'vendor' ? [onlyRole(of, policy)] : []),
    ...offboarding(of, policy),
    ...(role.maxDepth === null ? [] : [depth(of)]),
    ...(role.sourceIdentity === null ? [] : [sourceIdentity(of)]),
  ];
}

function people(of: RoleOf): Examiner {
  return byDetector(of, 'identity-center-bypass', {
    key: 'humans',
    promise: `people reach ${of.role.name} through Identity Center alone`,
    shows: ({ origin, assumption }) =>
      assumption !== null && personal.has(origin.kind) ? assumption.evidence : null,
    says: ({ kept, breaches }) => [
      `${times(kept, 'person', 'people', 'came')} through Identity Center, or in an emergency the policy allows`,
      `${breaches.length} came another way`,
      'no person held it',
    ],
  });
}

const personal: ReadonlySet<string> = new Set(['identity-center-user', 'saml-user', 'iam-user', 'root']);

function callers(of: RoleOf): Examiner {
  const { role } = of;
  const seen = new Map<string, number>();
  let refused = 0;
  const examiner = byDetector(of, 'unexpected-principal', {
    key: role.callers === null ? 'origins' : 'callers',
    promise: `${role.name} is assumed by ${listText([...(role.callers ?? []), ...(role.origins ?? [])])} alone`,
    shows: ({ assumption }) => assumption?.evidence ?? null,
    also({ scene: { session, assumption, roleArn, origin, deeds } }, tally) {
      if (assumption !== null) {
        const by = listText(assumption.callers.map(callerText));
        const via = originText(origin);
        const text = `${roleText(roleArn)}: by ${by}${via === by ? '' : `, from ${via}`}`;
        seen.set(text, (seen.get(text) ?? 0) + 1);
      } else if (session !== null && session.issuance === null) {
        tally.doubt(
          `session ${session.id} of ${roleText(roleArn)} is known from its calls alone: nobody saw who assumed it`,
          deeds.slice(0, 1).map(({ eventId }) => eventId),
        );
      }
    },
    says: ({ kept, breaches }) => [
      `${times(kept, 'assumption', 'assumptions')}, each as promised`,
      `${breaches.length} by somebody else`,
      'nobody assumed it',
    ],
    beside: () => [
      ...[...seen]
        .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
        .slice(0, mostCallers)
        .map(([text, n]) => `${text} (${n})`),
      ...(seen.size > mostCallers ? [`${seen.size - mostCallers} more callers`] : []),
      ...(refused > 0 ? [`${refused} attempts were refused`] : []),
    ],
  });
  return {
    ...examiner,
    refused({ roleArn }) {
      if (of.means(roleArn)) refused++;
    },
  };
}

const mostCallers = 20;

function calls(of: RoleOf): Examiner {
  let refused = 0;
  return byDetector(of, 'unexpected-call', {
    key: 'calls',
    promise: `${of.role.name} calls nothing but ${listText(of.role.calls ?? [], 6)}`,
    shows: ({ deeds }) => {
      const done = deeds.filter(({ denied }) => !denied);
      return done.length === 0 ? null : done.map(({ eventId }) => eventId);
    },
    also({ scene }) {
      for (const deed of scene.deeds) if (deed.denied) refused += deed.count;
    },
    says: ({ kept, breaches }) => [
      `${times(kept, 'session', 'sessions')} called what they may`,
      `${times(breaches.length, 'session', 'sessions')} called something else`,
      'no session of it called anything',
    ],
    beside: () => (refused > 0 ? [`${refused} calls were refused`] : []),
  });
}

function leavesNobody(of: RoleOf): Examiner {
  const tally = new Tally();
  const strays = lasting.filter((action) => !of.role.calls?.some((pattern) => matchAction(pattern, action)));
  return {
    group: of.group,
    look({ scene }) {
      if (!of.means(scene.roleArn) || scene.deeds.length === 0) return;
      const found = scene.deeds.filter(
        (deed) => succeeded(deed) && strays.some((action) => matchAction(action, deed.action)),
      );
      if (found.length === 0) tally.keep(scene.deeds.map(({ eventId }) => eventId));
      for (const deed of found)
        tally.breach(`${originText(scene.origin)} as ${roleText(scene.roleArn)} called ${deed.action}`, [
          deed.eventId,
        ]);
    },
    check: () =>
      tally.check(headOf(of, 'lasting', `${of.role.name} leaves no user, key or role behind`), {
        pass: `${times(tally.kept, 'session', 'sessions')}, and none of ${listText(strays, 3)}`,
        fail: `${times(tally.breaches.length, 'stray call', 'stray calls')}`,
        'no-evidence': 'no session of it called anything',
      }),
  };
}

function readOnly(of: RoleOf): Examiner {
  const read = new Map<string, number>();
  return byDetector(of, 'read-role-write', {
    key: 'readOnly',
    promise: `${of.role.name} reads, and writes nowhere`,
    shows: ({ deeds }) => (deeds.length === 0 ? null : deeds.map(({ eventId }) => eventId)),
    also({ scene: { roleArn, deeds } }, tally) {
      const unclear = deeds.filter((deed) => mayWrite(deed));
      if (unclear.length > 0)
        tally.doubt(
          `${roleText(roleArn)} called ${listText(unclear.map(({ action }) => action))}: the records do not say whether that writes`,
          unclear.map(({ eventId }) => eventId),
        );
      for (const deed of deeds)
        if (succeeded(deed)) read.set(deed.accountId, (read.get(deed.accountId) ?? 0) + deed.count);
    },
    says: ({ kept, breaches }) => [
      `${times(kept, 'session', 'sessions')} read in ${times(read.size, 'account', 'accounts')} and wrote in none`,
      `${times(breaches.length, 'session', 'sessions')} wrote`,
      'no session of it called anything',
    ],
    beside: () => [...read].sort().map(([account, n]) => `${n} calls in ${account}`),
  });
}

function externalId(of: RoleOf): Examiner {
  const which = of.role.externalId === 'required' ? 'an ExternalId' : 'the ExternalId agreed';
  return byDetector(of, 'missing-external-id', {
    key: 'externalId',
    promise: `${of.role.name} is assumed from outside with ${which} alone`,
    shows: ({ session, assumption }) =>
      assumption?.eventName === 'AssumeRole' && assumption.callerAccountId !== session?.accountId
        ? assumption.evidence
        : null,
    says: ({ kept, breaches }) => [
      `${times(kept, 'assumption', 'assumptions')} came with ${which}`,
      `${breaches.length} came without it`,
      'nobody assumed it from outside',
    ],
  });
}

function depth(of: RoleOf): Examiner {
  return byDetector(of, 'deep-chain', {
    key: 'maxDepth',
    promise: `${of.role.name} is at most ${of.role.maxDepth} assumptions from its origin`,
    shows: ({ session, assumption }) =>
      assumption !== null && session?.depth !== null ? assumption.evidence : null,
    also({ scene: { session, assumption, roleArn } }, tally) {
      if (assumption !== null && session?.depth === null)
        tally.doubt(`the origin of a session of ${roleText(roleArn)} was not observed`, assumption.evidence);
    },
    says: ({ kept, breaches }) => [
      `${times(kept, 'session', 'sessions')}, none deeper`,
      `${times(breaches.length, 'session', 'sessions')} deeper`,
      'nobody assumed it',
    ],
  });
}

function sourceIdentity(of: RoleOf): Examiner {
  return byDetector(of, 'source-identity', {
    key: 'sourceIdentity',
    promise: `each session of ${of.role.name} carries a source identity`,
    shows: ({ assumption }) => assumption?.evidence ?? null,
    says: ({ kept, breaches }) => [
      `${times(kept, 'session', 'sessions')} carried one`,
      `${times(breaches.length, 'session', 'sessions')} without, or with another`,
      'nobody assumed it',
    ],
  });
}
