import { beforeAll, expect, it } from 'vitest';
import { accounts } from '../../fixtures/make/accounts.js';
import { ingest } from '../../src/app/ingest.js';
import { newDb } from '../app/ingest-made.js';
import { withAthena } from './athena.js';
import { byHand } from './by-hand.js';
import { chainLogs } from './chain-records.js';
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

await withAthena('who.sql and chains.sql over chains that are hard to follow', (athena) => {
  const folder = chainLogs();
  const asked: Asked = { account: '%', role: '%', ...tuesday };
  const db = newDb();
  beforeAll(async () => {
    await ingest({ db, sources: [folder] });
    await athena.makeTable({
      lake: await athena.lake(folder),
      name: 'cloudtrail_logs',
      days: ['2026-11-16', '2026-11-17'],
    });
  });

  it('answer as rolecall does, whatever the depth', async () => {
    const answer = await byHand(athena, 'who.sql', paramsOf(asked));
    // Of two that name each other rolecall leaves out the link of the one that it is asked for last.
    const withoutRing = (lines: string[]) => lines.filter((line) => !line.includes('/ring'));
    expect(withoutRing(linesOfRows(answer))).toEqual(withoutRing(linesOf(whoOf(db, asked))));
    expect(linesOfRows(answer)).toHaveLength(linesOf(whoOf(db, asked)).length);
  });

  it('bring the rows from which rolecall comes to the same answer', async () => {
    const ofRows = linesOf(whoOf(storeOfRows(await byHand(athena, 'who.sql', paramsOf(asked))), asked));
    expect(withoutCoverage(ofRows)).toEqual(withoutCoverage(linesOf(whoOf(db, asked))));
  });

  it('show a chain of twelve hops whole, and one that comes back as the four sessions that it is', async () => {
    const { from, to } = asked;
    const rows = await byHand(athena, 'chains.sql', [...paramsOf(asked).slice(0, 4), from, to]);
    const chainTo = (role: string, name: string) =>
      rows.filter((row) => row.role_arn === `arn:aws:iam::${prod}:role/${role}` && row.session_name === name);
    expect(chainTo('step-12', 'twelve')).toMatchObject([
      {
        ...{ who: 'bob', origin_kind: 'iam-user', depth: 12 },
        chain: ['bob', ...Array.from({ length: 12 }, (_, hop) => `${prod}:step-${hop + 1}/twelve`)].join(
          ' → ',
        ),
        methods: ['issuance', ...Array.from({ length: 11 }, () => 'issued-key')].join(' → '),
      },
    ]);
    expect(chainTo('role-b', 'juggler').map((row) => row.depth)).toEqual([2, 4]);
    expect(chainTo('own-key', 'loop')).toHaveLength(1);
    expect(chainTo('ring-a', 'ring')).toHaveLength(1);
    const held = whoOf(db, asked).answers.flatMap((answer) => answer.sessions);
    expect(rows.map((row) => [row.role_arn, row.session_name, row.issued_at, row.depth]).sort()).toEqual(
      held
        .map((each) => [
          each.roleArn,
          each.sessionName,
          new Date(each.issuedAt * 1000).toISOString().replace('.000', ''),
          each.depth,
        ])
        .sort(),
    );
  });
});
