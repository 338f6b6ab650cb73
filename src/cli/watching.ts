import type { Round } from '../app/watch.js';
import type { DetectorProblem } from '../model/finding.js';
import { addRound, noHealth, noTotals, type WatchHealth, watchLine, watchMetrics } from '../report/index.js';
import type { Context } from './context.js';
import { sayDeliveries } from './delivering.js';
import { visible } from './failure.js';
import type { Metrics } from './metrics.js';

/** Unreadable things named after a round; the rest is counted. */
const mostNamed = 10;

/** Says what each round came to: on stderr, and where numbers are read. */
export class RoundTeller {
  private health = noHealth;
  private totals = noTotals;
  /** What was unreadable, or a rule failed at, in the round before: nobody wants to read it every minute. */
  private known: ReadonlySet<string> = new Set();

  constructor(
    private readonly context: Context,
    private readonly metrics: Metrics,
  ) {}

  tell(round: Round): void {
    // Stopped before it came to anything.
    if (round.found === null && round.errors.length === 0) return;
    this.health = healthOf(round, this.health);
    this.totals = addRound(this.totals, this.health);
    this.context.note(watchLine(this.health));
    for (const { message, remedy, code } of round.errors) {
      this.say(`rolecall: ${message}\n${remedy}`);
      if (code.startsWith('POLICY_')) this.say('Until then the last good policy holds.');
    }
    this.sayOnce(round);
    if (round.told?.targets.some(({ problem }) => problem !== null)) sayDeliveries(round.told, this.context);
    const unwritten = this.metrics.publish(watchMetrics(this.health, this.totals), this.health.errors === 0);
    if (unwritten !== null) this.say(`rolecall: --metrics-file cannot be written: ${unwritten}`);
  }

  private sayOnce({ read, found }: Round): void {
    const lines = [...(read?.problems ?? []).map(unreadable), ...(found?.problems ?? []).map(failedRule)];
    // A name may hold a line end, and what follows it would look like a line of ours.
    const now = lines.map((line) => line.replaceAll('\n', '\\n'));
    const fresh = now.filter((line) => !this.known.has(line));
    for (const line of fresh.slice(0, mostNamed)) this.say(`  ${line}`);
    if (fresh.length > mostNamed) this.say(`  and ${fresh.length - mostNamed} more`);
    this.known = new Set(now);
  }

  /** With --quiet too. */
  private say(text: string): void {
    this.context.stderr.stream.write(`${visible(text)}\n`);
  }
}

function unreadable({ source, at, reason }: { source: string; at: string; reason: string }): string {
  return [source, at, reason].filter((text) => text !== '').join(': ');
}

function failedRule({ detector, reason }: DetectorProblem): string {
  return `rule ${detector} failed: ${reason}`;
}

/** @param before what a round could not tell is as it was in the one before. */
function healthOf(
  { number, at, seconds, read, found, told, errors }: Round,
  before: WatchHealth,
): WatchHealth {
  const sum = (of: 'delivered' | 'due') =>
    told?.targets.reduce((total, target) => total + target[of], 0) ?? null;
  const undelivered = told?.targets.filter(({ problem }) => problem !== null).length ?? 0;
  return {
    round: number,
    at,
    seconds,
    objects: read?.objects.read ?? 0,
    records: read?.records.stored ?? 0,
    unreadable: read === null ? before.unreadable : read.problems.length,
    newest: found === null ? before.newest : found.newest,
    fresh: found?.fresh ?? 0,
    open: found?.open ?? before.open,
    delivered: sum('delivered') ?? 0,
    due: sum('due') ?? before.due,
    errors: errors.length + undelivered + (found?.problems.length ?? 0),
  };
}
