import { exportName } from '../model/iam-export.js';
import type { TrustWeaknessKind } from '../model/trust.js';
import type { TrustEvidence } from '../model/trust-review.js';
import type { Check } from '../model/verification.js';
import type { Policy } from '../policy/index.js';
import type { Sqlite } from '../store/open.js';
import { trustReview } from './trust-review.js';
import { times } from './verify-head.js';
import type { TrustChecks } from './verify-review.js';
import { Tally } from './verify-tally.js';

const unnamed: ReadonlySet<TrustWeaknessKind> = new Set(['anyone', 'whole-account']);
const untied: ReadonlySet<TrustWeaknessKind> = new Set([
  'anyone',
  'whole-account',
  'no-organization-condition',
]);

/**
 * Two points of the review that rest on trust policies in force at some moment of `[from, to)`.
 * Nulls when no trust policy is known.
 */
export function trustChecks(store: Sqlite, policy: Policy, span: { from: number; to: number }): TrustChecks {
  const { roles } = trustReview(store, policy, span);
  if (roles.length === 0) return { named: null, organization: null };
  const named = new Tally();
  const tied = new Tally();
  for (const { name, accountId, periods, trusted } of roles) {
    const others = trusted.filter(({ principal, outside }) => outside && principal.kind !== 'federated');
    for (const [tally, kinds] of [
      [named, unnamed],
      [tied, untied],
    ] as const) {
      const weak = periods.flatMap(({ weaknesses, shown }) =>
        weaknesses.flatMap(({ kind, severity, says }) =>
          kinds.has(kind) && severity !== 'info'
            ? [{ says: `${name} in ${accountId}: ${says}`, evidence: [evidenceName(shown)] }]
            : [],
        ),
      );
      for (const { says, evidence } of weak) tally.breach(says, evidence);
      if (weak.length === 0 && others.length > 0) tally.keep(others.map(({ shown }) => evidenceName(shown)));
    }
  }
  const nothing = `${times(roles.length, 'role', 'roles')} known, and none trusts another account`;
  const kept = (tally: Tally) => times(tally.kept, 'role trusts', 'roles trust');
  return {
    named: check(named, 'every cross-account trust names a principal', {
      pass: `${kept(named)} other accounts, each a principal or on a condition`,
      fail: `${times(named.breaches.length, 'statement', 'statements')} of trust policies let in anybody, or a whole account without a condition: see \`rolecall trust --weak\``,
      'no-evidence': nothing,
    }),
    organization: check(tied, 'aws:PrincipalOrgID or aws:PrincipalAccount where possible', {
      pass: `${kept(tied)} other accounts, each tied to the organization or by an ExternalId`,
      fail: `${times(tied.breaches.length, 'statement', 'statements')} of trust policies without such a condition: see \`rolecall trust --weak\``,
      'no-evidence': nothing,
    }),
  };
}

function check(tally: Tally, promise: string, says: Record<Check['verdict'], string>): Check {
  return tally.check({ id: '', promise, line: null }, says);
}

/** As an event id names a record. */
export function evidenceName({ kind, name }: TrustEvidence): string {
  return kind === 'event' ? name : exportName({ name });
}
