import type { Findings, Looked } from '../model/finding.js';
import { count } from './words.js';

/** A sentence at the end of an answer. */
export interface SumLine {
  text: string;
  /** Something was not looked at as it should have been. */
  isFault: boolean;
}

/** How many there are and what was looked at; then what is not shown, not judged, and what failed. */
export function findingsSum(answer: Findings): [sum: SumLine, ...notes: SumLine[]] {
  const { total, acknowledged, excepted, detectors, unjudged, looked, problems } = answer;
  const note = (text: string): SumLine => ({ text, isFault: false });
  return [
    note(`${count(total, 'finding')}. ${lookedText(looked, detectors.length)}`),
    ...(acknowledged > 0 ? [note(`${count(acknowledged, 'finding')} acknowledged, and not shown.`)] : []),
    ...excepted.map(({ line, reason, until, findings }) =>
      note(`${count(findings, 'finding')} excepted until ${until} by line ${line} of the policy: ${reason}`),
    ),
    ...unjudged.map(({ detector, reason, sessions }) =>
      note(`${detector} could not judge ${count(sessions, 'session')}: ${reason}.`),
    ),
    ...problems.map(({ detector, reason, times }) => ({
      text: `rule ${detector} failed ${count(times, 'time')}: ${reason}`,
      isFault: true,
    })),
  ];
}

function lookedText(looked: Looked, detectors: number): string {
  if (Object.values(looked).every((scenes) => scenes === 0)) return 'Nothing was new since the last run.';
  const sessions = count(looked.sessions, 'session');
  const direct = count(looked.direct, 'identity', 'identities');
  return `Looked at ${sessions} and ${direct} without a role, with ${count(detectors, 'detector')}.`;
}
