import { loadPolicy } from '../../app/open.js';
import { watch } from '../../app/watch.js';
import { readSeconds } from '../../app/when-read.js';
import { exit, RolecallError } from '../../errors.js';
import { accountNames } from '../../policy/index.js';
import { understandAlerts } from '../alerting.js';
import { accountIds, preparePolicy, ruleSeconds, rulesAsked } from '../answering.js';
import { s3Options, settleOption } from '../aws-options.js';
import type { Context } from '../context.js';
import { onInterrupt } from '../interrupt.js';
import { openMetrics } from '../metrics.js';
import type { Act } from '../row.js';
import { RoundTeller } from '../watching.js';

const week = 604_800;

/** Milliseconds for a line on stdout: a reader that stands still must not keep the watch from what is new. */
const stuckAfter = 5_000;

/** `rolecall watch`: ends with exit 0 when it is asked to stop, and with 3 when nobody reads its alerts any more. */
export const act: Act = async (sources, options, context) => {
  if (sources.includes('-'))
    throw new RolecallError('USAGE', 'standard input cannot be read twice: name a folder');
  const every = lengthOf('every', options.text('every')!, { least: 1, most: week });
  const hold = lengthOf('hold', options.text('hold')!, { least: 0, most: week });
  const settle = settleOption(options);
  const lookback = lookbackOf(options.text('lookback'));
  if (lookback !== null && hold >= lookback)
    throw new RolecallError(
      'USAGE',
      '--hold is not shorter than --lookback: no finding would be old enough to be told and new enough still',
    );
  const rules = await rulesAsked(options, context);
  const known = rules ?? 'built-in';
  const { policy, report } = preparePolicy(context, known);
  let names = report.account;
  const named = { ...report, account: (id: string | null) => names(id) };
  const alerting = understandAlerts(options.list('alert'), options, context, named, stuckAfter);
  const [accounts, regions] = [accountIds(options.list('accounts'), policy), options.list('regions')];
  const question = {
    lookback,
    hold,
    every,
    policy() {
      const now = loadPolicy(context.policyPath, context.policyGiven, known);
      if (now !== null) names = accountNames(now);
      return now;
    },
    rules,
    ruleSeconds: ruleSeconds(options),
    channels: alerting?.channels ?? [],
    least: alerting?.least ?? 'medium',
    version: context.version,
    now: clockOf(context),
  };
  const metrics = await openMetrics(options.text('metrics-file'), options.text('metrics-listen'));
  const { signal, done } = onInterrupt(() => {
    context.note('stopping after what is being written; Ctrl-C again to end at once');
  });
  try {
    if (metrics.url !== null) context.note(`numbers at ${metrics.url}`);
    mindReaders(context);
    const teller = new RoundTeller(context, metrics);
    await watch({
      ...question,
      ingest: {
        db: context.db,
        sources: [...sources],
        ...(accounts === null ? {} : { accounts }),
        ...(regions === null ? {} : { regions }),
        s3: s3Options(options, context),
        settle,
        signal,
      },
      onRound: (round) => teller.tell(round),
    });
    context.note('stopped');
    // A line that nobody takes would keep the process for ever; it is still due.
    if (process.stdout.writableLength > 0) process.exit(exit.ok);
    return { text: '', exit: exit.ok };
  } finally {
    done();
    metrics.close();
  }
};

/** @throws RolecallError USAGE */
function lookbackOf(text: string | null): number | null {
  return text === null ? null : lengthOf('lookback', text, { least: 1, most: 1000 * week });
}

/** @throws RolecallError USAGE */
function lengthOf(option: string, text: string, { least, most }: { least: number; most: number }): number {
  const seconds = readSeconds(text);
  if (seconds === null)
    throw new RolecallError(
      'USAGE',
      `--${option} ${JSON.stringify(text)} is no length such as 60s, 5m or 2d`,
    );
  if (seconds < least)
    throw new RolecallError('USAGE', `--${option} is ${text}; it may be ${least}s at least`);
  if (seconds > most)
    throw new RolecallError('USAGE', `--${option} is ${text}; it may be ${most / week}w at most`);
  return seconds;
}

/** The machine's clock, or one that goes on from what it was set to. */
function clockOf({ now }: Context): () => number {
  const began = Date.now();
  return () => now + Math.floor((Date.now() - began) / 1000);
}

/** A reader that goes away ends the process, which is no failure of an answer. Of a watch it is one. */
function mindReaders({ stderr }: Context): void {
  process.exitCode = exit.incomplete;
  process.stdout.prependOnceListener('error', () => {
    stderr.stream.write('rolecall: nobody reads stdout any more: what was not told stays due\n');
  });
}
