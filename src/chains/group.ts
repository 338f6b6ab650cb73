import type { CredentialGroup, IssuedFact, UseFact } from '../model/credential.js';
import { type Credential, listed, mergeCopies } from './copies.js';
import { Sets } from './sets.js';

/** A use's creation date lies in the issuance's second or the one before it (measured: never another). */
export const creationLags = [0, 1] as const;

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
  for (const c of credentials) for (const key of c.keys) listed(byKey, key).push(c);

  const rest: UseFact[] = [];
  for (const use of uses) {
    const owners = (use.accessKeyId === null ? [] : (byKey.get(use.accessKeyId) ?? [])).filter((c) =>
      signs(c, use),
    );
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
  const bySecond = new Map<string, Credential[]>();
  for (const c of credentials)
    if (c.principal !== null) listed(bySecond, `${c.kind} ${c.at} ${c.principal}`).push(c);
  const joined = new Map<UseGroup, Credential>();
  const open = new Map<UseGroup, Credential[]>();
  const claims = new Map<Credential, UseGroup[]>();
  const onlyFits = (group: UseGroup, credential: Credential) =>
    open.get(group)?.length === 1 && open.get(group)![0] === credential;
  for (const group of groups) {
    const near = creationLags.flatMap(
      (lag) =>
        bySecond.get(`${group.facts[0]!.kind} ${(group.createdAt ?? -9) + lag} ${group.principal}`) ?? [],
    );
    const candidates = near.filter((c) => fits(c, group));
    open.set(group, candidates);
    for (const c of candidates) listed(claims, c).push(group);
  }
  // In rounds, each judged by how things stood at its start: the outcome must not depend on who is looked at first.
  for (let round = [...open.keys()]; round.length > 0; ) {
    const certain = round.flatMap((group) => {
      const [credential, ...more] = open.get(group) ?? [];
      if (credential === undefined || more.length > 0) return [];
      const contested = claims
        .get(credential)!
        .some((other) => other !== group && onlyFits(other, credential));
      return contested ? [] : [{ group, credential }];
    });
    const next = new Set<UseGroup>();
    for (const { group, credential } of certain) {
      open.delete(group);
      joined.set(group, credential);
      credential.createdAt = group.createdAt;
      for (const other of claims.get(credential)!) if (open.has(other)) next.add(other);
    }
    for (const group of next)
      open.set(
        group,
        open.get(group)!.filter((c) => fits(c, group)),
      );
    round = [...next];
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

function firstPrincipal(ties: { ref: number }[], uses: UseFact[]): string | null {
  const refs = new Set(ties.map((t) => t.ref));
  const told = uses.filter((u) => refs.has(u.ref) && u.principal !== null).map((u) => u.principal!);
  return told.sort()[0] ?? null;
}

function smaller(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
