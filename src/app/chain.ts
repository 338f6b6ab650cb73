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
  const root = treeFrom(lineage, top, rows);
  return { origin: session.origin, focus: session.id, root, ...timeline(store, rows, limit) };
}

/** @param seen row numbers and ids of the sessions in the tree so far: a session is in it once */
function treeFrom(lineage: Lineage, top: number, seen: Map<number, string>): ChainNode {
  const nodeOf = (sid: number, session: Session) => {
    seen.set(sid, session.id);
    return { sid, node: { session, children: [] } as ChainNode };
  };
  const root = nodeOf(top, lineage.session(top)!);
  // A stack instead of recursion: roles juggled for days make chains of thousands.
  const stack = [root];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { sid, node } = at;
    const children = issuedBy(lineage.db, sid)
      .flatMap((child) => {
        const value = seen.has(child) ? null : lineage.session(child);
        return value !== null && derives(value, node.session) ? [{ child, value }] : [];
      })
      .sort((a, b) => a.value.issuedAt - b.value.issuedAt || (a.value.id < b.value.id ? -1 : 1))
      .map(({ child, value }) => nodeOf(child, value));
    node.children.push(...children.map((child) => child.node));
    stack.push(...children.toReversed());
  }
  return root.node;
}

function derives(child: Session, parent: Session): boolean {
  return child.parent?.id === parent.id;
}
