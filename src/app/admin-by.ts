import type { AdminBy, HeldSession } from '../model/session.js';
import type { RoleMeaning } from '../policy/index.js';
import type { AdminSpan } from '../policy/permissions.js';
import { type AdminRoles, roleNameOf } from './admin-roles.js';

type Span = { from: number; to: number };

/**
 * Why a session is among those of administrators: the permissions of its role while it was held or used, else the name
 * of its role, by the policy or the built-in list. Evidence adds to what the names say; where it contradicts them it
 * says so, and the session stays.
 * @returns null when nothing says that it is
 */
export function adminBy(
  roleArn: string | null,
  part: Span,
  meaning: RoleMeaning,
  admins: AdminRoles,
): AdminBy | null {
  const role = roleNameOf(roleArn);
  if (role === null || roleArn === null) return null;
  const pattern = meaning.pattern(roleArn);
  const spans = admins.within(role, part.from, part.to);
  const admin = spans.find((span) => span.admin);
  if (admin !== undefined) return { from: 'evidence', pattern, permissions: 'admin', ...shown(admin) };
  if (pattern === null || meaning.from === 'given') return null;
  const { from } = meaning;
  const [first] = spans;
  if (first !== undefined && cover(spans, part))
    return { from, pattern, permissions: 'not-admin', ...shown(first) };
  return { from, pattern, permissions: 'unknown', since: null, until: null, evidence: [] };
}

/** The time in which a session was held or used, as far as it is asked about. */
export function partOf({ held, used, issuedAt }: HeldSession): Span {
  return {
    from: Math.min(held?.from ?? Infinity, used?.first ?? issuedAt),
    to: Math.max(held?.to ?? 0, (used?.last ?? 0) + 1),
  };
}

function shown({ from, to, began, ended }: AdminSpan): Pick<AdminBy, 'since' | 'until' | 'evidence'> {
  return { since: from, until: to, evidence: [began, ended].filter((event) => event !== null) };
}

/** True when the spans, by time, leave no moment of the part open. */
function cover(spans: readonly AdminSpan[], part: Span): boolean {
  let reached = part.from;
  for (const { from, to } of spans) {
    if ((from ?? -Infinity) > reached) return false;
    reached = Math.max(reached, to ?? Infinity);
  }
  return reached >= part.to;
}
