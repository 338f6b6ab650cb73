import type { DatedChange, RoleSnapshot } from '../model/iam.js';
import { isAdminDocument } from './admin-document.js';
import { RoleState } from './role-state.js';

/** Everything known about the permissions of one role. */
export interface PermissionEvidence {
  /** Changes of the role, by time; of several roles that had its name, one after the other. */
  changes: readonly DatedChange[];
  /** Changes of managed policies, by ARN and time. */
  policies: ReadonlyMap<string, readonly DatedChange[]>;
  /** By time. */
  snapshots?: readonly RoleSnapshot[];
}

/** A time `[from, to)` in which it is known whether a role was an administrator. */
export interface AdminSpan {
  admin: boolean;
  /** Epoch seconds. Null: since before the first evidence, as far back as the logs reach. */
  from: number | null;
  /** Null: until the end of the logs. */
  to: number | null;
  /** Event id (or name of the snapshot) that shows the beginning: null when `from` is. */
  began: string | null;
  /** The same for the end. */
  ended: string | null;
  /** False when it lost what made it an administrator, and what else was attached to it no record shows. */
  complete: boolean;
}

interface Step {
  at: number;
  evidence: string;
  apply: (state: RoleState) => void;
}

/**
 * When a role was an administrator, and when it was not: by AdministratorAccess, or by a policy that allows everything.
 * What lies between the spans is not known. A policy that is detached was attached before; one that is attached may
 * have been before, since attaching it again succeeds.
 */
export function adminSpans(evidence: PermissionEvidence): AdminSpan[] {
  const steps = stepsOf(evidence);
  const state = atFirst(evidence);
  const spans: AdminSpan[] = [];
  let since: Pick<AdminSpan, 'from' | 'began'> = { from: null, began: null };
  let verdict = state.verdict();
  let complete = state.whole;
  const close = (to: number | null, ended: string | null) => {
    if (verdict !== null && (to === null || since.from !== to))
      spans.push({ admin: verdict, ...since, to, ended, complete: verdict || complete });
  };
  for (const { at, evidence: event, apply } of steps) {
    apply(state);
    const next = state.verdict();
    if (next === verdict && (next !== false || complete === state.whole)) continue;
    close(at, event);
    since = { from: at, began: event };
    verdict = next;
    complete = state.whole;
  }
  close(null, null);
  return spans;
}

/** Spans that touch `[from, to)`; a moment is a window of one second. */
export function spansWithin(spans: readonly AdminSpan[], from: number, to: number): AdminSpan[] {
  return spans.filter((span) => (span.from ?? -Infinity) < to && (span.to ?? Infinity) > from);
}

function stepsOf({ changes, policies, snapshots = [] }: PermissionEvidence): Step[] {
  const arns = new Set([
    ...changes.flatMap(({ change, policy }) =>
      policy !== null && (change === 'attach' || change === 'detach') ? [policy] : [],
    ),
    ...snapshots.flatMap(({ attached }) => attached.map(({ arn }) => arn)),
  ]);
  const ofPolicies = [...arns].flatMap((arn) =>
    (policies.get(arn) ?? []).map(
      ({ change, document, at, eventId }): Step => ({
        at,
        evidence: eventId,
        apply: (state) => state.content(arn, change === 'delete' ? false : isAdminDocument(document)),
      }),
    ),
  );
  const ofRole = changes.map(
    (change): Step => ({
      at: change.at,
      evidence: change.eventId,
      apply: (state) => state.change(change),
    }),
  );
  const shown = snapshots.map(
    (snapshot): Step => ({
      at: snapshot.at,
      evidence: snapshot.evidence,
      apply: (state) => state.set(snapshot),
    }),
  );
  // The sort is stable: within a second the changes of a role keep their order.
  return [...ofPolicies, ...ofRole, ...shown].sort((a, b) => a.at - b.at);
}

/**
 * The role before anything that is known of it. What a record takes away was there; and what a snapshot shows, while no
 * earlier record speaks of it, was so before: a change would have been recorded.
 */
function atFirst({ changes, policies, snapshots = [] }: PermissionEvidence): RoleState {
  const state = new RoleState();
  const birth = changes.findIndex(({ change }) => change === 'create' || change === 'delete');
  const bornAt = changes[birth]?.at ?? Infinity;
  const shown = snapshots.find(({ at }) => at < bornAt);
  const early = (birth < 0 ? changes : changes.slice(0, birth)).filter(
    ({ at }) => at <= (shown?.at ?? Infinity),
  );
  for (const { change, policy } of early.toReversed()) if (policy !== null) state.undo(change, policy);
  if (shown !== undefined)
    state.backFill(shown, (arn) => (policies.get(arn) ?? []).some(({ at }) => at <= shown.at));
  return state;
}
