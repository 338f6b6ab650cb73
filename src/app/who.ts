import type { DeniedAttempt, Who, WhoAnswer, Window } from '../model/answers.js';
import type { HeldSession, Session } from '../model/session.js';
import type { Policy } from '../policy/index.js';
import { refusals } from '../store/access.js';
import type { Sqlite } from '../store/open.js';
import { selectSessions } from '../store/select-sessions.js';
import { partOf } from './admin-by.js';
import { coverage } from './coverage.js';
import { directAccess } from './direct-access.js';
import { heldWithin } from './held.js';
import { Lineage } from './lineage.js';
import { type Scope, scopeOf } from './which-roles.js';

export interface WhoQuestion {
  /** Alias, id, glob over aliases or `env:<name>`; null: every account. */
  account: string | null;
  /** Name from the policy, role name, glob or ARN; null: every role. */
  role: string | null;
  window: Window;
  /** How the time was understood, in words. */
  when: string;
  policy: Policy | null;
}

/**
 * Who held or used the role in the window, by origin; who tried in vain; who was there without a role; and how much
 * of the window the logs cover.
 * @throws RolecallError ACCOUNT_UNKNOWN, ROLE_UNKNOWN
 */
export function who(store: Sqlite, question: WhoQuestion): Who {
  const { account, role, window, when } = question;
  const scope = scopeOf(store, question);
  const { accountIds, issuers, meaning } = scope;
  const lineage = new Lineage(store);
  const held = selectSessions(store, {
    issuers,
    accounts: accountIds,
    window,
    kinds: ['assumed-role', 'assumed-root'],
  }).flatMap((sid) => {
    const session = lineage.session(sid);
    const part = session === null ? null : heldWithin(store, sid, session, window);
    if (part === null) return [];
    const { belongs, adminBy } = scope.ground(part.roleArn, partOf(part));
    return belongs ? [{ ...part, adminBy }] : [];
  });
  return {
    question: {
      account,
      accountIds: accountIds ?? [],
      role,
      roleMeaning: { patterns: meaning.patterns, from: meaning.from, byEvidence: scope.byEvidence },
      when,
    },
    window,
    answers: answersOf(held),
    lineage: onTheWay(held, lineage),
    attempts: attemptsOf(store, scope, window),
    direct: directAccess(store, accountIds, window),
    coverage: coverage(store, { window, accounts: accountIds, regions: null }),
  };
}

function answersOf(sessions: HeldSession[]): WhoAnswer[] {
  const groups = new Map<string, HeldSession[]>();
  for (const session of sessions) {
    const { kind, id, accountId } = session.origin;
    // Nobody knows whether two unknowns are one: told apart by where their chains begin.
    const key = JSON.stringify([kind, id, accountId, kind === 'unobserved' ? session.chain[0] : null]);
    groups.set(key, [...(groups.get(key) ?? []), session]);
  }
  return [...groups.values()]
    .map((group) => answerOf(group.sort((a, b) => a.issuedAt - b.issuedAt || (a.id < b.id ? -1 : 1))))
    .sort((a, b) => startOf(a) - startOf(b) || (a.origin.id < b.origin.id ? -1 : 1));
}

function answerOf(sessions: HeldSession[]): WhoAnswer {
  const held = sessions.flatMap((session) => (session.held === null ? [] : [session.held]));
  const used = sessions.flatMap((session) => (session.used === null ? [] : [session.used]));
  const details = new Set(
    sessions.map((session) => session.origin.detail).filter((detail) => detail !== null),
  );
  return {
    origin: { ...sessions[0]!.origin, detail: details.size === 1 ? [...details][0]! : null },
    sessions,
    held:
      held.length === 0 ? null : { from: least(held.map((h) => h.from)), to: most(held.map((h) => h.to)) },
    used:
      used.length === 0
        ? null
        : {
            calls: used.reduce((sum, each) => sum + each.calls, 0),
            denied: used.reduce((sum, each) => sum + each.denied, 0),
            first: least(used.map((each) => each.first)),
            last: most(used.map((each) => each.last)),
          },
  };
}

function startOf(answer: WhoAnswer): number {
  return Math.min(answer.held?.from ?? Infinity, answer.used?.first ?? Infinity);
}

/** Reduced, not spread: a busy role has more sessions than a call has room for arguments. */
function least(times: number[]): number {
  return times.reduce((a, b) => Math.min(a, b));
}

function most(times: number[]): number {
  return times.reduce((a, b) => Math.max(a, b));
}

function onTheWay(held: HeldSession[], lineage: Lineage): Session[] {
  const answered = new Set(held.map(({ id }) => id));
  const ids = new Set(held.flatMap(({ chain, link }) => [...chain, ...link.candidates]));
  return lineage.known([...ids].filter((id) => !answered.has(id)).sort());
}

function attemptsOf(store: Sqlite, { accountIds, meaning, ground }: Scope, window: Window): DeniedAttempt[] {
  const found = new Map<string, DeniedAttempt>();
  const isAdminThen = (roleArn: string, time: number) =>
    meaning.isAdmin && ground(roleArn, { from: time, to: time + 1 }).belongs;
  for (const { time, eventId, roleArn, caller, errorCode } of refusals(store, window.from, window.to)) {
    if (accountIds !== null && !accountIds.includes(roleArn.split(':')[4] ?? '')) continue;
    if (!meaning.matches(roleArn) && !isAdminThen(roleArn, time)) continue;
    const key = JSON.stringify([caller, roleArn, errorCode]);
    const known = found.get(key);
    if (known === undefined)
      found.set(key, { caller, roleArn, attempts: 1, first: time, last: time, errorCode, eventId });
    else {
      known.attempts++;
      known.last = time;
    }
  }
  return [...found.values()];
}
