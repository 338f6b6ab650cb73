import { RolecallError } from '../errors.js';
import { dayOf } from '../model/day.js';
import { type Finding, type Severity, severities } from '../model/finding.js';
import type { Policy } from '../policy/index.js';
import { countByRank } from '../store/findings.js';
import { newestBefore } from '../store/ledger.js';
import { explain, openForWriting, type Sqlite } from '../store/open.js';
import { deliver } from './deliver.js';
import { detectKeptWithRules } from './detect-rules.js';
import type { Round, WatchQuestion } from './watch.js';
import { type Attempt, readNew } from './watch-read.js';

/**
 * Seconds that a round may tell at least, however soon the next is due. A slow receiver of a thousand alerts must hold
 * up neither what is new nor the other targets: what is left is told by the next round.
 */
const leastTelling = 10;

type RoundWithPolicy = Round & { policy: Policy | null };

/**
 * Reads, looks and tells once. Never throws: what is known already is worth looking at when nothing can be read, and
 * worth telling.
 * @param policy the last good one
 * @returns what it came to, and the policy that is good now
 */
export async function runRound(
  number: number,
  question: WatchQuestion,
  policy: Policy | null,
): Promise<RoundWithPolicy> {
  const began = performance.now();
  const at = question.now();
  const errors: RolecallError[] = [];
  const round: RoundWithPolicy = {
    number,
    at,
    seconds: 0,
    read: null,
    found: null,
    told: null,
    errors,
    policy,
  };
  const attempt: Attempt = async (work) => {
    try {
      return await work();
    } catch (error) {
      const told = asTold(error);
      if (!errors.some(({ message }) => message === told.message)) errors.push(told);
      return null;
    }
  };
  round.read = await readNew(question, round, attempt);
  if (!question.ingest.signal.aborted) {
    round.policy = (await attempt(async () => policyNow(question, policy))) ?? policy;
    await attempt(() => lookAndTell(round, question));
  }
  round.seconds = (performance.now() - began) / 1000;
  return round;
}

/** An error that is no answer is a fault of the program: it is told all the same, and the watch goes on. */
function asTold(error: unknown): RolecallError {
  if (error instanceof RolecallError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;
  return new RolecallError('INTERNAL', message, { cause: error });
}

/** @throws RolecallError POLICY_* */
function policyNow(question: WatchQuestion, last: Policy | null): Policy | null {
  const policy = question.policy();
  // Editors take a file away for a moment; and nobody should lose promises by a slip of the hand.
  if (policy === null && last !== null)
    throw new RolecallError('POLICY_MISSING', 'the policy is no longer there');
  return policy;
}

async function lookAndTell(round: RoundWithPolicy, question: WatchQuestion): Promise<void> {
  const { db } = question.ingest;
  try {
    // The first round may come before the first log: then this makes the store.
    const store = openForWriting(db);
    try {
      await look(store, round, question);
    } finally {
      store.close();
    }
  } catch (error) {
    throw explain(db, error);
  }
}

async function look(store: Sqlite, round: RoundWithPolicy, question: WatchQuestion): Promise<void> {
  const { version, rules, ruleSeconds, channels, least, patience } = question;
  const { at, policy } = round;
  const asked = { policy, window: null, only: null, now: at, version, newOnly: false, full: false };
  const answer = await detectKeptWithRules(store, { ...asked, status: 'open' }, rules, ruleSeconds);
  const open = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const { rank, count } of countByRank(store, dayOf(at))) open[severities[rank]!] = count;
  const newest = newestBefore(store, at + 1);
  round.found = { fresh: answer.fresh, open, newest, problems: answer.problems };
  if (channels.length === 0) return;
  round.told = await deliver({
    db: question.ingest.db,
    findings: due(answer.findings, at, question),
    channels,
    least,
    opening: ({ kept }) => kept?.opened ?? 1,
    signal: question.ingest.signal,
    within: Math.max(question.every, leastTelling) * 1000,
    ...(patience === undefined ? {} : { patience }),
  });
}

/** Those that are old enough to be told, and not too old. */
function* due(
  findings: Iterable<Finding>,
  at: number,
  { hold, lookback }: WatchQuestion,
): Generator<Finding> {
  for (const finding of findings)
    if ((hold === 0 || finding.time <= at - hold) && (lookback === null || finding.last >= at - lookback))
      yield finding;
}
