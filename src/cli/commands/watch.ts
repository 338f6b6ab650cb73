import { loadPolicy } from '../../app/open.js';
import { type Round, watch } from '../../app/watch.js';
import { readSeconds } from '../../app/when-read.js';
import { exit, RolecallError } from '../../errors.js';
import { addRound, noTotals, type WatchHealth, watchLine, watchMetrics } from '../../report/index.js';
import { understandAlerts } from '../alerting.js';
import { accountIds, preparePolicy, ruleSeconds, rulesAsked } from '../answering.js';
import { sayDeliveries } from '../delivering.js';
import { visible } from '../failure.js';
import { onInterrupt } from '../interrupt.js';
import { openMetrics } from '../metrics.js';
import type { Act } from '../row.js';

/** `rolecall watch`: ends with exit 0 when it is asked to stop. */
export const act: Act = async (sources, options, context) => {
  if (sources.includes('-'))
    throw new RolecallError('USAGE', 'standard input cannot be read twice: name a folder');
  const every = lengthOf('every', options.text('every')!);
  const lookback = options.text('lookback');
  const rules = await rulesAsked(options, context);
  const known = rules ?? 'built-in';
  const { policy, report } = preparePolicy(context, known);
  const alerting = understandAlerts(options.list('alert'), options, context, report);
  const metrics = await openMetrics(options.text('metrics-file'), options.text('metrics-listen'));
  const [accounts, regions] = [accountIds(options.list('accounts'), policy), options.list('regions')];
  const { signal, done } = onInterrupt(() => {
    context.note('stopping after what is being written; Ctrl-C again to end at once');
  });
  let totals = noTotals;
  try {
    await watch({
      ingest: {
        db: context.db,
        sources: [...sources],
        ...(accounts === null ? {} : { accounts }),
        ...(regions === null ? {} : { regions }),
        signal,
      },
      lookback: lookback === null ? null : lengthOf('lookback', lookback),
      every,
      policy: () => loadPolicy(context.policyPath, context.policyGiven, known),
      rules,
      ruleSeconds: ruleSeconds(options),
      channels: alerting?.channels ?? [],
      least: alerting?.least ?? 'medium',
      version: context.version,
      now: () => Math.floor(Date.now() / 1000),
      onRound(round) {
        const health = healthOf(round);
        totals = addRound(totals, health);
        metrics.publish(watchMetrics(health, totals), health.error === null);
        context.note(visible(watchLine(health)));
        for (const { source, at, reason } of round.read?.problems.slice(0, 10) ?? [])
          context.note(visible(`  ${[source, at, reason].filter((text) => text !== '').join(': ')}`));
        for (const { detector, reason } of round.found?.problems ?? [])
          context.note(visible(`  rule ${detector} failed: ${reason}`));
        if (round.told !== null && health.due > 0) sayDeliveries(round.told, context);
        if (round.error !== null) context.note(visible(`  ${round.error.remedy}`));
      },
    });
    context.note('stopped');
    return { text: '', exit: exit.ok };
  } finally {
    done();
    metrics.close();
  }
};

/** @throws RolecallError USAGE */
function lengthOf(option: string, text: string): number {
  const seconds = readSeconds(text);
  if (seconds === null || seconds < 1)
    throw new RolecallError(
      'USAGE',
      `--${option} ${JSON.stringify(text)} is no length such as 60s, 5m or 2d`,
    );
  return seconds;
}

function healthOf({ number, at, seconds, read, found, told, error }: Round): WatchHealth {
  const newest = read?.window?.to ?? null;
  return {
    round: number,
    at,
    seconds,
    objects: read?.objects.read ?? 0,
    records: read?.records.stored ?? 0,
    problems: read?.problems.length ?? 0,
    lag: newest === null ? null : Math.max(0, at - newest),
    fresh: found?.fresh ?? 0,
    open: found?.open ?? { info: 0, low: 0, medium: 0, high: 0, critical: 0 },
    delivered: told?.targets.reduce((sum, { delivered }) => sum + delivered, 0) ?? 0,
    due: told?.targets.reduce((sum, { due }) => sum + due, 0) ?? 0,
    error: error?.message ?? null,
  };
}
