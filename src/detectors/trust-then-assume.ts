import type { Scene, TrustGiven, TrustUse } from '../model/scene.js';
import type { TrustPrincipal } from '../model/trust.js';
import type { OptionValue, Policy } from '../policy/policy.js';
import { accountNamed } from '../policy/promises.js';
import { meaningOf, trustChange } from '../policy/trust-change.js';
import { waysIn } from '../policy/trust-condition.js';
import { trustOf } from '../policy/trust-document.js';
import { type Draft, defineDetector, positive } from './define.js';
import { mayBeMeant } from './let-in.js';
import {
  actingText,
  callerText,
  listText,
  originKey,
  originText,
  placeOf,
  roleText,
  sinceText,
} from './say.js';

export default defineDetector({
  id: 'trust-then-assume',
  summary: 'somebody made a role or changed its trust, and soon held it, or somebody newly let in did',
  severity: 'high',
  attack: ['T1484.002', 'T1098.003', 'T1078.004'],
  cannotSee: [
    'whom a change newly let in, where the policy before it is not in the logs: then it cannot confirm, and says so',
    'a role that was let in through permissions alone: where a whole account is trusted, IAM policies decide',
    'what becomes of the role more than a week after the change',
  ],
  falsePositives: [
    'somebody who sets up a role and tries it out',
    'a pipeline that makes roles and assumes them itself: except its origin',
  ],
  triage: [
    'Read the change with `rolecall show <event id> --raw`: whom does it let in, and was it reviewed?',
    'See what the session did: `rolecall chain <session id>`.',
    'If it was not meant, put the trust policy back and revoke the sessions of the role.',
  ],
  options: {
    hours: { default: 24, help: 'time after the change in which the role is held', fault: atMostAWeek },
  },
  detect(scene, { policy, option }) {
    const { trust, origin } = scene;
    // Services set up roles for themselves and for others: what they were asked to do shows elsewhere.
    if (trust === null || origin.kind === 'aws-service') return null;
    const end = trust.at + option<number>('hours') * 3600;
    const soon = trust.uses.filter(({ session }) => session.issuedAt < end);
    const own = managesItself(scene, trust) ? [] : soon.filter((use) => isOwn(use, scene, trust));
    if (own.length > 0) return ownDraft(scene, trust, own);
    return letInDraft(scene, trust, soon, policy);
  },
});

function atMostAWeek(value: OptionValue): string | null {
  return (value as number) > 168
    ? 'it must be 168 or less: a week after the change is looked at'
    : positive(value);
}

/** A pipeline that keeps its own role in order could hold it before, too. */
function managesItself({ roleArn }: Scene, { caller }: TrustGiven): boolean {
  if (caller.kind !== 'principal' || roleArn === null) return false;
  return caller.arn.includes(':role/') && placeOf(caller.arn) === placeOf(roleArn);
}

/** Whoever cannot be named is still the same where one session leads to the other. */
function isOwn({ session }: TrustUse, { origin }: Scene, { sessionId }: TrustGiven): boolean {
  if (sessionId !== null && session.chain.includes(sessionId)) return true;
  return origin.kind !== 'unobserved' && originKey(session.origin) === originKey(origin);
}

function ownDraft(scene: Scene, trust: TrustGiven, own: readonly TrustUse[]): Draft {
  const { origin, roleArn } = scene;
  const did = trust.created ? 'made' : 'changed who may assume';
  return {
    title: `${originText(origin)} ${did} ${roleText(roleArn)} and held it ${after(trust, own)} later`,
    ...shown(trust, own),
    about: [placeOf(roleArn), originKey(origin), 'own'],
  };
}

function letInDraft(
  scene: Scene,
  trust: TrustGiven,
  soon: readonly TrustUse[],
  policy: Policy | null,
): Draft | null {
  const { origin, roleArn } = scene;
  const before = trustOf(trust.previous);
  const trusted = before === null ? [] : waysIn(before).flatMap(({ statement }) => statement.principals);
  const { added } = trustChange(before, trustOf(trust.document));
  const fresh = added.filter((principal) => !trust.created || isStrange(principal, policy));
  const meant = fresh.flatMap((principal) => {
    const uses = soon.filter(
      (use) => mayBeMeant(principal, use) && !trusted.some((other) => mayBeMeant(other, use)),
    );
    return uses.length === 0 ? [] : [{ principal, uses }];
  });
  const [first] = meant;
  if (first === undefined) return null;
  const uses = first.uses;
  const who = listText(uses.flatMap(({ assumption }) => assumption?.callers.map(callerText) ?? []));
  const known = trust.created || trust.previous !== null;
  const title = `${originText(origin)} let ${first.principal.value} into ${roleText(roleArn)}, and ${who} held it ${after(trust, uses)} later`;
  return {
    title: known ? title : `cannot confirm that it is new: ${title}`,
    ...(known ? {} : { severity: 'low' as const }),
    ...shown(trust, uses),
    about: [placeOf(roleArn), originKey(origin), meaningOf(first.principal)],
  };
}

/** Whoever makes a role makes it for somebody: that is news only where the policy does not know the account. */
function isStrange({ accountId }: TrustPrincipal, policy: Policy | null): boolean {
  return (
    accountId !== null &&
    policy !== null &&
    policy.accounts.length > 0 &&
    accountNamed(policy, accountId) === null
  );
}

function after({ at }: TrustGiven, [first]: readonly TrustUse[]): string {
  return sinceText({ issuedAt: at }, first!.session.issuedAt);
}

function shown(
  trust: TrustGiven,
  uses: readonly TrustUse[],
): Pick<Draft, 'time' | 'last' | 'evidence' | 'detail' | 'actions'> {
  return {
    detail: [
      ...actingText(trust),
      `Sessions of the role: ${listText(uses.map(({ session }) => session.id.slice(0, 8)))}.`,
    ],
    time: trust.at,
    last: uses.at(-1)!.session.issuedAt,
    evidence: [trust.eventId, ...uses.flatMap(({ assumption }) => assumption?.evidence ?? [])],
    actions: [trust.created ? 'iam:CreateRole' : 'iam:UpdateAssumeRolePolicy'],
  };
}
