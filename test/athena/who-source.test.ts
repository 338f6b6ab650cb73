import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { loadPolicy, openStore } from '../../src/app/open.js';
import { show } from '../../src/app/show.js';
import { who } from '../../src/app/who.js';
import { whoFromAthena } from '../../src/app/who-athena.js';
import type { Who } from '../../src/model/answers.js';
import { newDb } from '../app/ingest-made.js';
import { demo } from '../cli/rolecall.js';
import { useEnvironment } from '../s3/bucket.js';
import { withAthena } from './athena.js';
import { afterwards, ingestTable } from './truth.js';

const at = (text: string) => Date.parse(text) / 1000;
const tuesday = { from: at('2026-11-17T00:00:00Z'), to: at('2026-11-18T00:00:00Z'), tz: 'UTC' };
const morning = { from: at('2026-11-17T09:20:30Z'), to: at('2026-11-17T14:00:00Z'), tz: 'UTC' };
const policy = loadPolicy(demo.policy, true);

await withAthena('answers without a store, and evidence', (athena) => {
  useEnvironment(() => athena.environment());
  const files = newDb();
  beforeAll(async () => {
    await athena.makeTable({ lake: await athena.lake(demo.logs) });
    await ingest({ db: files, sources: [demo.logs] });
  });

  const fromAthena = async (
    question: Pick<Parameters<typeof whoFromAthena>[0], 'account' | 'role' | 'window'>,
  ) =>
    await whoFromAthena({
      ...question,
      ...{ when: 'then', policy, source: 'athena://acme.logs', fullScan: false, most: {}, now: afterwards },
      athena: { output: await athena.newOutput(), pathStyle: true },
    });

  it.each([
    { account: 'prod', role: 'admin', window: tuesday },
    { account: 'prod', role: null, window: tuesday },
    { account: '222222222222', role: 'deployment-role-*', window: tuesday },
    { account: null, role: 'security-read-*', window: morning },
  ])('who --source tells what who does of a store of the files: %o', async (asked) => {
    const { answer, engine } = await fromAthena(asked);
    const store = openStore(files);
    const expected = who(store, { ...asked, when: 'then', policy });
    store.close();
    expect(expected.answers.length).toBeGreaterThan(0);
    expect(plain(answer)).toEqual(plain(expected));
    expect(engine).toMatchObject({ queries: 1, missing: [] });
    expect(athena.api.count('StartQueryExecution')).toBe(1);
  });

  it('who --source says that the table has no partitions of an account, and refuses days that it has none of', async () => {
    const { answer, engine } = await fromAthena({ account: '123456789012', role: null, window: tuesday });
    expect([answer.answers, engine.missing]).toEqual([
      [],
      ['account 123456789012: the table has no partitions of it'],
    ]);
    const later = { ...tuesday, from: at('2026-11-25T00:00:00Z'), to: at('2026-11-26T00:00:00Z') };
    await expect(fromAthena({ account: 'prod', role: null, window: later })).rejects.toMatchObject({
      code: 'ATHENA_NO_PARTITION',
      message: expect.stringContaining("days after 2026-11-22, the end of the table's projection.day.range"),
    });
    expect(athena.api.count('StartQueryExecution')).toBe(1);
  });

  it('an event is fetched again by its folder and id, its cost told first and its token left there', async () => {
    const db = newDb();
    await ingestTable(athena, db, { from: tuesday.from, to: tuesday.to });
    const store = openStore(db);
    const { eventId } = store
      .prepare(
        "SELECT event_id AS eventId FROM v_issuances WHERE name = 'AssumeRole' AND granted = 1 ORDER BY time DESC",
      )
      .get() as { eventId: string };
    athena.api.reset();
    athena.proxy.seen.length = 0;
    const costs: string[] = [];
    const output = await athena.newOutput();
    const answer = await show(store, eventId, {
      raw: true,
      athena: {
        options: { output, pathStyle: true },
        onCost: (sentence) => costs.push(`${sentence} ${athena.api.count('StartQueryExecution')} asked`),
      },
    });
    store.close();
    if (answer.kind !== 'event') throw new Error(answer.kind);
    expect(costs).toEqual([
      expect.stringMatching(
        /^Athena reads the folder of 2026-11-17 for this one record, as far as the table has it: at most .* USD\. 0 asked$/,
      ),
    ]);
    expect(answer.raw).toMatchObject({
      eventID: eventId,
      eventName: 'AssumeRole',
      responseElements: { credentials: { sessionToken: '(removed)' } },
    });
    const folders = new Set([...athena.reads().keys()].map((key) => key.split('/').slice(0, -1).join('/')));
    expect(folders.size).toBe(1);
    expect(await athena.objects(output)).toEqual([]);
  });
});

/**
 * A store of files knows how many there were, places that had no record near the window, and what else was done in
 * the sessions on the way.
 */
function plain({ coverage, ...answer }: Who) {
  const { objects: _, queried: _q, gaps, rows, ...rest } = coverage;
  const near = new Set(rows.map(({ accountId, region }) => `${accountId} ${region}`));
  return {
    ...answer,
    lineage: answer.lineage.map(
      ({ calls: _c, denied: _d, firstUsedAt: _f, lastUsedAt: _l, sourceIps: _s, ...told }) => told,
    ),
    coverage: {
      ...rest,
      rows,
      gaps: gaps.filter(({ accountId, region }) => near.has(`${accountId} ${region}`)),
    },
  };
}

describe('a question of who', () => {
  it.each(["prod'; DROP", 'a b', 'x;'])(
    'with a hostile role is answered with a pattern that is none: %s',
    async (role) => {
      const { whoParams } = await import('../../src/app/athena-sql.js');
      expect(() => whoParams(null, role)).toThrow(/is no role name/);
    },
  );
});
