import type { Trust, TrustChange, TrustPrincipal } from '../model/trust.js';
import { narrowed, type WayIn, waysIn } from './trust-condition.js';

export interface LetIn {
  principal: TrustPrincipal;
  ways: WayIn[];
}

/**
 * What a new trust policy changes: who comes in that did not, who no longer does, and for those who stay, which
 * conditions no longer hold whichever way they take. `aws:PrincipalOrgID` replaced by `*` is dropped too.
 * @param before null where there was none, or none is known: then everybody is added
 */
export function trustChange(before: Trust | null, after: Trust | null): TrustChange {
  const old = letIn(before);
  const now = letIn(after);
  const kept = [...now].filter(([key]) => old.has(key));
  return {
    added: [...now].flatMap(([key, { principal }]) => (old.has(key) ? [] : [principal])),
    removed: [...old].flatMap(([key, { principal }]) => (now.has(key) ? [] : [principal])),
    dropped: kept.flatMap(([key, { principal, ways }]) => {
      const still = held(ways);
      return [...held(old.get(key)!.ways)].flatMap(([name, written]) =>
        still.has(name) ? [] : [{ key: written, principal }],
      );
    }),
  };
}

/** Principals that a trust policy lets in, each with its ways, by what they mean. */
export function letIn(trust: Trust | null): Map<string, LetIn> {
  const found = new Map<string, LetIn>();
  for (const way of trust === null ? [] : waysIn(trust)) {
    for (const principal of way.statement.principals) {
      const key = meaningOf(principal);
      const known = found.get(key);
      if (known === undefined) found.set(key, { principal, ways: [way] });
      else known.ways.push(way);
    }
  }
  return found;
}

/** An account's id and the ARN of its root mean the same: everybody in it. */
export function meaningOf({ kind, value, accountId }: TrustPrincipal): string {
  return kind === 'account' || kind === 'root' ? `account ${accountId}` : `${kind} ${value}`;
}

/** Keys that hold on every way, as they are written; the lower-case name first. */
export function held(ways: readonly WayIn[]): Map<string, string> {
  const [first, ...others] = ways;
  const keys = new Map<string, string>();
  for (const conditions of first === undefined ? [] : [first.statement.conditions, first.asked]) {
    for (const [name, all] of conditions) {
      const one = (key: string) => key === name;
      if ([first!, ...others].every((way) => narrowed(way, one))) keys.set(name, all[0]!.key);
    }
  }
  return keys;
}
