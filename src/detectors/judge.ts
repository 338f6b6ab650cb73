import { rootArn } from '../model/arn.js';
import { dayOf } from '../model/day.js';
import { type Severity, severities } from '../model/finding.js';
import type { Scene } from '../model/scene.js';
import { matchAction } from '../policy/action.js';
import { compileGlob } from '../policy/glob.js';
import { matchAccount, matchPrincipal, matchRole } from '../policy/match.js';
import { matchOrigin } from '../policy/origin.js';
import type { DetectorException, DetectorSettings, OptionValue, Policy } from '../policy/policy.js';
import type { Detector, Draft, Means } from './define.js';
import firstSeenEdge, { lookbackOf } from './first-seen-edge.js';
import { noveltyOf } from './novelty.js';

/** A detector with what the policy says about it. */
export interface Ready {
  detector: Detector;
  settings: DetectorSettings | null;
  means: Means;
  /** How first-seen-edge is set: what is new to whom is said in one place. Null when it is off. */
  edges: Means | null;
}

/** A draft with its final severity, and the exception that hides it. */
export interface Judged {
  detector: Detector;
  draft: Draft;
  severity: Severity;
  exception: DetectorException | null;
}

/** Detectors that the policy leaves on, with their options. */
export function readyDetectors(all: readonly Detector[], policy: Policy | null): Ready[] {
  const settingsOf = (id: string) => policy?.detectors.find((each) => each.id === id) ?? null;
  const own = settingsOf(firstSeenEdge.id);
  const edges = own?.enabled === false ? null : meansOf(firstSeenEdge, own, policy);
  return all.flatMap((detector) => {
    const settings = settingsOf(detector.id);
    if (settings?.enabled === false) return [];
    return [{ detector, settings, means: meansOf(detector, settings, policy), edges }];
  });
}

function meansOf(detector: Detector, settings: DetectorSettings | null, policy: Policy | null): Means {
  return {
    policy,
    given: (name) => settings?.options.has(name) === true,
    option<T extends OptionValue>(name: string): T {
      const option = detector.options[name];
      if (option === undefined) throw new TypeError(`${detector.id} has no option ${name}`);
      return (settings?.options.get(name) ?? option.default) as T;
    },
  };
}

/** What the detectors say about one scene. */
export function judge(scene: Scene, ready: readonly Ready[], policy: Policy | null): Judged[] {
  return ready.flatMap((each) => {
    const seen = each.detector.detect(scene, each.means);
    const drafts = seen === null ? [] : Array.isArray(seen) ? (seen as readonly Draft[]) : [seen as Draft];
    return drafts.map((draft) => judgeDraft(draft, scene, each, policy));
  });
}

/** How urgent a draft is, and whether the policy excepts it. */
export function judgeDraft(
  draft: Draft,
  scene: Scene,
  { detector, settings, edges }: Ready,
  policy: Policy | null,
): Judged {
  const fixed = settings?.severity ?? null;
  const final = fixed === null ? raised(draft, detector, scene, edges) : { ...draft, severity: fixed };
  const exception = settings?.exceptions.find((each) => covers(each, final, scene, policy)) ?? null;
  return { detector, draft: final, severity: final.severity, exception };
}

/** Detectors that would look at the scene but cannot judge it, with the reason. */
export function blindFor(scene: Scene, ready: readonly Ready[]): { detector: string; reason: string }[] {
  return ready.flatMap(({ detector, means }) => {
    const reason = detector.blind?.(scene, means) ?? null;
    return reason === null ? [] : [{ detector: detector.id, reason }];
  });
}

/** Whoever acts far from an origin, or in a role that is new to them, is one step more urgent; never two. */
function raised(
  draft: Draft,
  detector: Detector,
  scene: Scene,
  edges: Means | null,
): Required<Pick<Draft, 'severity'>> & Draft {
  const severity = draft.severity ?? detector.severity;
  const why = detector.risesWithDepth === true ? whyUrgent(scene, edges) : null;
  const higher = severities[severities.indexOf(severity) + 1];
  if (why === null || higher === undefined) return { ...draft, severity };
  return { ...draft, severity: higher, detail: [...(draft.detail ?? []), `One step more urgent: ${why}.`] };
}

function whyUrgent({ session, edge }: Scene, edges: Means | null): string | null {
  if (session === null) return null;
  if ((session.depth ?? 0) >= 3) return `the session is ${session.depth} assumptions from its origin`;
  if (edge === null || edges === null) return null;
  const lookback = lookbackOf(edges);
  const isNew = noveltyOf(edge, session.issuedAt, lookback).verdict === 'new';
  return isNew ? `its caller held the role for the first time in ${lookback.days} days` : null;
}

/** Every condition must hold, and the day of the finding must not be past the exception's last. */
function covers(exception: DetectorException, draft: Draft, scene: Scene, policy: Policy | null): boolean {
  const { role, caller, origin, account, action, region, sessionName, until } = exception;
  const last = draft.last ?? draft.time;
  if (dayOf(last) > until) return false;
  const { roleArn } = scene;
  return (
    (role === null || (roleArn !== null && matchRole(role, roleArn, policy))) &&
    (caller === null || callerArns(scene).some((arn) => matchPrincipal(caller, arn, policy))) &&
    (origin === null || matchOrigin(origin, scene.origin)) &&
    (account === null || matchAccount(account, scene.accountId ?? '', policy)) &&
    (action === null || all(draft.actions, (each) => matchAction(action, each))) &&
    (region === null || all(draft.regions, (each) => each === region)) &&
    (sessionName === null || compileGlob(sessionName)(scene.session?.sessionName ?? ''))
  );
}

/** An exception for one action does not hide the others beside it. */
function all(values: readonly string[] | undefined, test: (value: string) => boolean): boolean {
  return values !== undefined && values.length > 0 && values.every(test);
}

function callerArns({ assumption, refusals }: Scene): string[] {
  const refused = refusals?.of === 'caller' ? refusals.attempts.slice(0, 1).map(({ caller }) => caller) : [];
  return (assumption?.callers ?? refused).flatMap((caller) => {
    if (caller.kind === 'principal') return [caller.arn];
    return caller.kind === 'account' ? [rootArn(caller.accountId)] : [];
  });
}
