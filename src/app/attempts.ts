import type { Refused, SceneCaller } from '../model/scene.js';
import { type RefusedCall, refusedCalls } from '../store/callers.js';
import { eventIdText, timeOf } from '../store/event-key.js';
import type { Lineage } from './lineage.js';
import { rolesById, whoCalled } from './who-called.js';

/** Attempts kept for one scene: a try every minute for a month. Further ones are counted with the last. */
const mostAttempts = 50_000;

/** Sessions of one principal that are asked for their origin. */
const mostSessions = 20;

/** Refused attempts that belong together, with the sessions they were made in (row numbers). */
export interface AttemptGroup {
  attempts: Refused[];
  sessions: Set<number>;
}

export interface Attempts {
  byCaller: ReadonlyMap<string, AttemptGroup>;
  byRole: ReadonlyMap<string, AttemptGroup>;
}

const known = new WeakMap<Lineage, Attempts>();

/** All refused attempts; read once for one run. */
export function attemptsOf(lineage: Lineage): Attempts {
  const before = known.get(lineage);
  if (before !== undefined) return before;
  const byCaller = new Map<string, AttemptGroup>();
  const byRole = new Map<string, AttemptGroup>();
  const roleById = rolesById(lineage.db);
  for (const call of refusedCalls(lineage.db)) {
    const who = whoCalled(call, call.askedFor, roleById);
    // Who is hidden is nobody in particular.
    if (who === null) continue;
    add(byCaller, who.key, call, who.caller);
    if (call.askedFor !== null) add(byRole, call.askedFor, call, who.caller);
  }
  const made = { byCaller, byRole };
  known.set(lineage, made);
  return made;
}

/** Attempts come in order: one in the same minute as the last, and of its kind, is one with it. */
function add(groups: Map<string, AttemptGroup>, key: string, call: RefusedCall, caller: SceneCaller): void {
  const { attempts, sessions } = groups.get(key) ?? { attempts: [], sessions: new Set<number>() };
  groups.set(key, { attempts, sessions });
  if (call.session !== null && sessions.size < mostSessions) sessions.add(call.session);
  const time = timeOf(call.key);
  const last = attempts.at(-1);
  if (last !== undefined && (attempts.length >= mostAttempts || same(last, call, caller, time))) {
    last.count++;
    last.last = time;
    return;
  }
  const eventId = eventIdText(call.eventId);
  attempts.push({ caller, roleArn: call.askedFor, count: 1, first: time, last: time, eventId });
}

function same(last: Refused, call: RefusedCall, caller: SceneCaller, time: number): boolean {
  return (
    Math.floor(last.first / 60) === Math.floor(time / 60) &&
    last.roleArn === call.askedFor &&
    JSON.stringify(last.caller) === JSON.stringify(caller)
  );
}
