import type { OriginKind } from '../model/session.js';
import type { StarterRole } from '../model/starter.js';
import { isFault, parsePattern } from './pattern.js';
import { readPrincipal } from './principal.js';
import { type Folded, foldActions, foldOrigins } from './starter-fold.js';

/** One entry under `roles:`. */
export interface StarterEntry {
  /** What was seen, one line each. */
  says: string[];
  sessions: number;
  match: string[];
  humans: boolean;
  pattern: 'cicd' | 'vendor' | null;
  callers: string[] | null;
  origins: string[] | null;
  calls: string[] | null;
  readOnly: boolean;
  externalId: boolean;
  maxDepth: number | null;
}

/** Longest lists that are still promises somebody reads. */
const mostCalls = 30;
const mostPatterns = 20;

const people: readonly OriginKind[] = ['identity-center-user', 'saml-user', 'iam-user', 'root'];

/** Roles of Identity Center have a name for each account: `AWSReservedSSO_<permission set>_<16 hex digits>`. */
const reserved = /^(AWSReservedSSO_.+_)[0-9a-f]{16}$/;

/** The name under which a role is promised: roles of one name in several accounts are one. */
export function starterName({ name }: Pick<StarterRole, 'name'>): string {
  return reserved.exec(name)?.[1] ?? name;
}

/** True for roles that people, pipelines or other accounts hold: what AWS services alone hold is theirs. */
export function isWorthPromising(role: StarterRole): boolean {
  const kinds: readonly OriginKind[] = [...people, 'web-identity', 'external-account'];
  return role.trustOnly || role.crossAccount > 0 || kinds.some((kind) => role.origins.has(kind));
}

/**
 * What roles of one name promise, by what was seen of them.
 * @param alias of an account of one's own, or its id
 * @returns null when no pattern can name them
 */
export function starterEntry(
  roles: readonly StarterRole[],
  alias: (id: string) => string,
  isOwn: (id: string) => boolean,
): StarterEntry | null {
  const match = matchOf(roles, alias);
  if (match.length === 0) return null;
  const all = merged(roles);
  const hasPeople = people.some((kind) => all.origins.has(kind));
  const callers = callersOf(all, alias);
  const origins = foldOrigins(all);
  const hidden = hasPeople || all.origins.has('unobserved');
  const calls = hidden || all.actions.size === 0 ? null : foldActions(all.actions);
  const outside = [...all.callers.keys()].filter((each) => !isOwn(accountOf(each)));
  const vendor = callers !== null && callers.length > 0 && outside.length === all.callers.size;
  const fits = (folded: Folded | null, most: number) =>
    folded !== null && folded.left === 0 && folded.patterns.length > 0 && folded.patterns.length <= most
      ? folded.patterns
      : null;
  const judged = fits(origins, mostPatterns);
  const onlyCenter = all.origins.size === 1 && all.origins.has('identity-center-user');
  return {
    says: [seen(all), ...doubts(all, calls, origins)],
    sessions: all.sessions,
    match,
    humans: onlyCenter,
    pattern: vendor ? 'vendor' : all.origins.has('web-identity') && !hidden ? 'cicd' : null,
    // A token is no caller: callers alone would find fault with it.
    callers: all.federated > 0 && judged === null ? null : callers,
    origins: judged,
    calls: fits(calls, mostCalls),
    readOnly: all.reads > 0 && all.writes === 0 && all.unclear === 0,
    externalId: vendor && all.sessions > 0 && all.externalIds === all.sessions,
    maxDepth: all.maxDepth !== null && all.maxDepth >= 1 && all.maxDepth <= 20 ? all.maxDepth : null,
  };
}

function matchOf(roles: readonly StarterRole[], alias: (id: string) => string): string[] {
  const [first] = roles;
  const name = starterName(first!);
  const patterns =
    name === first!.name ? roles.map((role) => `${alias(role.accountId)}:role/${name}`) : [`*:role/${name}*`];
  return [...new Set(patterns)].filter((pattern) => !isFault(parsePattern(pattern))).sort();
}

