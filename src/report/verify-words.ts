import { type Check, checkGroups, type Verdict, type Verification } from '../model/verification.js';
import type { Style } from './style.js';
import { count, moreEvents } from './words.js';

/** Verdicts as an auditor reads them. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  'no-evidence': 'NO EVIDENCE',
};

/** What was looked at, and when: the first sentence of each form of the answer. */
export function verifiedWhat({ policy, window, looked, counts }: Verification, style: Style): string[] {
  const when = window === null ? 'Everything in the store' : style.clock.window(window.from, window.to);
  return [
    `${style.clean(policy)} against CloudTrail. ${when}.`,
    `${counts.pass} pass, ${counts.fail} fail, ${counts['no-evidence']} without evidence; ${count(looked.sessions, 'session')} and ${count(looked.direct, 'identity', 'identities')} without a role.`,
  ];
}

/** Sections of an answer with their headings; the review comes last. */
export function verifySections({ groups, review }: Verification): { heading: string; checks: Check[] }[] {
  return [
    ...groups.map(({ group, checks }) => ({ heading: checkGroups[group], checks })),
    { heading: 'Review in six points', checks: review },
  ];
}

/** Where in the policy, and which events. */
export function placeOf(
  { line, evidence }: Check,
  most: number,
): { line: string; events: string[]; more: string } {
  return {
    line: line === null ? '' : `line ${line}`,
    events: evidence.slice(0, most),
    more: moreEvents(evidence.length, most),
  };
}
