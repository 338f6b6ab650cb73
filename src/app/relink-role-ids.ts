import type { Links } from '../store/links.js';
import type { Sqlite } from '../store/open.js';
import {
  learnPrincipal,
  principalText,
  roleIds,
  type Untold,
  untoldAt,
  untoldOf,
  wasCreated,
} from '../store/role-ids.js';
import type { Dirty } from '../store/writer.js';

/**
 * Gives issuances that do not tell their session's principal the one that their role's id makes. A role that was
 * made again has several ids: then only a use created in the issuance's second tells which.
 * @returns event keys of issuances whose principal changed; what they were before joins `dirty.gone`.
 */
export function learnRoleIds(db: Sqlite, links: Links, dirty: Dirty): number[] {
  const open = new Map<number, Untold>();
  const consider = (rows: Untold[]) => {
    for (const row of rows) open.set(row.event, row);
  };
  for (const event of dirty.issuances) {
    const row = untoldAt(db, event);
    if (row !== null) consider([row]);
  }
  const issuers = new Set(dirty.issuers);
  for (const id of dirty.identities) {
    const identity = links.identity(id);
    if (identity?.tie === null && identity.issuer !== null) issuers.add(identity.issuer);
  }
  for (const issuer of issuers) consider(untoldOf(db, issuer));

  const changed: number[] = [];
  for (const row of open.values()) {
    const principal = principalOf(db, row);
    if (principal === principalText(db, row.principal)) continue;
    const before = links.issuance(row.event);
    if (before !== null)
      dirty.gone.push({
        principal: before.principalRow,
        time: before.time,
        accessKeyId: before.accessKeyId,
        session: before.session,
      });
    learnPrincipal(db, row.event, principal);
    changed.push(row.event);
  }
  return changed;
}

function principalOf(db: Sqlite, row: Untold): string | null {
  if (row.sessionName === null) return null;
  const fits = roleIds(db, row.arn).map((id) => `${id}:${row.sessionName}`);
  if (fits.length <= 1) return fits[0] ?? null;
  const seen = fits.filter((principal) => wasCreated(db, principal, row.time));
  return seen.length === 1 ? seen[0]! : null;
}
