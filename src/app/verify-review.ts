import { mostEvidence } from '../model/finding.js';
import type { Check, CheckGroup, Verdict } from '../model/verification.js';

/** What trust policies say of two of the six points; null when no trust policy is known. */
export interface TrustChecks {
  /** Every cross-account trust names a principal. */
  named: Check | null;
  /** `aws:PrincipalOrgID` or `aws:PrincipalAccount` where possible. */
  organization: Check | null;
}

/** The six points of a review of roles over several accounts, each from the checks that it rests on. */
export function reviewOf(
  checks: readonly { group: CheckGroup; check: Check }[],
  trust: TrustChecks,
): Check[] {
  const ofGroup = (group: CheckGroup) =>
    checks.filter((each) => each.group === group).map(({ check }) => check);
  const ofId = (id: string) => checks.map(({ check }) => check).filter((check) => check.id === id);
  const unknown = 'no trust policy is known: `rolecall iam` reads them, and so do records of their changes';
  return [
    point('no long-lived keys in automation', ofGroup('keys'), ''),
    point('every cross-account trust names a principal', trust.named === null ? [] : [trust.named], unknown),
    point(
      'aws:PrincipalOrgID or aws:PrincipalAccount where possible',
      trust.organization === null ? [] : [trust.organization],
      unknown,
    ),
    point('the logs show who assumed which role and which calls followed', ofId('chains.origin'), ''),
    point(
      'a negative test fails as expected',
      ofGroup('never'),
      'the policy names none: write one under never:',
    ),
    point(
      'the guardrails block what is feared most',
      checks.map(({ check }) => check).filter(({ id }) => id.startsWith('guardrails.deny')),
      'the policy names none: write them under guardrails.deny:',
    ),
  ].map((check, i) => ({ ...check, id: `review.${i + 1}` }));
}

function point(promise: string, checks: readonly Check[], nothing: string): Check {
  const verdict = verdictOf(checks);
  const told = checks.filter((check) => check.verdict === verdict);
  return {
    id: '',
    promise,
    line: null,
    verdict,
    says: checks.length === 0 ? nothing : [...new Set(told.map(({ says }) => says))].slice(0, 3).join('; '),
    detail: [],
    evidence: [...new Set(told.flatMap(({ evidence }) => evidence))].slice(0, mostEvidence),
  };
}

/** One that fails is enough to fail; all must pass to pass. */
function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return checks.length > 0 && checks.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'no-evidence';
}
