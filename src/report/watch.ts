import type { Severity } from '../model/finding.js';
import { duration } from './clock.js';
import { count, number } from './words.js';

/** What a round of watching came to, as far as somebody wants to know who does not look at it. */
export interface WatchHealth {
  round: number;
  /** Epoch seconds. */
  at: number;
  seconds: number;
  objects: number;
  records: number;
  /** Objects or records that could not be read. */
  problems: number;
  /** Seconds between the newest record and now; null while there is none. */
  lag: number | null;
  fresh: number;
  open: Record<Severity, number>;
  /** Alerts told, and still due. */
  delivered: number;
  due: number;
  /** A sentence; null when all went well. */
  error: string | null;
}

/** Sums since the watch began. */
export interface WatchTotals {
  rounds: number;
  objects: number;
  records: number;
  problems: number;
  findings: number;
  delivered: number;
  errors: number;
}

export const noTotals: WatchTotals = {
  rounds: 0,
  objects: 0,
  records: 0,
  problems: 0,
  findings: 0,
  delivered: 0,
  errors: 0,
};

export function addRound(totals: WatchTotals, health: WatchHealth): WatchTotals {
  return {
    rounds: totals.rounds + 1,
    objects: totals.objects + health.objects,
    records: totals.records + health.records,
    problems: totals.problems + health.problems,
    findings: totals.findings + health.fresh,
    delivered: totals.delivered + health.delivered,
    errors: totals.errors + Number(health.error !== null),
  };
}

/** One line for a log: `2026-11-17T10:00:00Z round 12: 3 objects, 120 records; newest 4 min old; 1 new finding`. */
export function watchLine(health: WatchHealth): string {
  const { round, at, objects, records, problems, lag, fresh, open, delivered, due, error } = health;
  const total = Object.values(open).reduce((sum, each) => sum + each, 0);
  const parts = [
    `${count(objects, 'object')}, ${count(records, 'record')}`,
    ...(problems > 0 ? [count(problems, 'problem')] : []),
    lag === null ? 'no records yet' : `newest ${duration(lag)} old`,
    `${count(fresh, 'new finding')}, ${number(total)} open`,
    ...(delivered > 0 || due > 0 ? [`${count(delivered, 'alert')} delivered, ${number(due)} due`] : []),
    ...(error === null ? [] : [`failed: ${error}`]),
    `${health.seconds.toFixed(1)} s`,
  ];
  const when = new Date(at * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  return `${when} round ${number(round)}: ${parts.join('; ')}`;
}

/**
 * The same for Prometheus, in its text format.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function watchMetrics(health: WatchHealth, totals: WatchTotals): string {
  const metric = (name: string, type: 'counter' | 'gauge', help: string, values: [string, number][]) =>
    [
      `# HELP rolecall_${name} ${help}`,
      `# TYPE rolecall_${name} ${type}`,
      ...values.map(([labels, value]) => `rolecall_${name}${labels} ${value}`),
    ].join('\n');
  return `${[
    metric('rounds_total', 'counter', 'Rounds since the watch began.', [['', totals.rounds]]),
    metric('round_errors_total', 'counter', 'Rounds in which something failed.', [['', totals.errors]]),
    metric('objects_read_total', 'counter', 'Log files read.', [['', totals.objects]]),
    metric('records_stored_total', 'counter', 'Records stored.', [['', totals.records]]),
    metric('problems_total', 'counter', 'Log files and records that could not be read.', [
      ['', totals.problems],
    ]),
    metric('findings_total', 'counter', 'Findings that were new.', [['', totals.findings]]),
    metric('alerts_delivered_total', 'counter', 'Alerts delivered.', [['', totals.delivered]]),
    metric(
      'findings_open',
      'gauge',
      'Findings that are open.',
      Object.entries(health.open).map(([severity, open]) => [`{severity="${severity}"}`, open]),
    ),
    metric('alerts_due', 'gauge', 'Alerts that were not delivered yet.', [['', health.due]]),
    metric('lag_seconds', 'gauge', 'Age of the newest record.', [['', health.lag ?? Number.NaN]]),
    metric('last_round_timestamp_seconds', 'gauge', 'When the last round began.', [['', health.at]]),
    metric('last_round_seconds', 'gauge', 'How long the last round took.', [['', health.seconds]]),
    metric('last_round_ok', 'gauge', '1 when all of the last round went well.', [
      ['', Number(health.error === null)],
    ]),
  ].join('\n')}\n`;
}
