import type { IssuedFact, Tie } from '../model/credential.js';
import { Sets } from './sets.js';

/** One issued credential while its uses are being found. */
export interface Credential {
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

/**
 * The copies of one issuance as one credential: same `sharedEventID`, or same issued key for the same principal. A
 * console switch joins the STS record of its second.
 */
export function mergeCopies(issued: IssuedFact[]): Credential[] {
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
  const byName = new Map<string, IssuedFact[]>();
  for (const members of sets.groups()) {
    const facts = members.map((index) => ordered[index]!);
    listed(byName, credentialOf(facts).naturalKey).push(...facts);
  }
  // A copy may learn its principal from the other copy: only then does it meet those of its key.
  return foldSwitches([...byName.values()].map((facts) => credentialOf(facts.sort(byFullness))));
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
  const switches = credentials.filter(isSwitch);
  if (switches.length === 0) return credentials;
  const kept = credentials.filter((c) => !isSwitch(c));
  const bySecond = new Map<string, Credential[]>();
  for (const c of kept)
    if (c.principal !== null && c.kind === 'assumed-role') listed(bySecond, `${c.at} ${c.principal}`).push(c);
  const claimed = new Map<Credential, Credential[]>();
  const alone: Credential[] = [];
  for (const s of switches) {
    const fits = [-1, 0, 1].flatMap((lag) => bySecond.get(`${s.at + lag} ${s.principal}`) ?? []);
    if (fits.length === 1) listed(claimed, fits[0]!).push(s);
    else alone.push(s);
  }
  for (const [credential, claims] of claimed) {
    if (claims.length === 1) credential.facts.push(...claims[0]!.facts);
    else alone.push(...claims);
  }
  return [...kept, ...alone];
}

/** The list kept under a key, made when there is none. */
export function listed<K, V>(lists: Map<K, V[]>, key: K): V[] {
  let list = lists.get(key);
  if (list === undefined) {
    list = [];
    lists.set(key, list);
  }
  return list;
}

function byFullness(a: IssuedFact, b: IssuedFact): number {
  return (
    b.fullness - a.fullness || (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0) || a.ref - b.ref
  );
}
