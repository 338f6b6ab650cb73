import { unobserved } from '../chains/origin.js';
import type { DatedChange } from '../model/iam.js';
import { emptyScene, type SceneCaller, type TrustUse } from '../model/scene.js';
import type { Origin } from '../model/session.js';
import { callerOfIdentity } from '../store/callers.js';
import { changesBy, changesOf, trustEvents } from '../store/iam.js';
import { roleHeld } from '../store/select-sessions.js';
import type { Lineage } from './lineage.js';
import type { SceneSource } from './scene-source.js';
import { assumptionOf } from './scenes.js';
import { originOf, whoCalled } from './who-called.js';

/** How long after a change the role's sessions are looked at, seconds, and how many of them. */
const week = 7 * 86_400;
const mostUses = 200;

const prefix = 'trust:';

/** Every trust policy that a role was given: `trust:[account, role name, event id]`. */
export const trustSource: SceneSource = {
  kind: 'trust',
  prefix,
  keys(store, after, limit) {
    const keys = trustEvents(store).map(({ accountId, name, eventId }) => keyOf(accountId, name, eventId));
    return keys
      .filter((key) => after === null || key > after)
      .sort()
      .slice(0, limit);
  },
  touched(store, token) {
    const [, row] = /^identity:(\d+)$/.exec(token) ?? [];
    if (row === undefined) return [];
    return changesBy(store, { identity: Number(row) })
      .filter(givesTrust)
      .map(({ accountId, name, eventId }) => keyOf(accountId, name, eventId));
  },
  scene(lineage, key) {
    const [accountId, name, eventId] = JSON.parse(key.slice(prefix.length)) as [string, string, string];
    const changes = changesOfRole(lineage, accountId, name);
    const index = changes.findIndex((each) => each.eventId === eventId && givesTrust(each));
    const given = changes[index];
    if (given === undefined) return null;
    const { at, change, document, invokedBy } = given;
    const gone = changes.slice(index + 1).find(endsRole);
    const from = { from: at, to: Math.min(at + week, gone?.at ?? Infinity), most: mostUses };
    const { arn, sids } = roleHeld(lineage.db, { accountId, name }, from);
    const uses = sids.flatMap((sid) => useOf(lineage, sid));
    const { caller, origin, sessionId } = giverOf(lineage, given);
    const before = changes.slice(0, index).findLast((each) => givesTrust(each) || endsRole(each));
    const trust = {
      at,
      eventId,
      created: change === 'create',
      document,
      previous: change === 'create' ? null : (before?.document ?? null),
      caller,
      sessionId,
      invokedBy,
      uses,
    };
    const roleArn = arn ?? `arn:aws:iam::${accountId}:role/${name}`;
    return {
      scene: { ...emptyScene, origin, accountId, roleArn, trust },
      // Its changes, and its sessions, those that are not there yet among them.
      dependsOn: [
        `role:${accountId} ${name}`,
        `edges:${accountId} ${name}`,
        // Whoever made the changes that count here: a record of theirs that is revised no longer does.
        ...[before, given, gone].flatMap((each) => (each === undefined ? [] : [`identity:${each.identity}`])),
        ...(sessionId === null ? [] : [`session:${sessionId}`]),
        ...uses.map(({ session }) => `session:${session.id}`),
      ],
    };
  },
};

function keyOf(accountId: string, name: string, eventId: string): string {
  return prefix + JSON.stringify([accountId, name, eventId]);
}

function givesTrust({ entity, change }: DatedChange): boolean {
  return entity === 'role' && (change === 'create' || change === 'trust');
}

/** A role that is made again under the name is another one. */
function endsRole({ change }: DatedChange): boolean {
  return change === 'delete' || change === 'create';
}

const known = new WeakMap<Lineage, { role: string; changes: readonly DatedChange[] }>();

/** Those of the last role are remembered: its scenes come one after the other, and may be thousands. */
function changesOfRole(lineage: Lineage, accountId: string, name: string): readonly DatedChange[] {
  const role = `${accountId} ${name}`;
  const before = known.get(lineage);
  if (before?.role === role) return before.changes;
  const changes = changesOf(lineage.db, { accountId, entity: 'role', name });
  known.set(lineage, { role, changes });
  return changes;
}

function useOf(lineage: Lineage, sid: number): TrustUse[] {
  const concluded = lineage.concluded(sid);
  if (concluded === null) return [];
  const { session, facts } = concluded;
  return [{ session, assumption: assumptionOf(session, facts, lineage) }];
}

/** IAM is called from within the account: nobody is known by an id alone. */
const nobody: ReadonlyMap<string, string> = new Map();

interface Giver {
  caller: SceneCaller;
  origin: Origin;
  sessionId: string | null;
}

function giverOf(lineage: Lineage, { identity, session: sid }: DatedChange): Giver {
  const shown = callerOfIdentity(lineage.db, identity);
  const found = shown === null ? null : whoCalled(shown, null, nobody);
  const caller: SceneCaller = found?.caller ?? { kind: 'unknown' };
  const session = sid === null ? null : lineage.session(sid);
  if (session !== null) return { caller, origin: session.origin, sessionId: session.id };
  const origin: Origin =
    caller.kind === 'service'
      ? { kind: 'aws-service', id: caller.name, accountId: null, detail: null }
      : caller.kind === 'unknown'
        ? unobserved
        : originOf(caller);
  return { caller, origin, sessionId: null };
}
