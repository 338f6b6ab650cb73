import type { CredentialGroup, IssuedFact, Tie, UseFact } from '../model/credential.js';
import { Sets } from './sets.js';

/** A use's creation date lies in the issuance's second or the one before it (measured: never another). */
export const creationLags = [0, 1] as const;

interface Credential {
  facts: IssuedFact[];
  naturalKey: string;
  at: number;
  keys: Set<string>;
  principal: string | null;
  kind: IssuedFact['kind'];
  uses: { ref: number; tie: Tie }[];
  /** Creation date that its signed uses show; a credential has one. */
  createdAt: number | null;
}

interface UseGroup {
  facts: UseFact[];
  principal: string | null;
  createdAt: number | null;
}

/**
 * Joins issuances and uses into credentials. The result depends on the set of facts alone: give it any facts that
 * can touch each other (same key, same principal within two seconds, same shared event), in any order.
 */
export function groupCredentials(issued: IssuedFact[], uses: UseFact[]): CredentialGroup[] {
  const credentials = mergeCopies(issued);
  const byKey = new Map<string, Credential[]>();
  for (const c of credentials) for (const key of c.keys) byKey.set(key, [...(byKey.get(key) ?? []), c]);

  const rest: UseFact[] = [];
  for (const use of uses) {
    const owners = (use.accessKeyId === null ? [] : (byKey.get(use.accessKeyId) ?? [])).filter((c) => signs(c, use));
    if (owners.length === 1) {
      owners[0]!.uses.push({ ref: use.ref, tie: 'issued-key' });
      owners[0]!.createdAt = smaller(owners[0]!.createdAt, use.createdAt);
    } else rest.push(use);
  }

  const groups = mergeUses(rest);
  const { joined, open } = matchByTime(credentials, groups);
  for (const [group, credential] of joined)
    for (const fact of group.facts) credential.uses.push({ ref: fact.ref, tie: 'principal-time' });

  const result = credentials.map(
    (c): CredentialGroup => ({
      naturalKey: c.naturalKey,
      kind: c.kind,
      principal: c.principal ?? firstPrincipal(c.uses, uses),
      at: c.at,
      issued: c.facts.map((f) => f.ref),
      uses: c.uses.sort((a, b) => a.ref - b.ref),
      candidates: [],
    }),
  );
  for (const [group, candidates] of open) result.push(fromUses(group, candidates));
  return result;
}

/** The key alone is not enough: an AssumeRoot example shows the caller's key issued again to somebody else. */
function signs(c: Credential, use: UseFact): boolean {
  if (c.kind !== use.kind) return false;
  if (c.principal !== null && use.principal !== null && c.principal !== use.principal) return false;
  return use.createdAt === null || use.createdAt >= c.at - 2;
}

function mergeCopies(issued: IssuedFact[]): Credential[] {
  const ordered = [...issued].sort(byFullness);
  const sets = new Sets(ordered.length);
  const seen = new Map<string, number>();
  ordered.forEach((fact, index) => {
    const names = [];
    if (fact.shared !== null) names.push(`shared ${fact.shared}`);
    if (fact.accessKeyId !== null) names.push(`key ${fact.accessKeyId} ${fact.kind} ${fact.principal ?? ''}`);
    for (const name of names) {
      const other = seen.get(name);
      if (other === undefined) seen.set(name, index);
      else sets.join(index, other);
    }
  });
  const credentials = sets.groups().map((members) => credentialOf(members.map((index) => ordered[index]!)));
  return foldSwitches(credentials);
}

function credentialOf(facts: IssuedFact[]): Credential {
  const keys = new Set(facts.flatMap((f) => (f.accessKeyId === null ? [] : [f.accessKeyId])));
  const first = facts[0]!;
  const key = [...keys].sort()[0];
  const principal = facts.map((f) => f.principal).filter((p) => p !== null);
  return {
    facts,
    naturalKey:
      key !== undefined
        ? `credential ${key} ${principal.sort()[0] ?? ''}`
        : `issuance ${first.shared ?? facts.map((f) => f.eventId).sort()[0]}`,
    at: Math.min(...facts.map((f) => f.at)),
    keys,
    principal: principal.sort()[0] ?? null,
    kind: first.kind,
    uses: [],
    createdAt: null,
  };
}

/**
 * A console switch leaves two records: STS hands out a key, sign-in tells who switched. Where exactly one issuance
 * fits the second, they are one credential.
 */
