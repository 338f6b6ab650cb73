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

/** A detector with what the policy says about it. */
export interface Ready {
  detector: Detector;
  settings: DetectorSettings | null;
  means: Means;
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
  return all.flatMap((detector) => {
    const settings = policy?.detectors.find(({ id }) => id === detector.id) ?? null;
    if (settings?.enabled === false) return [];
    return [{ detector, settings, means: meansOf(detector, settings, policy) }];
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
  return ready.flatMap(({ detector, settings, means }) => {
    const seen = detector.detect(scene, means);
    const drafts = seen === null ? [] : Array.isArray(seen) ? (seen as readonly Draft[]) : [seen as Draft];
    return drafts.map((draft) => ({
      detector,
      draft,
      severity: settings?.severity ?? raised(draft.severity ?? detector.severity, detector, scene),
      exception: settings?.exceptions.find((each) => covers(each, draft, scene, policy)) ?? null,
    }));
  });
}

/** Far from its origin, whoever acts is harder to hold to account: one step more urgent. */
function raised(severity: Severity, { risesWithDepth }: Detector, { session }: Scene): Severity {
  if (risesWithDepth !== true || (session?.depth ?? 0) < 3) return severity;
  return severities[Math.min(severities.indexOf(severity) + 1, severities.length - 1)]!;
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

function callerArns({ assumption }: Scene): string[] {
  return (assumption?.callers ?? []).flatMap((caller) => {
    if (caller.kind === 'principal') return [caller.arn];
    return caller.kind === 'account' ? [rootArn(caller.accountId)] : [];
  });
}
