import type { StarterRole } from '../model/starter.js';
import { originFault } from './origin.js';

/** Patterns made of what was seen, and how much they leave out. */
export interface Folded {
  patterns: string[];
  left: number;
}

/** Actions of one verb in a service from which on a glob stands for them; and subjects from which on one does. */
const manyActions = 3;
const manySubjects = 3;

/** Verbs that only read: what writes is never folded, or a promise would allow what nobody did. */
const reading = /^([a-z0-9-]+):(Describe|List|Get|BatchGet|Head|Search|Query|Lookup)[A-Z]/;
const action = /^[a-z0-9-]+:[A-Za-z0-9]+$/;

/** Calls as `calls:` names them: `ec2:Describe*` where a role made many of a kind. */
export function foldActions(actions: ReadonlyMap<string, number>): Folded {
  const seen = [...actions.keys()].filter((each) => each !== 'sts:GetCallerIdentity');
  const named = seen.filter((each) => action.test(each));
  const kinds = new Map<string, number>();
  for (const each of named) {
    const kind = kindOf(each);
    if (kind !== null) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const patterns = named.map((each) => {
    const kind = kindOf(each);
    return kind !== null && kinds.get(kind)! >= manyActions ? `${kind}*` : each;
  });
  return { patterns: [...new Set(patterns)].sort(), left: seen.length - named.length };
}

function kindOf(name: string): string | null {
  const [, service, verb] = reading.exec(name) ?? [];
  return verb === undefined ? null : `${service}:${verb}`;
}

/**
 * Subjects of tokens as `origins:` names them. `repo:acme/*:ref:refs/heads/main` stands for many repositories of one
 * owner on the same branch: neither the owner nor what follows the repository is ever made a wildcard.
 */
export function foldSubjects(subjects: readonly string[]): Folded {
  const named = subjects.filter(
    (each) => /^[!-)+->@-~]+$/.test(each) && originFault(`web-identity:${each}`) === null,
  );
  const owners = new Map<string, number>();
  for (const each of named) {
    const owner = ownerOf(each);
    if (owner !== null) owners.set(owner, (owners.get(owner) ?? 0) + 1);
  }
  const patterns = named.map((each) => {
    const owner = ownerOf(each);
    return owner !== null && owners.get(owner)! >= manySubjects ? owner : each;
  });
  return { patterns: [...new Set(patterns)].sort(), left: subjects.length - named.length };
}

function ownerOf(subject: string): string | null {
  const [, owner, rest] = /^([^:]+:[^:/]+)\/[^:]+(:.+)$/.exec(subject) ?? [];
  return rest === undefined ? null : `${owner}/*${rest}`;
}

/** Kinds of origins that a policy names as a whole, since the names in them are of people or made up anew. */
const wholeKinds = ['identity-center-user', 'saml-user', 'cognito', 'roles-anywhere'];

/** Where a role's chains began; null when that says nothing, or not all is known. */
export function foldOrigins({ origins }: Pick<StarterRole, 'origins'>): Folded | null {
  if (!origins.has('web-identity')) return null;
  const folded: Folded = { patterns: [], left: 0 };
  for (const [kind, ids] of origins) {
    if (kind === 'root' || kind === 'unobserved' || kind === 'external-account') return null;
    const { patterns, left } = wholeKinds.includes(kind)
      ? { patterns: ['*'], left: 0 }
      : foldSubjects([...ids.keys()]);
    folded.patterns.push(...patterns.map((each) => `${kind}:${each}`));
    folded.left += left;
  }
  folded.patterns.sort();
  return folded;
}