/** Null when somebody came whom no pattern names. */
function callersOf(role: StarterRole, alias: (id: string) => string): string[] | null {
  if (role.unknownCallers + role.serviceCallers > 0 || role.callers.size === 0) return null;
  const patterns = [...role.callers.keys()].map((caller) => {
    const principal = readPrincipal(caller);
    if (principal === null) return alias(caller);
    const { kind, name, accountId } = principal;
    return kind === 'root' ? `${alias(accountId)}:root` : `${alias(accountId)}:${kind}/${name}`;
  });
  const found = [...new Set(patterns)].sort();
  return found.length > mostPatterns || found.some((each) => isFault(parsePattern(each))) ? null : found;
}

function accountOf(caller: string): string {
  return readPrincipal(caller)?.accountId ?? caller;
}

function seen({ sessions, trustOnly, origins, crossAccount }: StarterRole): string {
  if (trustOnly) return 'no session seen: its trust policy lets others in';
  const kinds = [...origins]
    .map(([kind, ids]) => [kind, [...ids.values()].reduce((a, b) => a + b, 0)] as const)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([kind, count]) => `${count} ${kind}`);
  const across = crossAccount > 0 ? `; ${crossAccount} from another account` : '';
  return `seen in ${sessions} ${sessions === 1 ? 'session' : 'sessions'}: ${kinds.join(', ')}${across}`;
}

/** Calls that change who may do what, or whether anybody sees it: a pipeline seldom should. */
const grave =
  /^(?:iam|organizations|cloudtrail|guardduty|config|securityhub):(?!Describe|Get|List|BatchGet|Lookup|PassRole)/;

/** Why something is not promised, and what deserves a second look. */
function doubts(role: StarterRole, calls: Folded | null, origins: Folded | null): string[] {
  const said: string[] = [];
  if (role.unknownCallers > 0 && role.callers.size > 0)
    said.push(`callers: not promised, since ${role.unknownCallers} of them no record names`);
  if (role.callers.size > mostPatterns) said.push(`callers: ${role.callers.size} seen, too many to list`);
  const twice = calls === null ? [] : calls.patterns.filter((each) => grave.test(each));
  if (twice.length > 0) said.push(`look twice at ${twice.slice(0, 10).join(', ')}`);
  if (calls !== null && calls.patterns.length > mostCalls)
    said.push(`calls: ${calls.patterns.length} kinds seen, too many to list`);
  if (calls !== null && calls.left > 0) said.push(`calls: ${calls.left} of them no pattern can name`);
  if (origins !== null && origins.patterns.length > mostPatterns)
    said.push(`origins: ${origins.patterns.length} seen, too many to list`);
  if (origins !== null && origins.left > 0) said.push(`origins: ${origins.left} of them no pattern can name`);
  return said;
}

function merged(roles: readonly StarterRole[]): StarterRole {
  const [first, ...others] = roles;
  if (others.length === 0) return first!;
  const sum = (key: 'sessions' | 'unknownCallers' | 'serviceCallers' | 'federated' | 'crossAccount') =>
    roles.reduce((total, role) => total + role[key], 0);
  const total = (key: 'externalIds' | 'reads' | 'writes' | 'unclear') =>
    roles.reduce((all, role) => all + role[key], 0);
  const origins: StarterRole['origins'] = new Map();
  for (const role of roles)
    for (const [kind, ids] of role.origins) origins.set(kind, added(origins.get(kind), ids));
  const seenOnes = roles.filter(({ trustOnly }) => !trustOnly);
  const depths = seenOnes.map(({ maxDepth }) => maxDepth);
  return {
    ...first!,
    sessions: sum('sessions'),
    unknownCallers: sum('unknownCallers'),
    serviceCallers: sum('serviceCallers'),
    federated: sum('federated'),
    crossAccount: sum('crossAccount'),
    externalIds: total('externalIds'),
    reads: total('reads'),
    writes: total('writes'),
    unclear: total('unclear'),
    origins,
    callers: roles.reduce((all, role) => added(all, role.callers), new Map<string, number>()),
    actions: roles.reduce((all, role) => added(all, role.actions), new Map<string, number>()),
    maxDepth: depths.includes(null) || depths.length === 0 ? null : Math.max(...(depths as number[])),
    trustOnly: seenOnes.length === 0,
  };
}

function added(
  a: ReadonlyMap<string, number> | undefined,
  b: ReadonlyMap<string, number>,
): Map<string, number> {
  const all = new Map(a);
  for (const [key, count] of b) all.set(key, (all.get(key) ?? 0) + count);
  return all;
}
