import type { ChainAnswer, ChainNode } from '../model/answers.js';
import type { Session } from '../model/session.js';
import { issuedBy, rowsOfIds } from '../store/find-sessions.js';
import type { Sqlite } from '../store/open.js';
import { Lineage } from './lineage.js';
import { sessionNamed, unknownId } from './resolve.js';
import { timeline } from './timeline.js';

/**
 * From the origin of a session down to everything derived from it, with a time line of the calls.
 * @param id session id or unique prefix, access key, or `latest`
 * @param limit entries of the time line at most
 * @throws RolecallError ID_UNKNOWN, ID_AMBIGUOUS
 */
export function chain(store: Sqlite, id: string, { limit }: { limit: number }): ChainAnswer {
  const focus = sessionNamed(store, id);
  if (focus === null) return unknownId(id);
  const lineage = new Lineage(store);
  const session = lineage.session(focus)!;
  const top = rowsOfIds(store, [session.chain[0]!])[0]!;
  const rows = new Map<number, string>();
  const root = nodeOf(lineage, top, rows);
  return { origin: session.origin, focus: session.id, root, ...timeline(store, rows, limit) };
}

/** @param seen row numbers and ids of the sessions in the tree so far: a session is in it once */
function nodeOf(lineage: Lineage, sid: number, seen: Map<number, string>): ChainNode {
  const session = lineage.session(sid)!;
  seen.set(sid, session.id);
  const children = issuedBy(lineage.db, sid)
    .filter((child) => !seen.has(child))
    .flatMap((child) => {
      const value = lineage.session(child);
      return value !== null && derives(value, session) ? [{ child, value }] : [];
    })
    .sort((a, b) => a.value.issuedAt - b.value.issuedAt || (a.value.id < b.value.id ? -1 : 1));
  return { session, children: children.map(({ child }) => nodeOf(lineage, child, seen)) };
}

function derives(child: Session, parent: Session): boolean {
  return child.parent?.id === parent.id;
}
