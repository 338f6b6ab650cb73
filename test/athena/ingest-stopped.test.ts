import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { ask, newDb } from '../app/ingest-made.js';
import { dumpStore } from '../app/store-dump.js';
import { build, rolecallWhile, start } from '../cli/rolecall.js';
import { useEnvironment } from '../s3/bucket.js';
import { owner, region } from '../s3/server.js';
import type { Fate } from './api-query.js';
import { deniedCall, throttled } from './api-refusal.js';
import { withAthena } from './athena.js';
import { fewLogs } from './few-logs.js';
import { ingestTable, truthOf, week } from './truth.js';

beforeAll(build);

/** More than are asked for at a time. */
const days = ['16', '17', '18', '19', '20', '21'];

await withAthena('an ingest from Athena that does not come to its end', (athena) => {
  useEnvironment(() => athena.environment());
  const folder = fewLogs({
    accounts: ['222222222222'],
    days: days.map((day) => `2026/11/${day}`),
  });
  const window = { from: week.from, to: week.from + days.length * 86_400 };
  let undisturbed: ReturnType<typeof dumpStore>;
  beforeAll(async () => {
    await athena.makeTable({ lake: await athena.lake(folder) });
    athena.api.reset();
    const [db, files] = [newDb(), newDb()];
    for (const [name, value] of Object.entries(athena.environment())) process.env[name] = value;
    await ingestTable(athena, db, window);
    await ingest({ db: files, sources: [folder] });
    expect(truthOf(db)).toEqual(truthOf(files));
    undisturbed = dumpStore(db);
  });

  /** Arguments and environment of the built program. */
  const command = (db: string, output: string, ...more: string[]) =>
    [
      ['ingest', 'athena://acme.logs', '--db', db, '--output', output],
      ['--from', '2026-11-16T00:00:00Z', '--to', '2026-11-22T00:00:00Z', ...more],
    ].flat();
  // Results are read through the proxy, which can make that slow.
  const surroundings = () => ({
    env: {
      ...athena.environment(),
      AWS_ENDPOINT_URL_S3: athena.proxy.endpoint,
      ROLECALL_NOW: '2026-12-01T00:00:00Z',
    },
  });
  const toTheEnd = (db: string, output: string, ...more: string[]) =>
    rolecallWhile(command(db, output, ...more), surroundings());

  /** Starts the program and kills it when it is to die; the exit code, or null when it was killed. */
  const killed = async (db: string, output: string, when: Promise<unknown>) => {
    const child = start(command(db, output), surroundings());
    child.stdout.resume();
    const said = text(child.stderr);
    const ended = once(child, 'exit') as Promise<[number | null]>;
    await Promise.race([ended, when]);
    child.kill('SIGKILL');
    const [code] = await ended;
    if (code !== null) expect([code, await said]).toEqual([0, expect.anything()]);
    return code;
  };

  /** Resolves when the API has got so many calls of an action, and counting from now. */
  const called = (action: string, times: number) => {
    let count = 0;
    return new Promise<void>((resolve) => {
      athena.api.refuse = (call) => {
        if (call.action === action && ++count >= times) resolve();
        return null;
      };
    });
  };

  const tokens = () =>
    new Set(
      athena.api.calls
        .filter(({ action }) => action === 'StartQueryExecution')
        .map(({ input }) => input.ClientRequestToken),
    );
  const states = () => athena.api.queries.map(({ state }) => state);
  const allEnded = async () => void (await Promise.all(athena.api.queries.map(({ ended }) => ended)));
  const queryOf = (day: string) =>
    athena.api.queries.filter(({ parameters }) => parameters.includes(`'2026/11/${day}'`));
  const left = async (db: string, output: string) => ({
    objects: await athena.objects(output),
    queries: ask(db, 'SELECT name FROM engine_query'),
  });
  const nothing = { objects: [], queries: [] };
  const read = (db: string) =>
    ask<{ name: string }>(db, 'SELECT name FROM object ORDER BY name').map(
      ({ name }) => /\/2026-11-(\d\d)/.exec(name)![1]!,
    );

  /** Reading a result takes so many milliseconds longer. */
  const slowly = (ms: number) => {
    athena.proxy.fault = async ({ kind, key }) => {
      if (kind === 'get' && key.includes('/rows/')) await sleep(ms);
      return null;
    };
  };
  const fateOf = (day: string, fate: Fate) => {
    athena.api.fate = ({ parameters }) => (parameters.includes(`'2026/11/${day}'`) ? fate : null);
  };

  describe('because it is killed', () => {
    it('comes to the same store, however often, and asks for no day twice', async () => {
      let kills = 0;
      while (kills < 3) {
        athena.api.reset();
        athena.api.fate = () => ({ running: Math.random() * 400, queued: Math.random() * 200 });
        slowly(50);
        const [db, output] = [newDb(), await athena.newOutput()];
        for (let pause = 400; ; pause += 300) {
          const code = await killed(db, output, sleep(pause * (0.6 + Math.random() * 0.8)));
          if (code === 0) break;
          kills++;
        }
        expect(tokens().size).toBe(days.length);
        expect(states()).toEqual(days.map(() => 'SUCCEEDED'));
        expect(await left(db, output)).toEqual(nothing);
        expect(dumpStore(db)).toEqual(undisturbed);
      }
    });

    it.each([
      ['StartQueryExecution', 5],
      ['GetQueryExecution', 4],
    ] as const)('at %s number %i, asks for no day twice', async (action, times) => {
      const [db, output] = [newDb(), await athena.newOutput()];
      slowly(150);
      await killed(db, output, called(action, times));
      expect((await toTheEnd(db, output)).code).toBe(0);
      expect([tokens().size, states().length]).toEqual([days.length, days.length]);
      expect(await left(db, output)).toEqual(nothing);
      expect(dumpStore(db)).toEqual(undisturbed);
    });

    it.each([
      ['one file', (uri: string) => uri.includes('/rows/')],
      ['the manifest', (uri: string) => uri.endsWith('manifest.csv')],
    ])('and its results are gone, %s, asks for that day again', async (what, goes) => {
      const [db, output] = [newDb(), await athena.newOutput()];
      fateOf('17', { stays: 'RUNNING' });
      slowly(60_000);
      // The first day's results are being read, and the third day's are there.
      await killed(
        db,
        output,
        expect.poll(() => queryOf('18')[0]?.state, { timeout: 60_000 }).toBe('SUCCEEDED'),
      );
      athena.proxy.fault = () => null;
      const written = queryOf('18')[0]!.written.filter(goes);
      const gone = what === 'one file' ? written.slice(0, 1) : written;
      expect(gone.length).toBeGreaterThan(0);
      await Promise.all(gone.map(remove));
      queryOf('17')[0]!.stop('somebody has stopped it');
      await allEnded();
      athena.api.fate = () => null;
      expect((await toTheEnd(db, output)).code).toBe(0);
      expect(days.map((day) => queryOf(day).length)).toEqual([1, 2, 2, 1, 1, 1]);
      expect(await left(db, output)).toEqual(nothing);
      expect(dumpStore(db)).toEqual(undisturbed);
    });

    it('leaves to another run nothing that this one does not need', async () => {
      const [db, output] = [newDb(), await athena.newOutput()];
      slowly(60_000);
      fateOf('18', { stays: 'RUNNING' });
      await killed(
        db,
        output,
        expect.poll(() => queryOf('17')[0]?.state, { timeout: 60_000 }).toBe('SUCCEEDED'),
      );
      athena.proxy.fault = () => null;
      await ingestTable(athena, db, { from: window.from, to: window.from + 86_400, output });
      expect(queryOf('18')[0]!.state).toBe('CANCELLED');
      expect(await left(db, output)).toEqual(nothing);
      expect(read(db)).toEqual(['16']);
    });
  });

  describe('because somebody stops it', () => {
    it('stops its queries in Athena, keeps what was read, and goes on with the same command', async () => {
      const [db, output] = [newDb(), await athena.newOutput()];
      fateOf('18', { stays: 'RUNNING' });
      const child = start(command(db, output), surroundings());
      child.stdout.resume();
      const said = text(child.stderr);
      await expect.poll(() => read(db), { timeout: 60_000 }).toEqual(['16', '17']);
      await expect.poll(() => queryOf('20')[0]?.state, { timeout: 60_000 }).toBe('SUCCEEDED');
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([130, null]);
      expect(await said).toContain('the queries were stopped in Athena');
      expect(states()).not.toContain('RUNNING');
      expect(queryOf('18')[0]!.state).toBe('CANCELLED');
      expect(await left(db, output)).toEqual(nothing);
      expect(read(db)).toEqual(['16', '17']);
      athena.api.fate = () => null;
      expect((await toTheEnd(db, output)).code).toBe(0);
      expect(days.map((day) => queryOf(day).length).slice(0, 2)).toEqual([1, 1]);
      expect(dumpStore(db)).toEqual(undisturbed);
    });

    it('while an answer is read, keeps nothing of that one', async () => {
      const [db, output] = [newDb(), await athena.newOutput()];
      slowly(1_000);
      const child = start(command(db, output), surroundings());
      for (const stream of [child.stdout, child.stderr]) stream.resume();
      await expect
        .poll(() => athena.proxy.seen.some(({ kind, key }) => kind === 'get' && key.includes('/rows/')), {
          timeout: 60_000,
        })
        .toBe(true);
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([130, null]);
      expect(read(db)).toEqual([]);
      expect(await left(db, output)).toEqual(nothing);
      athena.proxy.fault = () => null;
      expect((await toTheEnd(db, output)).code).toBe(0);
      expect(dumpStore(db)).toEqual(undisturbed);
    });
  });

  it('ends soon when it is stopped while Athena has too much to do', async () => {
    const [db, output] = [newDb(), await athena.newOutput()];
    athena.api.refuse = ({ action }) => (action === 'StartQueryExecution' ? throttled : null);
    const child = start(command(db, output), surroundings());
    for (const stream of [child.stdout, child.stderr]) stream.resume();
    await expect.poll(() => athena.api.count('StartQueryExecution'), { timeout: 60_000 }).toBeGreaterThan(20);
    const stopped = performance.now();
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
    expect(performance.now() - stopped).toBeLessThan(15_000);
    expect(await left(db, output)).toEqual(nothing);
  });

  describe('because a query fails', () => {
    it.each([['FAILED', 'GENERIC_INTERNAL_ERROR: out of luck']] as const)(
      'keeps nothing of one that is %s, and all that others found',
      async (ends, reason) => {
        const [db, output] = [newDb(), await athena.newOutput()];
        fateOf('17', { ends, reason, half: true });
        const failed = await toTheEnd(db, output);
        expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining(reason)]);
        expect(failed.stderr).toMatch(/Nothing of this query was kept/);
        expect(await left(db, output)).toEqual(nothing);
        const kept = read(db);
        // Those that had been asked beside it are paid for.
        expect([kept.includes('16'), kept.includes('17'), kept.includes('18')]).toEqual([true, false, true]);
        athena.api.fate = () => null;
        expect((await toTheEnd(db, output)).code).toBe(0);
        expect(days.map((day) => queryOf(day).length)).toEqual([1, 2, 1, 1, 1, 1]);
        expect(dumpStore(db)).toEqual(undisturbed);
      },
    );

    it('waits for a while where Athena has too much to do', async () => {
      let refused = 0;
      athena.api.refuse = ({ action }) =>
        action === 'StartQueryExecution' && ++refused % 3 !== 0 ? throttled : null;
      const [db, output] = [newDb(), await athena.newOutput()];
      expect((await toTheEnd(db, output)).code).toBe(0);
      expect([tokens().size, states().length]).toEqual([days.length, days.length]);
      expect(dumpStore(db)).toEqual(undisturbed);
    });

    it('says what would allow it where it may not ask, and keeps what was read before', async () => {
      const [db, output] = [newDb(), await athena.newOutput()];
      let started = 0;
      athena.api.refuse = ({ action }) =>
        action === 'StartQueryExecution' && ++started > 4
          ? deniedCall(
              'athena:StartQueryExecution',
              'arn:aws:athena:eu-west-1:111111111111:workgroup/primary',
            )
          : null;
      const failed = await toTheEnd(db, output);
      expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('was denied')]);
      expect(failed.stderr).toContain('"Action":"athena:StartQueryExecution"');
      expect(await left(db, output)).toEqual(nothing);
      expect(read(db)).toEqual(['16', '17', '18', '19']);
      athena.api.refuse = () => null;
      expect((await toTheEnd(db, output)).code).toBe(0);
      expect(days.map((day) => queryOf(day).length)).toEqual([1, 1, 1, 1, 1, 1]);
      expect(dumpStore(db)).toEqual(undisturbed);
    });

    it('takes up what it lost sight of, and does not pay for it twice', async () => {
      const [db, output] = [newDb(), await athena.newOutput()];
      let lost = false;
      athena.api.fate = () => ({ running: 500 });
      athena.api.refuse = ({ action }) => {
        lost ||= action === 'GetQueryExecution' && athena.api.queries.length >= 4;
        return lost
          ? {
              name: 'ExpiredTokenException',
              message: 'The security token included in the request is expired',
            }
          : null;
      };
      const failed = await toTheEnd(db, output);
      expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('credentials have expired')]);
      await allEnded();
      athena.api.refuse = () => null;
      expect((await toTheEnd(db, output)).code).toBe(0);
      expect(states()).toEqual(days.map(() => 'SUCCEEDED'));
      expect(await left(db, output)).toEqual(nothing);
      expect(dumpStore(db)).toEqual(undisturbed);
    });

    it('reads again what could not be read, without asking again', async () => {
      const [db, output] = [newDb(), await athena.newOutput()];
      athena.proxy.fault = ({ kind, key }) =>
        kind === 'get' && key.includes('/rows/') ? { status: 403, code: 'AccessDenied' } : null;
      const failed = await toTheEnd(db, output);
      expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('was denied')]);
      expect(read(db)).toEqual([]);
      athena.proxy.fault = () => null;
      expect((await toTheEnd(db, output)).code).toBe(0);
      expect(queryOf('16')).toHaveLength(1);
      expect(await left(db, output)).toEqual(nothing);
      expect(dumpStore(db)).toEqual(undisturbed);
    });
  });

  describe('because it would cost too much', () => {
    it('asks nothing more once so much was scanned, and keeps what was read', async () => {
      const [db, output] = [newDb(), await athena.newOutput()];
      const { bytes } = undisturbed.ledger.map((row) => JSON.parse(row) as { bytes: number })[0]!;
      athena.api.fate = ({ parameters }) => (parameters.includes("'2026/11/16'") ? null : { running: 3_000 });
      const failed = await toTheEnd(db, output, '--max-scan', String(bytes + 1));
      expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('raise the limit')]);
      expect(states().length).toBeLessThanOrEqual(4);
      expect(read(db)[0]).toBe('16');
      expect(read(db).length).toBeLessThan(5);
      expect(await left(db, output)).toEqual(nothing);
      athena.api.fate = () => null;
      expect((await toTheEnd(db, output, '--max-scan', '1GB')).code).toBe(0);
      expect(queryOf('16')).toHaveLength(1);
      expect(dumpStore(db)).toEqual(undisturbed);
    });

    it('asks no more queries than the money is enough for', async () => {
      const [db, output] = [newDb(), await athena.newOutput()];
      // A query is billed as 10 MB at least, 0.00005 USD.
      const failed = await toTheEnd(db, output, '--max-cost', '0.00012');
      expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('raise the limit')]);
      expect(states()).toEqual(['SUCCEEDED', 'SUCCEEDED']);
      expect(read(db)).toEqual(['16', '17']);
      expect(await left(db, output)).toEqual(nothing);
      expect((await toTheEnd(db, output)).code).toBe(0);
      expect(dumpStore(db)).toEqual(undisturbed);
    });

    it("is told of the workgroup's own limit", async () => {
      athena.api.workgroups.get('primary')!.bytesScannedCutoffPerQuery = 10;
      const [db, output] = [newDb(), await athena.newOutput()];
      const failed = await toTheEnd(db, output);
      expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('raise the limit')]);
      expect(failed.stderr).toContain('workgroup');
      expect(read(db)).toEqual([]);
      expect(await left(db, output)).toEqual(nothing);
    });
  });

  it('lets one run at a time write, and the other one says so or has nothing left to do', async () => {
    const [db, output] = [newDb(), await athena.newOutput()];
    athena.api.fate = () => ({ running: 300 });
    slowly(50);
    const both = await Promise.all([toTheEnd(db, output), toTheEnd(db, output)]);
    const codes = both.map(({ code }) => code).sort();
    expect([
      [0, 0],
      [0, 2],
    ]).toContainEqual(codes);
    for (const { code, stderr } of both) if (code === 2) expect(stderr).toContain('another rolecall');
    expect([tokens().size, states().length]).toEqual([days.length, days.length]);
    expect(await left(db, output)).toEqual(nothing);
    expect(dumpStore(db)).toEqual(undisturbed);
  });

  const remove = async (uri: string) => {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri)!;
    const at = storage();
    await at.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  };
  const storage = () =>
    new S3Client({ endpoint: athena.server.endpoint, region, credentials: owner, forcePathStyle: true });
});
