import { rowsOfIds } from '../store/find-sessions.js';
import type { Concluded } from './concluded.js';
import type { Lineage } from './lineage.js';

const known = new WeakMap<Lineage, Map<string, number>>();

/**
 * The sessions of a chain that lie above its last, the first first. A role juggled for days makes a chain of thousands:
 * those that were met in one chain are not looked up again for the next.
 */
export function chainAbove(lineage: Lineage, chain: readonly string[]): Concluded[] {
  const rows = known.get(lineage) ?? new Map<string, number>();
  known.set(lineage, rows);
  const above = chain.slice(0, -1);
  const unknown = above.filter((id) => !rows.has(id));
  if (unknown.length > 0)
    for (const sid of rowsOfIds(lineage.db, unknown)) {
      const id = lineage.session(sid)?.id;
      if (id !== undefined) rows.set(id, sid);
    }
  return above.flatMap((id) => {
    const sid = rows.get(id);
    return (sid === undefined ? null : lineage.concluded(sid)) ?? [];
  });
}