function foldSwitches(credentials: Credential[]): Credential[] {
  const isSwitch = (c: Credential) => c.facts.every((f) => f.name === 'SwitchRole');
  const kept = credentials.filter((c) => !isSwitch(c));
  const switches = credentials.filter(isSwitch);
  const claimed = new Map<Credential, Credential[]>();
  const alone: Credential[] = [];
  for (const s of switches) {
    const fits = kept.filter((c) => c.principal === s.principal && c.principal !== null && Math.abs(c.at - s.at) <= 1);
    if (fits.length === 1) claimed.set(fits[0]!, [...(claimed.get(fits[0]!) ?? []), s]);
    else alone.push(s);
  }
  for (const [credential, claims] of claimed) {
    if (claims.length === 1) credential.facts.push(...claims[0]!.facts);
    else alone.push(...claims);
  }
  return [...kept, ...alone];
}

/** Uses with one key are one session; so are uses with one principal and creation date, whatever keys they rotate. */
function mergeUses(uses: UseFact[]): UseGroup[] {
  const sets = new Sets(uses.length);
  const seen = new Map<string, number>();
  uses.forEach((use, index) => {
    const names = [];
    if (use.principal !== null && use.createdAt !== null)
      names.push(`time ${use.kind} ${use.principal} ${use.createdAt}`);
    if (use.accessKeyId !== null) names.push(`key ${use.accessKeyId} ${use.kind} ${use.principal ?? ''}`);
    if (names.length === 0) names.push(`principal ${use.kind} ${use.principal ?? ''}`);
    for (const name of names) {
      const other = seen.get(name);
      if (other === undefined) seen.set(name, index);
      else sets.join(index, other);
    }
  });
  return sets.groups().map((members) => {
    const facts = members.map((index) => uses[index]!);
    const dates = facts.map((f) => f.createdAt).filter((date) => date !== null);
    const principals = facts.map((f) => f.principal).filter((principal) => principal !== null);
    return {
      facts,
      principal: principals.sort()[0] ?? null,
      createdAt: dates.length === 0 ? null : Math.min(...dates),
    };
  });
}

/**
 * Gives each group of uses the one credential that fits its principal and creation date. A credential has one
 * creation date, so what is certain for one group is taken away from the others until nothing changes; whatever
 * then still fits several ways is left open, with its candidates.
 */
function matchByTime(credentials: Credential[], groups: UseGroup[]) {
  const joined = new Map<UseGroup, Credential>();
  const open = new Map<UseGroup, Credential[]>(groups.map((group) => [group, credentials.filter((c) => fits(c, group))]));
  for (let changed = true; changed; ) {
    changed = false;
    const certain = [...open].filter(([, candidates]) => candidates.length === 1);
    for (const [group, [credential]] of certain) {
      const rivals = certain.filter(([other, [theirs]]) => other !== group && theirs === credential);
      if (rivals.length > 0 || !open.has(group)) continue;
      open.delete(group);
      joined.set(group, credential!);
      credential!.createdAt = group.createdAt;
      changed = true;
    }
    for (const [group, candidates] of open) {
      const left = candidates.filter((c) => fits(c, group));
      if (left.length === candidates.length) continue;
      open.set(group, left);
      changed = true;
    }
  }
  return { joined, open };
}

function fits(c: Credential, group: UseGroup): boolean {
  if (group.principal === null || group.createdAt === null) return false;
  if (c.kind !== group.facts[0]!.kind || c.principal !== group.principal) return false;
  if (c.createdAt !== null && c.createdAt !== group.createdAt) return false;
  return creationLags.some((lag) => c.at - group.createdAt! === lag);
}

function fromUses(group: UseGroup, candidates: Credential[]): CredentialGroup {
  const kind = group.facts[0]!.kind;
  const keys = group.facts.flatMap((f) => (f.accessKeyId === null ? [] : [f.accessKeyId])).sort();
  const naturalKey =
    group.principal !== null && group.createdAt !== null
      ? `uses ${kind} ${group.principal} ${group.createdAt}`
      : `uses ${kind} ${group.principal ?? ''} ${keys[0] ?? ''}`;
  return {
    naturalKey,
    kind,
    principal: group.principal,
    at: group.createdAt,
    issued: [],
    uses: group.facts.map((f) => ({ ref: f.ref, tie: 'uses' as const })).sort((a, b) => a.ref - b.ref),
    candidates: candidates.map((c) => c.naturalKey).sort(),
  };
}

function byFullness(a: IssuedFact, b: IssuedFact): number {
  return b.fullness - a.fullness || (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0) || a.ref - b.ref;
}

function firstPrincipal(ties: { ref: number }[], uses: UseFact[]): string | null {
  const refs = new Set(ties.map((t) => t.ref));
  const told = uses.filter((u) => refs.has(u.ref) && u.principal !== null).map((u) => u.principal!);
  return told.sort()[0] ?? null;
}

function smaller(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
