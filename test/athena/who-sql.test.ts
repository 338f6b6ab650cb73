import { beforeAll, describe, expect, it } from 'vitest';
import { accounts } from '../../fixtures/make/accounts.js';
import { ingest } from '../../src/app/ingest.js';
import { newDb } from '../app/ingest-made.js';
import { withAthena } from './athena.js';
import { byHand, queryText } from './by-hand.js';
import { fewLogs } from './few-logs.js';
import {
  type Asked,
  linesOf,
  linesOfRows,
  paramsOf,
  storeOfRows,
  whoOf,
  withoutCoverage,
} from './who-answers.js';

const prod = accounts.prod;
const tuesday = { from: '2026-11-17T00:00:00Z', to: '2026-11-18T00:00:00Z' };

const demoQuestions: Asked[] = [
  { account: prod, role: '%Admin%', ...tuesday },
  { account: prod, role: '%', ...tuesday },
  { account: '%', role: 'deployment-role-%', ...tuesday },
  { account: '%', role: 'security-read-%', from: '2026-11-17T05:00:00Z', to: '2026-11-17T18:00:00Z' },
  // Begins inside an hour, and inside sessions.
  { account: '%', role: '%', from: '2026-11-17T09:20:30Z', to: '2026-11-17T14:00:00Z' },
];

await withAthena('who.sql over the days of the demo', (athena) => {
  const folder = fewLogs({ accounts: Object.values(accounts), days: ['2026/11/16', '2026/11/17'] });
  const db = newDb();
  beforeAll(async () => {
    await ingest({ db, sources: [folder] });
    await athena.makeTable({ lake: await athena.lake(folder), name: 'cloudtrail_logs' });
  });

  it.each(demoQuestions)(
    'answers as rolecall does from the log files, and brings the rows from which it comes to the same: %o',
    async (asked) => {
      const answer = await byHand(athena, 'who.sql', paramsOf(asked));
      const expected = linesOf(whoOf(db, asked));
      expect(linesOfRows(answer)).toEqual(expected);
      const ofRows = linesOf(whoOf(storeOfRows(answer), asked));
      expect(withoutCoverage(ofRows)).toEqual(withoutCoverage(expected));
    },
  );

  it('reads each log file once at most', async () => {
    athena.proxy.seen.length = 0;
    await byHand(athena, 'who.sql', paramsOf(demoQuestions[0]!));
    const counts = [...athena.reads()].filter(([key]) => key.endsWith('.json.gz')).map(([, count]) => count);
    expect(counts.length).toBeGreaterThan(50);
    expect(new Set(counts)).toEqual(new Set([1]));
  });
});

/** A query's text from its first `WITH` on, without what its reader is told before. */
const commonPart = (name: string) => {
  const text = queryText(name);
  return text.slice(
    text.indexOf('\nWITH\n'),
    text.indexOf('\n  FROM marked\n)') + '\n  FROM marked\n)'.length,
  );
};

describe.each(['who.sql', 'chains.sql'])('%s', (name) => {
  const text = queryText(name);
  it('reads records exactly as ingest.sql does', () => {
    const whole = queryText('ingest.sql');
    const ends = '\n  FROM marked\n)';
    const common = whole.slice(whole.indexOf('\nWITH\n'), whole.indexOf(ends) + ends.length);
    expect(commonPart(name)).toBe(common);
    const grouping = whole.slice(whole.indexOf('GROUP BY alone')).trim().replace(/\s+/g, ' ');
    expect(text.replace(/\s+/g, ' ')).toContain(grouping);
    const columns = whole
      .slice(whole.indexOf('\nSELECT\n') + 8, whole.lastIndexOf('\nFROM shaped'))
      .replace(/\s+/g, ' ');
    expect(text.replace(/\s+/g, ' ')).toContain(columns.trim());
  });

  it('uses every WITH once, or the table would be read again', () => {
    const bare = text.replace(/--.*$/gm, '');
    for (const [, cte] of bare.matchAll(/^([a-z_]+) AS \(/gm))
      expect([cte, [...bare.matchAll(new RegExp(`\\b(?:FROM|JOIN) ${cte}\\b`, 'g'))].length]).toEqual([
        cte,
        1,
      ]);
  });
});
