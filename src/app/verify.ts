import type { Window } from '../model/answers.js';
import { type Check, type CheckGroup, checkGroups, type Verification } from '../model/verification.js';
import type { Policy } from '../policy/index.js';
import { refusals } from '../store/access.js';
import { always, type Within } from '../store/deeds.js';
import { wasDelivered } from '../store/deliveries.js';
import { rowsOfIds } from '../store/find-sessions.js';
import { wasAcknowledged } from '../store/findings.js';
import { exposures, sumsOf, targetsOf } from '../store/iam.js';
import type { Sqlite } from '../store/open.js';
import { allScenes } from './all-scenes.js';
import { coverage } from './coverage.js';
import { directAccess } from './direct-access.js';
import { directSource } from './direct-scenes.js';
import { fingerprintOf } from './finding-of.js';
import { sessionSource } from './scenes.js';
import { breakGlassUses, longLivedKeys, origins, peopleRefused, shallowChains } from './verify-general.js';
import { guardrailExaminers, neverExaminers, type Opened, publicAccess } from './verify-guardrails.js';
import { type Examiner, inWindow, lookMaker } from './verify-look.js';
import type { TargetsOf } from './verify-resources.js';
import { reviewOf } from './verify-review.js';
import { roleExaminers } from './verify-role.js';
import { trustChecks } from './verify-trust.js';

export interface VerifyQuestion {
  policy: Policy;
  /** Null: everything in the store. */
  window: Window | null;
}

/**
 * Holds each promise of the policy against the logs: kept, broken, or nothing to tell by. A promise that was not
 * tested is never called kept.
 */
export function verify(store: Sqlite, { policy, window }: VerifyQuestion): Verification {
  const span = window ?? always;
  const seen = coverage(store, { window, accounts: null, regions: null });
  const examiners = examinersOf(store, policy, span);
  const looked = { sessions: 0, direct: 0 };
  /** Of each user without a role, the first call. */
  const firstCall = new Map<string, string>();
  const lookAt = lookMaker(policy);
  for (const { kind, scene } of allScenes(store, [sessionSource, directSource], span)) {
    const part = inWindow(scene, window);
    if (part === null) continue;
    const direct = kind === directSource.kind;
    looked[direct ? 'direct' : 'sessions']++;
    const { origin, deeds } = part;
    if (direct && deeds[0] !== undefined)
      firstCall.set(JSON.stringify([origin.id, origin.accountId]), deeds[0].eventId);
    const look = lookAt(part);
    for (const examiner of examiners) examiner.look(look);
  }
  for (const refusal of refusals(store, span.from, span.to))
    for (const examiner of examiners) examiner.refused?.(refusal);
  const keys = longLivedKeys(policy, directAccess(store, null, span), firstCall, seen.records);
  const checks: { group: CheckGroup; check: Check }[] = [
    ...examiners.map((examiner) => ({ group: examiner.group, check: examiner.check() })),
    { group: 'keys', check: keys },
  ];
  return {
    policy: policy.file,
    window,
    groups: (Object.keys(checkGroups) as CheckGroup[]).flatMap((group) => {
      const own = checks.filter((each) => each.group === group).map(({ check }) => check);
      return own.length === 0 ? [] : [{ group, checks: own }];
    }),
    review: reviewOf(checks, trustChecks(store, policy, span)),
    counts: countsOf(checks.map(({ check }) => check)),
    looked,
    coverage: seen,
  };
}

function examinersOf(store: Sqlite, policy: Policy, span: Within): Examiner[] {
  return [
    ...(policy.roles.some(({ humans }) => humans !== null) ? [peopleRefused()] : []),
    ...policy.roles.flatMap((role) => roleExaminers(role, policy, targetsIn(store, span))),
    ...guardrailExaminers(policy),
    publicAccess(opened(store, span)),
    ...neverExaminers(policy),
    ...shallowChains(policy),
    origins(),
    ...breakGlassUses(policy, policy.lines.breakGlass, alerted(store), (about) =>
      fingerprintOf('break-glass', about),
    ),
  ];
}

function countsOf(checks: readonly Check[]): Verification['counts'] {
  const counts = { pass: 0, fail: 0, 'no-evidence': 0 };
  for (const { verdict } of checks) counts[verdict]++;
  return counts;
}

function targetsIn(store: Sqlite, span: Within): TargetsOf {
  return (sessionId) => {
    const rows = rowsOfIds(store, [sessionId]);
    return {
      uses: rows.flatMap((sid) => targetsOf(store, sid, span)),
      sums: rows.flatMap((sid) => sumsOf(store, sid, span)),
    };
  };
}

/** What of S3 was opened to everybody. */
function opened(store: Sqlite, { from, to }: { from: number; to: number }): Opened[] {
  return exposures(store, from, to)
    .filter(({ what, to: whom }) => what.startsWith('s3-') && whom.some((each) => !/^\d{12}$/.test(each)))
    .map(({ resource, accountId, eventId, what }) => ({
      says: `${resource ?? 'a bucket or object'} in ${accountId} was opened (${what})`,
      eventId,
    }));
}

/** Somebody was told of the finding, or has acknowledged it. */
function alerted(store: Sqlite): (fingerprint: string) => boolean {
  return (fingerprint) => wasDelivered(store, fingerprint) || wasAcknowledged(store, fingerprint);
}
