import { detectors, readyDetectors } from '../detectors/index.js';
import { dayOf } from '../model/day.js';
import { type Finding, type Findings, type Kept, severities } from '../model/finding.js';
import { countFindings, type FindingRow, type FindingSelection, findingRows } from '../store/findings.js';
import { guarded, type Sqlite } from '../store/open.js';
import { exceptedSightings, unjudgedScenes } from '../store/sightings.js';
import { chosen, type DetectQuestion, type OwnRules } from './detect.js';
import { begin, type Examination, examineDue } from './examine.js';
import { exceptionAt, settleFindings } from './settle-findings.js';

export interface KeptQuestion extends DetectQuestion {
  /** Epoch seconds. */
  now: number;
  /** Of this rolecall. */
  version: string;
  /** `closed`: those that were open once. */
  status: 'open' | 'closed';
  /** Only those that this run found. */
  newOnly: boolean;
  /** Looks at everything again. */
  full: boolean;
}

/**
 * Looks at what is new in the store and at all that rests on it, and answers from all findings that are kept.
 * Safe beside an ingest and beside itself: each transaction is short, and what a killed run left is done by the next.
 * @param store opened for writing
 * @returns findings that are read from the store as they are asked for
 * @throws RolecallError DETECTOR_UNKNOWN, DETECT_OVERTAKEN, DB_LOCKED
 */
export function detectKept(store: Sqlite, question: KeptQuestion, own: OwnRules | null = null): Findings {
  const { policy, window, only, now, version, full } = question;
  const asked = only === null ? null : chosen(only, own?.detectors ?? []).map(({ id }) => id);
  const ready = readyDetectors([...detectors, ...(own?.detectors ?? [])], policy);
  const on = ready.map(({ detector }) => detector.id);
  const examination: Examination = { ready, policy, version, now };
  const { run, looked } = guarded(store.name, () => {
    const begun = begin(store, examination, full);
    const looked = examineDue(store, examination, begun.basis, own);
    settleFindings(store, { ...begun, now, policy, detectors: on });
    return { run: begun.run, looked };
  });

  const selection: FindingSelection = {
    detectors: asked,
    window,
    status: question.status,
    run: question.newOnly ? run : null,
    today: dayOf(now),
  };
  const { count, worst } = countFindings(store, selection);
  const hidden = countFindings(store, { ...selection, status: 'acknowledged', run: null });
  return {
    findings: { [Symbol.iterator]: () => read(store, selection, { run, now }) },
    total: count,
    fresh: countFindings(store, { ...selection, status: 'open', run }).count,
    worst: worst === null ? null : severities[worst]!,
    acknowledged: question.status === 'open' ? hidden.count : 0,
    excepted: exceptedSightings(store, asked, window).map(({ line, count }) => {
      const { reason = '', until = '' } = exceptionAt(policy, line) ?? {};
      return { line, reason, until, findings: count };
    }),
    detectors: asked ?? on,
    unjudged: unjudgedScenes(store, asked),
    looked,
    problems: own?.troubles.list() ?? [],
  };
}

/** Findings that are kept, one in memory at a time. */
export function* read(
  store: Sqlite,
  selection: FindingSelection,
  at: { run: number; now: number },
): Generator<Finding> {
  for (const row of findingRows(store, selection)) yield findingIn(row, at);
}

/** A kept finding as it stands now. */
export function findingIn(row: FindingRow, { run, now }: { run: number; now: number }): Finding {
  const closed = row.closedAt !== null;
  const status: Kept['status'] = closed ? 'closed' : row.acknowledged === null ? 'open' : 'acknowledged';
  return {
    ...(JSON.parse(row.body) as Finding),
    kept: {
      firstSeen: row.firstSeen,
      lastSeen: row.closedAt ?? now,
      isNew: !closed && row.openedRun === run,
      opened: row.opened,
      status,
      why: row.closedWhy ?? row.acknowledged,
      until: closed ? null : row.until,
    },
  };
}
