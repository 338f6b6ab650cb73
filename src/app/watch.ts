import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../alerts/index.js';
import { RolecallError } from '../errors.js';
import type { IngestSummary } from '../model/answers.js';
import { dayOf } from '../model/day.js';
import type { Deliveries } from '../model/delivery.js';
import type { DetectorProblem } from '../model/finding.js';
import { type Finding, type Severity, severities } from '../model/finding.js';
import type { Policy } from '../policy/index.js';
import { countByRank } from '../store/findings.js';
import { deliver } from './deliver.js';
import { detectKeptWithRules } from './detect-rules.js';
import { type IngestQuestion, ingest } from './ingest.js';
import { openStoreToKeep } from './open.js';
import type { Rules } from './rules.js';

export interface WatchQuestion {
  /** What is read, over and over; its signal ends the watch. */
  ingest: Omit<IngestQuestion, 'from' | 'to' | 'stdin' | 'onProgress'> & { signal: AbortSignal };
  /** Seconds back from now of which logs are read; null: all. */
  lookback: number | null;
  /** Seconds from the beginning of one round to the beginning of the next. */
  every: number;
  /** Read again for every round: a policy may change while somebody watches. */
  policy: () => Policy | null;
  rules: Rules | null;
  /** Seconds that a rule in SQL may take. */
  ruleSeconds: number;
  channels: readonly Channel[];
  /** Alerts from this severity on. */
  least: Severity;
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
  /** Null when nothing could be read. */
  read: IngestSummary | null;
  /** Null when nothing could be looked at. */
  found: {
    /** Found by this round. */
    fresh: number;
    open: Record<Severity, number>;
    problems: readonly DetectorProblem[];
  } | null;
  /** Null when there was nobody to tell, or nothing could be told. */
  told: Deliveries | null;
  /** What went wrong; the next round tries again. */
  error: RolecallError | null;
}

/**
 * Reads what is new, looks at it and tells of it, round after round, until its signal is given. Whatever stands in the
 * way of the first round is thrown: a wrong name should not be waited for. Later it is told, and tried again.
 * @throws RolecallError in the first round alone
 */
export async function watch(question: WatchQuestion): Promise<void> {
  const { signal } = question.ingest;
  const last: { policy: Policy | null } = { policy: question.policy() };
  for (let number = 1; !signal.aborted; number++) {
    const began = performance.now();
    const round = await roundOf(number, question, last);
    if (number === 1 && round.error !== null && !signal.aborted) throw round.error;
    await question.onRound(round);
    const rest = question.every * 1000 - (performance.now() - began);
    if (!signal.aborted && rest > 0) await sleep(rest, undefined, { signal }).catch(() => {});
  }
}

async function roundOf(
  number: number,
  question: WatchQuestion,
  last: { policy: Policy | null },
): Promise<Round> {
  const began = performance.now();
  const round: Round = {
    number,
    at: question.now(),
    seconds: 0,
    read: null,
    found: null,
    told: null,
    error: null,
  };
  try {
    // What is known already is worth telling even when nothing new can be read.
    round.read = await attempt(round, () => readNew(question));
    if (!question.ingest.signal.aborted) {
      last.policy = (await attempt(round, async () => question.policy())) ?? last.policy;
      await attempt(round, () => lookAndTell(round, question, last.policy));
    }
  } finally {
    round.seconds = (performance.now() - began) / 1000;
  }
  return round;
}

/** Null when it failed for a reason that somebody can mend; the first such reason is the round's. */
async function attempt<T>(round: Round, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    round.error ??= error;
    return null;
  }
}

async function readNew({ ingest: what, lookback, now }: WatchQuestion): Promise<IngestSummary | null> {
  try {
    return await ingest({ ...what, ...(lookback === null ? {} : { from: now() - lookback }) });
  } catch (error) {
    if (what.signal.aborted) return null;
    // A folder that is empty today is filled tomorrow.
    if (error instanceof RolecallError && error.code === 'NO_LOGS_FOUND') return null;
    throw error;
  }
}

async function lookAndTell(round: Round, question: WatchQuestion, policy: Policy | null): Promise<void> {
  const { now, version, rules, ruleSeconds, channels, least } = question;
  const { db, signal } = question.ingest;
  const store = openStoreToKeep(db);
  try {
    const asked = { policy, window: null, only: null, now: now(), version, newOnly: false, full: false };
    const answer = await detectKeptWithRules(store, { ...asked, status: 'open' }, rules, ruleSeconds);
    const open = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
    for (const { rank, count } of countByRank(store, dayOf(now()))) open[severities[rank]!] = count;
    round.found = { fresh: answer.fresh, open, problems: answer.problems };
    if (channels.length === 0) return;
    const opening = ({ kept }: Finding) => kept?.opened ?? 1;
    round.told = await deliver({ db, findings: answer.findings, channels, least, opening, signal });
  } finally {
    store.close();
  }
}
