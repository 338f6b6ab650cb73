import type { Severity } from '../model/finding.js';
import { duration } from './clock.js';
import { count, number } from './words.js';

/** What a round of watching came to, as far as somebody wants to know who does not look at it. */
export interface WatchHealth {
  round: number;
  /** When it began, epoch seconds. */
  at: number;
  seconds: number;
  objects: number;
  records: number;
  /** Objects and records that could not be read; those of earlier rounds are tried again and counted again. */
  unreadable: number;
  /** Time of the newest record, epoch seconds; null while there is none. */
  newest: number | null;
  fresh: number;
  open: Record<Severity, number>;
  /** Alerts told, and still due. */
  delivered: number;
  due: number;
  /** Things that went wrong. */
  errors: number;
}

/** Before the first round. */
export const noHealth: WatchHealth = {
  round: 0,
  at: 0,
  seconds: 0,
  objects: 0,
  records: 0,
  unreadable: 0,
  newest: null,
  fresh: 0,
  open: { info: 0, low: 0, medium: 0, high: 0, critical: 0 },
  delivered: 0,
  due: 0,
  errors: 0,
};

/** Sums since the watch began. */
export interface WatchTotals {
  rounds: number;
  objects: number;
  records: number;
  findings: number;
  delivered: number;
  failures: number;
  /** When the last round began in which nothing went wrong, epoch seconds; 0 while there is none. */
  wellAt: number;
}

export const noTotals: WatchTotals = {
  rounds: 0,
  objects: 0,
  records: 0,
  findings: 0,
  delivered: 0,
  failures: 0,
  wellAt: 0,
};

export function addRound(totals: WatchTotals, health: WatchHealth): WatchTotals {
  return {
    rounds: totals.rounds + 1,
    objects: totals.objects + health.objects,
    records: totals.records + health.records,
    findings: totals.findings + health.fresh,
    delivered: totals.delivered + health.delivered,
    failures: totals.failures + Number(health.errors > 0),
    wellAt: health.errors > 0 ? totals.wellAt : health.at,
  };
}

/**
 * One line for a log:
 * `2026-11-17T10:00:00Z round 12: 3 objects, 120 records; newest record 4 min old; 1 new finding, 7 open; 0.4 s`.
 */
export function watchLine(health: WatchHealth): string {
  const { round, at, objects, records, unreadable, fresh, open, delivered, due, errors } = health;
  const total = Object.values(open).reduce((sum, each) => sum + each, 0);
  const lag = lagOf(health);
  const parts = [
    `${count(objects, 'object')}, ${count(records, 'record')}`,
    ...(unreadable > 0 ? [`${number(unreadable)} unreadable`] : []),
    lag === null ? 'no records yet' : `newest record ${duration(lag)} old`,
    `${count(fresh, 'new finding')}, ${number(total)} open`,
    ...(delivered > 0 || due > 0 ? [`${count(delivered, 'alert')} delivered, ${number(due)} due`] : []),
    ...(errors > 0 ? ['failed'] : []),
    `${health.seconds.toFixed(1)} s`,
  ];
  const when = new Date(at * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  return `${when} round ${number(round)}: ${parts.join('; ')}`;
}

function lagOf({ at, newest }: WatchHealth): number | null {
  return newest === null ? null : Math.max(0, at - newest);
}

/**
 * The same for Prometheus, in its text format.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function watchMetrics(health: WatchHealth, totals: WatchTotals): string {
  const open = Object.entries(health.open).map(
    ([severity, value]) => [`{severity="${severity}"}`, value] as const,
  );
  const metrics = [
    metric('rounds_total', 'counter', 'Rounds since the watch began.', totals.rounds),
    metric('round_failures_total', 'counter', 'Rounds in which something went wrong.', totals.failures),
    metric('objects_read_total', 'counter', 'Log files read.', totals.objects),
    metric('records_stored_total', 'counter', 'Records stored.', totals.records),
    metric('findings_total', 'counter', 'Findings that were new.', totals.findings),
    metric('alerts_delivered_total', 'counter', 'Alerts delivered.', totals.delivered),
    metric('findings_open', 'gauge', 'Findings that are open and not acknowledged.', open),
    metric('alerts_due', 'gauge', 'Alerts that were not delivered yet.', health.due),
    metric('unreadable', 'gauge', 'Log files and records that cannot be read.', health.unreadable),
    metric('lag_seconds', 'gauge', 'Age of the newest record.', lagOf(health) ?? Number.NaN),
    metric('last_round_timestamp_seconds', 'gauge', 'When the last round began.', health.at),
    metric('last_success_timestamp_seconds', 'gauge', 'When the last good round began.', totals.wellAt),
    metric('last_round_seconds', 'gauge', 'How long the last round took.', health.seconds),
    metric('last_round_ok', 'gauge', '1 when nothing went wrong in it.', Number(health.errors === 0)),
  ];
  return `${metrics.join('\n')}\n`;
}

function metric(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  value: number | readonly (readonly [labels: string, value: number])[],
): string {
  const values = typeof value === 'number' ? [['', value] as const] : value;
  return [
    `# HELP rolecall_${name} ${help}`,
    `# TYPE rolecall_${name} ${type}`,
    ...values.map(([labels, each]) => `rolecall_${name}${labels} ${each}`),
  ].join('\n');
}
