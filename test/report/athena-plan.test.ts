import { describe, expect, it } from 'vitest';
import type { AthenaPlan } from '../../src/model/athena-plan.js';
import { dollarsText, renderAthenaPlan } from '../../src/report/athena-plan.js';

const context = {
  format: 'table' as const,
  width: 80,
  color: false,
  unicode: true,
  tz: 'UTC',
  account: (id: string | null) => id,
};

const plan: AthenaPlan = {
  table: 'athena://security.cloudtrail_logs',
  queries: [
    {
      name: 'athena://security.cloudtrail_logs/2026-11-17',
      partitions: ['day: 2026/11/17'],
      params: ['2026/11/17', '1970-01-01T00:00:00'],
    },
  ],
  skipped: 2,
  sql: 'WITH\nlogs AS (SELECT 1)\nSELECT * FROM logs\n',
  missing: ['who is behind \u001b[31msessions'],
  estimate: { bytes: 176e9, dollars: 0.88, basis: 'ledger' },
};

describe('a plan of queries', () => {
  it('tells what would be asked, what it would cost, and the query as it can be pasted', () => {
    expect(renderAthenaPlan(plan, context).split('\n')).toEqual([
      '1 query to athena://security.cloudtrail_logs, 2 skipped (in the store for good);',
      'none was sent',
      'estimate: about 176.0 GB scanned, 0.88 USD, by what days of this table took',
      '          before',
      expect.stringMatching(/^cannot show: who is behind .*sessions$/),
      '',
      'athena://security.cloudtrail_logs/2026-11-17',
      '  reads day: 2026/11/17',
      "  values '2026/11/17', '1970-01-01T00:00:00'",
      '',
      'WITH',
      'logs AS (SELECT 1)',
      'SELECT * FROM logs',
      '',
    ]);
    expect(renderAthenaPlan(plan, context)).not.toContain('\u001b');
  });

  it('says that nothing is known of the cost, and how to bound it', () => {
    const text = renderAthenaPlan({ ...plan, estimate: null }, context).replaceAll(/\n +/g, ' ');
    expect(text).toContain('estimate: not known; --max-scan and --max-cost keep it within bounds');
  });

  it('is one JSON document with a version', () => {
    const told = JSON.parse(renderAthenaPlan(plan, { ...context, format: 'json' }));
    expect(told).toEqual({ schema: 'rolecall/athena-plan/v1', ...plan });
  });

  it.each([
    [0, '0.00 USD'],
    [0.0001, 'less than 0.01 USD'],
    [0.88, '0.88 USD'],
  ])('tells %d dollars', (dollars, text) => {
    expect(dollarsText(dollars)).toBe(text);
  });
});
