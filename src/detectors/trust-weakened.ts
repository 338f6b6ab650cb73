import { atLeast, type Severity } from '../model/finding.js';
import type { TrustGiven } from '../model/scene.js';
import type { Trust, TrustWeakness } from '../model/trust.js';
import { meaningOf, trustChange } from '../policy/trust-change.js';
import { trustOf } from '../policy/trust-document.js';
import { type TrustContext, weaknessesOf } from '../policy/trust-weakness.js';
import { defineDetector } from './define.js';
import { actingText, lastPart, originText, placeOf, roleText } from './say.js';

export default defineDetector({
  id: 'trust-weakened',
  summary:
    'a role was made or changed so that it trusts anyone, a whole account or a stranger, or asks for less',
  severity: 'high',
  attack: ['T1484.002', 'T1098.003', 'T1199'],
  cannotSee: [
    'a trust policy whose record does not show it, and trust that was weak before the logs began',
    'what the organization forbids beside it: a resource control policy may still keep strangers out',
  ],
  falsePositives: [
    'another account of the organization is trusted as a whole: name a role of it, or ask for aws:PrincipalOrgID',
  ],
  triage: [
    'Read the policy with `rolecall show <event id> --raw`: who is let in, and was the change reviewed?',
    'See who held the role since: `rolecall sessions --role <role>`.',
    'Name the principals that need the role, and ask for an ExternalId or the organization; revoke the sessions.',
  ],
  options: {},
  detect(scene, { policy }) {
    const { trust, origin, accountId, roleArn } = scene;
    // Services make roles as they document it, and nobody else can change what they ask for.
    if (trust === null || accountId === null || origin.kind === 'aws-service') return null;
    const after = trustOf(trust.document);
    if (after === null) return null;
    const before = trustOf(trust.previous);
    const found = [...weakened(before, after, { accountId, policy }), ...asksForLess(before, after)];
    const [first] = found;
    if (first === undefined) return null;
    const severity = worst(found.map((each) => each.severity));
    const main = found.find((each) => each.severity === severity)!;
    return {
      title: `${originText(origin)} ${did(trust)} ${roleText(roleArn)}: ${main.says}`,
      detail: [
        ...actingText(trust),
        ...found.flatMap((each) => (each === main ? [] : [`Also: ${each.says}.`])),
      ],
      severity,
      time: trust.at,
      evidence: [trust.eventId],
      about: [placeOf(roleArn), ...found.map(({ key }) => key).sort()],
      actions: [trust.created ? 'iam:CreateRole' : 'iam:UpdateAssumeRolePolicy'],
    };
  },
});

interface Weakened {
  /** What makes it the same again. */
  key: string;
  severity: Severity;
  /** A sentence without full stop. */
  says: string;
}

/** What is weak now and was not before; trifles, such as a role that names no organization, are for a review. */
function weakened(before: Trust | null, after: Trust, context: TrustContext): Weakened[] {
  const known = new Set(before === null ? [] : weaknessesOf(before, context).map(keyOf));
  const found = weaknessesOf(after, context).filter(
    (weakness) => atLeast(weakness.severity, 'medium') && !known.has(keyOf(weakness)),
  );
  const told = found.map((weakness) => ({ ...weakness, key: keyOf(weakness) }));
  return [...new Map(told.map((weakness) => [weakness.key, weakness])).values()];
}

function keyOf({ kind, principal }: TrustWeakness): string {
  return `${kind} ${meaningOf(principal)}`;
}

/** Conditions that said who, and no longer do. */
function asksForLess(before: Trust | null, after: Trust): Weakened[] {
  return trustChange(before, after).dropped.flatMap(({ key, principal }) =>
    saysWho.test(key)
      ? [
          {
            key: `dropped ${key.toLowerCase()} ${meaningOf(principal)}`,
            severity: 'medium',
            says: `${lastPart(principal.value)} no longer has to meet ${key}`,
          },
        ]
      : [],
  );
}

const saysWho = /^(?:aws:Principal(?:OrgID|OrgPaths|Account|Arn)|sts:ExternalId|.*:(?:sub|aud))$/i;

function did({ created }: TrustGiven): string {
  return created ? 'made' : 'changed who may assume';
}

function worst(severities: readonly Severity[]): Severity {
  return severities.reduce((a, b) => (atLeast(a, b) ? a : b));
}
