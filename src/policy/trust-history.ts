import type { DatedChange } from '../model/iam.js';
import type { TrustEvidence, TrustedSpan, TrustPeriod } from '../model/trust-review.js';
import { held, letIn } from './trust-change.js';
import { trustOf } from './trust-document.js';

/** A role in an export of IAM, or that it is not in one of its account. */
export interface ShownTrust {
  /** Epoch seconds. */
  at: number;
  /** Name of the export's file. */
  name: string;
  /** The export is whole, and the role is not in it. */
  gone: boolean;
  /** When the role was made; null where that is not told. */
  createdAt: number | null;
  /** JSON of its trust policy; null where it cannot be read. */
  document: string | null;
}

/** A period without what its policy is worth. */
export type BarePeriod = Omit<TrustPeriod, 'weaknesses'>;

type Step = { evidence: TrustEvidence } & (
  | { kind: 'given' | 'shown'; document: string | null; createdAt: number | null }
  | { kind: 'gone' }
);

/**
 * Which trust policy a role had when. What an export shows was so before it, as far back as nothing else is known: a
 * change would have been recorded. Where an export contradicts the records, the change was not seen.
 * @param changes of one role, by time: what has no trust policy is passed over
 * @param shown by time
 */
export function trustPeriods(changes: readonly DatedChange[], shown: readonly ShownTrust[]): BarePeriod[] {
  const periods: BarePeriod[] = [];
  let now: BarePeriod | null = null;
  let last: number | null = null;
  for (const step of stepsOf(changes, shown)) {
    const { at } = step.evidence;
    const end = () => {
      if (now !== null) periods.push({ ...now, to: at, ended: step.evidence });
      now = null;
    };
    const begin = (from: number | null, document: string | null, unseen: boolean) => {
      now = { from, to: null, shown: step.evidence, ended: null, unseen, document };
    };
    const current = now as BarePeriod | null;
    if (step.kind === 'gone') end();
    else if (step.kind === 'given') {
      if (current === null || step.document === null || current.document !== step.document) {
        end();
        begin(at, step.document, false);
      }
    } else if (current === null) begin(sinceWhen(last, step), step.document, last !== null);
    else if (current.document === null && step.document !== null)
      now = { ...current, document: step.document, shown: step.evidence };
    else if (step.document !== null && current.document !== step.document) {
      end();
      begin(at, step.document, true);
    }
    last = at;
  }
  if (now !== null) periods.push(now);
  return periods;
}

/** After a role was gone, another of its name was made some time before the export that shows it. */
function sinceWhen(gone: number | null, step: Step & { kind: 'given' | 'shown' }): number | null {
  if (gone === null) return null;
  const { createdAt, evidence } = step;
  return createdAt !== null && createdAt >= gone && createdAt <= evidence.at ? createdAt : evidence.at;
}

function stepsOf(changes: readonly DatedChange[], shown: readonly ShownTrust[]): Step[] {
  const given = changes.flatMap(({ change, at, eventId, document }): Step[] => {
    const evidence: TrustEvidence = { kind: 'event', name: eventId, at };
    if (change === 'delete') return [{ kind: 'gone', evidence }];
    if (change !== 'create' && change !== 'trust') return [];
    return [{ kind: 'given', evidence, document, createdAt: null }];
  });
  const exported = shown.map(({ at, name, gone, createdAt, document }): Step => {
    const evidence: TrustEvidence = { kind: 'export', name, at };
    return gone ? { kind: 'gone', evidence } : { kind: 'shown', evidence, document, createdAt };
  });
  // The sort is stable: within a second the records keep their order, and exports come after.
  return [...given, ...exported].sort((a, b) => a.evidence.at - b.evidence.at);
}

/** Whom a role trusted when, through all its policies. @param accountId of the role */
export function trustedSpans(periods: readonly BarePeriod[], accountId: string): TrustedSpan[] {
  const spans: TrustedSpan[] = [];
  let before = new Map<string, TrustedSpan>();
  let reached: number | null = null;
  for (const { from, to, shown, ended, document } of periods) {
    const now = new Map<string, TrustedSpan>();
    for (const [key, { principal, ways }] of letIn(trustOf(document))) {
      const going = from !== null && reached === from ? before.get(key) : undefined;
      const outside =
        ['anyone', 'federated'].includes(principal.kind) ||
        (principal.accountId !== null && principal.accountId !== accountId);
      const span = going ?? { principal, from, to, shown, ended, outside, conditions: [] };
      span.conditions = [...held(ways).values()].sort();
      Object.assign(span, { to, ended });
      if (going === undefined) spans.push(span);
      now.set(key, span);
    }
    before = now;
    reached = to;
  }
  return spans;
}

/** True when a time touches `[from, to)`. */
export function touches(
  { from, to }: { from: number | null; to: number | null },
  window: { from: number; to: number } | null,
): boolean {
  return window === null || ((from ?? -Infinity) < window.to && (to ?? Infinity) > window.from);
}
