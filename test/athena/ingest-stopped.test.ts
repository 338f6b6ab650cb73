import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { removeObjects } from '../../src/sources/athena/result-objects.js';
import { ask, newDb } from '../app/ingest-made.js';
import { dumpStore, recordsOf } from '../app/store-dump.js';
import { build, rolecallWhile, start } from '../cli/rolecall.js';
import { useEnvironment } from '../s3/bucket.js';
import { openWorkgroup } from './api.js';
import { deniedCall } from './api-refusal.js';
import { withAthena } from './athena.js';
import { fewLogs } from './few-logs.js';
import { ingestTable } from './truth.js';

const days = {
  from: Date.parse('2026-11-16T00:00:00Z') / 1000,
  to: Date.parse('2026-11-18T00:00:00Z') / 1000,
};

await withAthena('an ingest from Athena that is stopped', (athena) => {
  useEnvironment(() => athena.environment());
  beforeAll(async () => {
    build();
    await athena.makeTable({ lake: await athena.lake(fewLogs()) });
  });

  const args = (db: string, output: string) => [
    ...['ingest', 'athena://acme.logs', '--from', '2026-11-16', '--to', '2026-11-17'],
    ...['--db', db, '--output', output, '--format', 'json'],
  ];
  const env = () => ({ ...athena.environment(), ROLECALL_NOW: '2026-12-01T00:00:00Z' });

  async function undisturbed() {
    const db = newDb();
    await ingestTable(athena, db, days);
    athena.api.reset();
    return recordsOf(dumpStore(db));
  }

  /** Runs the program, and kills it after so many milliseconds unless it has ended. */
  async function ingestFor(db: string, output: string, milliseconds: number): Promise<'killed' | 'ended'> {
    const child = start(args(db, output), { env: env() });
    child.stdout.resume();
    child.stderr.resume();
    const ended = once(child, 'exit');
    const inTime = await Promise.race([ended.then(() => true), wait(milliseconds).then(() => false)]);
    if (!inTime) child.kill('SIGKILL');
    const [code, signal] = await ended;
    if (signal === 'SIGKILL') return 'killed';
    expect(code).toBe(0);
    return 'ended';
  }

  it('by kill -9 at random goes on to the same store, and no query is asked twice', async () => {
    const expected = await undisturbed();
    const [db, output] = [newDb(), await athena.newOutput()];
    athena.api.fate = () => ({ running: 1000 });
    let killed = 0;
    for (let most = 1200; ; most += 300, killed++)
      if ((await ingestFor(db, output, 400 + Math.random() * most)) === 'ended') break;
    expect(killed).toBeGreaterThan(0);
    expect(recordsOf(dumpStore(db))).toEqual(expected);
    expect(athena.api.queries.map(({ state }) => state)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(await athena.objects(output)).toEqual([]);
    expect(ask(db, 'SELECT * FROM engine_query')).toEqual([]);
  });

  it('while its results were lost is asked for again, and nothing is missing', async () => {
    const expected = await undisturbed();
    for (const lost of [/rows\//, /manifest/]) {
      const [db, output] = [newDb(), await athena.newOutput()];
      athena.api.fate = () => ({ running: 300 });
      const child = start(args(db, output), { env: env() });
      const exit = once(child, 'exit');
      // Killed as soon as a query has written its results: none of them is in the store then.
      while (!(await athena.objects(output)).some((path) => path.includes('manifest'))) await wait(20);
      child.kill('SIGKILL');
      await exit;
      await Promise.all(athena.api.queries.map((query) => query.ended));
      const objects = (await athena.objects(output)).filter((path) => lost.test(path));
      await removeObjects(objects.slice(0, 1), { pathStyle: true });
      const { code } = await rolecallWhile(args(db, output), { env: env() });
      expect(code).toBe(0);
      expect(recordsOf(dumpStore(db))).toEqual(expected);
      expect(await athena.objects(output)).toEqual([]);
      athena.api.reset();
    }
  });

  it('by Ctrl-C stops its queries, keeps whole days, and goes on from there', async () => {
    const expected = await undisturbed();
    const [db, output] = [newDb(), await athena.newOutput()];
    athena.api.fate = ({ parameters }) =>
      parameters.join().includes('2026/11/17') ? { stays: 'RUNNING' } : null;
    const child = start(args(db, output), { env: env() });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const exit = once(child, 'exit');
    while (!existsSync(db) || ask(db, 'SELECT * FROM object WHERE stored > 0').length === 0) await wait(50);
    child.kill('SIGINT');
    expect((await exit)[0]).toBe(130);
    expect(said).toMatch(/no query goes on in Athena; every day that was answered to its end is kept/);
    expect(athena.api.queries.map(({ state }) => state).sort()).toEqual(['CANCELLED', 'SUCCEEDED']);
    expect(await athena.objects(output)).toEqual([]);
    athena.api.fate = () => null;
    expect((await rolecallWhile(args(db, output), { env: env() })).code).toBe(0);
    expect(recordsOf(dumpStore(db))).toEqual(expected);
    // The first day was read for good: only the second was asked for again.
    expect(athena.api.queries).toHaveLength(3);
  });

  it('by Ctrl-C where it may not stop its queries says so, and takes them up', async () => {
    const expected = await undisturbed();
    const [db, output] = [newDb(), await athena.newOutput()];
    athena.api.fate = () => ({ running: 3000 });
    athena.api.refuse = ({ action }) =>
      action === 'StopQueryExecution' ? deniedCall('athena:StopQueryExecution', '*') : null;
    const child = start(args(db, output), { env: env() });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const exit = once(child, 'exit');
    while (athena.api.count('GetQueryExecution') < 2) await wait(20);
    child.kill('SIGINT');
    expect((await exit)[0]).toBe(130);
    expect(said).toMatch(/could not be stopped: it goes on in Athena, and the next run takes it up \(/);
    expect(said).toMatch(/2 of the queries could not be stopped and go on in Athena; every day/);
    athena.api.refuse = () => null;
    expect((await rolecallWhile(args(db, output), { env: env() })).code).toBe(0);
    expect(athena.api.queries).toHaveLength(2);
    expect([recordsOf(dumpStore(db)), await athena.objects(output)]).toEqual([expected, []]);
  });

  it.each([
    [
      'fails half-way',
      { ends: 'FAILED', reason: 'Query exhausted resources at this scale factor', half: true },
    ],
    ['is cancelled', { ends: 'CANCELLED', reason: 'Query cancelled by user' }],
  ] as const)('because a query %s keeps the days before it, and nothing of that one', async (_, fate) => {
    const expected = await undisturbed();
    const [db, output] = [newDb(), await athena.newOutput()];
    athena.api.fate = ({ parameters }) => (parameters.join().includes('2026/11/17') ? fate : null);
    const { code, stderr } = await rolecallWhile(args(db, output), { env: env() });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/Quer(y|ies)|query/)]);
    expect(ask(db, 'SELECT name FROM object')).toEqual([
      { name: 'athena://acme.logs/2026-11-16?from=2026-11-16T00:00:00Z' },
    ]);
    expect(await athena.objects(output)).toEqual([]);
    athena.api.fate = () => null;
    expect((await rolecallWhile(args(db, output), { env: env() })).code).toBe(0);
    expect(recordsOf(dumpStore(db))).toEqual(expected);
  });

  it.each([
    ['JSON lines', 'primary'],
    ['CSV', 'enforced'],
    ['pages', 'managed'],
  ])(
    'because its %s may not be read is read by the next run, and not asked for again',
    async (_, workgroup) => {
      const expected = await undisturbed();
      const [db, output] = [newDb(), await athena.newOutput()];
      athena.api.workgroups.set('enforced', { ...openWorkgroup, outputLocation: output, enforced: true });
      athena.api.workgroups.set('managed', { ...openWorkgroup, managedResults: true });
      athena.proxy.fault = ({ kind, key }) =>
        kind === 'get' && /\/rows\/|\.csv$/.test(key) ? { status: 403, code: 'AccessDenied' } : null;
      athena.api.refuse = ({ action }) =>
        action === 'GetQueryResults' ? deniedCall('athena:GetQueryResults', '*') : null;
      const run = [...args(db, output), '--workgroup', workgroup];
      const through = { env: { ...env(), AWS_ENDPOINT_URL_S3: athena.proxy.endpoint } };
      const { code, stderr } = await rolecallWhile(run, through);
      expect([code, stderr]).toEqual([2, expect.stringContaining('was denied')]);
      athena.proxy.fault = () => null;
      athena.api.refuse = () => null;
      expect((await rolecallWhile(run, through)).code).toBe(0);
      expect(athena.api.queries).toHaveLength(2);
      expect([recordsOf(dumpStore(db)), await athena.objects(output)]).toEqual([expected, []]);
    },
  );

  it('because it may not scan more asks for nothing more, and keeps what it has', async () => {
    const [db, output] = [newDb(), await athena.newOutput()];
    const limited = await rolecallWhile([...args(db, output), '--max-scan', '1KB'], { env: env() });
    expect(limited.code).toBe(2);
    expect(limited.stderr).toMatch(/the queries so far have scanned \d+ bytes/);
    expect(athena.api.queries).toHaveLength(1);
    expect((await rolecallWhile(args(db, output), { env: env() })).code).toBe(0);
    expect(recordsOf(dumpStore(db))).toEqual(await undisturbed());
  });

  it.each([
    ['as one CSV file, where the workgroup has its own place', true],
    ['page by page, where Athena keeps them', false],
  ])('or not gives the same store from results %s', async (_, own) => {
    const expected = await undisturbed();
    const [db, output] = [newDb(), await athena.newOutput()];
    athena.api.workgroups.set('audit', {
      ...openWorkgroup,
      ...(own ? { enforced: true, outputLocation: output } : { managedResults: true }),
    });
    await ingestTable(athena, db, { ...days, athena: { workgroup: 'audit', pathStyle: true } });
    expect(recordsOf(dumpStore(db))).toEqual(expected);
    expect(await athena.objects(output)).toEqual([]);
  });
});
