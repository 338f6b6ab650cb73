import { describe, expect, it } from 'vitest';
import {
  addRound,
  noHealth,
  noTotals,
  type WatchHealth,
  watchLine,
  watchMetrics,
} from '../../src/report/index.js';
import { samplesIn } from './prometheus.js';

const health: WatchHealth = {
  round: 12,
  at: 1_763_373_600,
  seconds: 0.43,
  objects: 3,
  records: 1_120,
  unreadable: 0,
  newest: 1_763_373_600 - 240,
  fresh: 1,
  open: { info: 0, low: 1, medium: 2, high: 3, critical: 1 },
  delivered: 0,
  due: 0,
  errors: 0,
};

describe('the line of a round', () => {
  it('says what was read, how old the newest record is, and what was found', () => {
    expect(watchLine(health)).toBe(
      '2025-11-17T10:00:00Z round 12: 3 objects, 1,120 records; newest record 4 min old; 1 new finding, 7 open; 0.4 s',
    );
  });

  it('says what is unreadable, due and wrong only when something is', () => {
    expect(watchLine({ ...health, unreadable: 2, delivered: 1, due: 3, errors: 1, newest: null })).toBe(
      '2025-11-17T10:00:00Z round 12: 3 objects, 1,120 records; 2 unreadable; no records yet; ' +
        '1 new finding, 7 open; 1 alert delivered, 3 due; failed; 0.4 s',
    );
  });
});

describe('the numbers for Prometheus', () => {
  it('are in its text format, each once', () => {
    const samples = samplesIn(watchMetrics(health, addRound(noTotals, health)));
    expect(samples.get('rolecall_findings_open{severity="high"}')).toBe(3);
    expect(samples.get('rolecall_lag_seconds')).toBe(240);
    expect(samples.get('rolecall_records_stored_total')).toBe(1_120);
    expect(samples.get('rolecall_last_round_ok')).toBe(1);
    expect(samples.get('rolecall_last_success_timestamp_seconds')).toBe(health.at);
    expect(samples.size).toBe(18);
  });

  it('have no lag before the first record', () => {
    expect(samplesIn(watchMetrics(noHealth, noTotals)).get('rolecall_lag_seconds')).toBeNaN();
  });

  it('remember when all was well last, while it is not', () => {
    const bad = { ...health, at: health.at + 60, errors: 1 };
    const samples = samplesIn(watchMetrics(bad, addRound(addRound(noTotals, health), bad)));
    expect(samples.get('rolecall_last_success_timestamp_seconds')).toBe(health.at);
    expect(samples.get('rolecall_last_round_timestamp_seconds')).toBe(bad.at);
    expect(samples.get('rolecall_round_failures_total')).toBe(1);
    expect(samples.get('rolecall_rounds_total')).toBe(2);
    expect(samples.get('rolecall_last_round_ok')).toBe(0);
  });
});
