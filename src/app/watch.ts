import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Patience } from '../alerts/index.js';
import type { RolecallError } from '../errors.js';
import type { IngestSummary } from '../model/answers.js';
import type { Deliveries } from '../model/delivery.js';
import type { DetectorProblem, Severity } from '../model/finding.js';
import type { Policy } from '../policy/index.js';
import type { IngestQuestion } from './ingest.js';
import type { Rules } from './rules.js';
import { runRound } from './watch-round.js';

export interface WatchQuestion {
  /** What is read, over and over; its signal ends the watch. */
  ingest: Omit<IngestQuestion, 'from' | 'to' | 'stdin' | 'onProgress'> & { signal: AbortSignal };
  /** Seconds back from now: older logs are not read, and older findings not told. Null: all. */
  lookback: number | null;
  /** Seconds that a finding is not told for after it began: a late log may still explain it. */
  hold: number;
  /** Seconds from the beginning of one round to the beginning of the next. */
  every: number;
  /**
   * Asked in every round: a policy may change while somebody watches. One that cannot be read any more, or is gone,
   * leaves the last good one in force.
   */
  policy: () => Policy | null;
  rules: Rules | null;
  /** Seconds that a rule in SQL may take. */
  ruleSeconds: number;
  channels: readonly Channel[];
  /** Alerts from this severity on. */
  least: Severity;
  patience?: Patience;
  version: string;
  /** Epoch seconds. */
  now: () => number;
  /** Told after every round. */
  onRound: (round: Round) => void | Promise<void>;
}

/** What one round came to. */
export interface Round {
  /** From 1. */
  number: number;
  /** When it began, epoch seconds. */
  at: number;
  seconds: number;
  /** Null when nothing could be read, there was nothing, or it was stopped. */
  read: IngestSummary | null;
  /** Null when nothing could be looked at, or it was stopped before. */
  found: {
    /** Found by this round. */
    fresh: number;
    /** Not acknowledged, by severity. */
    open: Record<Severity, number>;
    /** Time of the newest record in the store that is not from the future, epoch seconds; null while there is none. */
    newest: number | null;
    problems: readonly DetectorProblem[];
  } | null;
  /** Null when there was nobody to tell, or nothing could be told. */
  told: Deliveries | null;
  /** What went wrong; the next round tries again. */
  errors: readonly RolecallError[];
}

/**
 * Reads what is new, looks at it and tells of it, round after round, one at a time, until its signal is given.
 * Whatever stands in the way of the first round is thrown, unless it passes by itself: a wrong name should not be
 * waited for. Later everything is told, and tried again.
 * @throws RolecallError before the second round alone
 */
export async function watch(question: WatchQuestion): Promise<void> {
  const { signal } = question.ingest;
  let policy = question.policy();
  for (let number = 1; !signal.aborted; number++) {
    const began = performance.now();
    const round = await runRound(number, question, policy);
    const lasting = round.errors.find(({ code }) => code !== 'DB_LOCKED');
    if (number === 1 && lasting !== undefined && !signal.aborted)
      throw lasting.code === 'INTERNAL' ? lasting.cause : lasting;
    policy = round.policy;
    await question.onRound(round);
    const rest = question.every * 1000 - (performance.now() - began);
    if (!signal.aborted && rest > 0) await sleep(rest, undefined, { signal }).catch(() => {});
  }
}
