import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Random } from '../../fixtures/make/random.js';
import { watch } from '../../src/app/watch.js';
import { build, demo } from '../cli/rolecall.js';
import { awsEnvironment, newBucket, useEnvironment } from '../s3/bucket.js';
import { everyFault, type FaultProxy, faultProxy } from '../s3/proxy.js';
import { withS3 } from '../s3/server.js';
import { ask, newDb } from './ingest-made.js';
import { atOnce, demoPolicy, ear, parts, rounds, watchOf } from './watch-made.js';

beforeAll(build);

const tuesday = readdirSync(demo.logs, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\/2026\/11\/17\/.*\.gz$/.test(name))
  .sort();

await withS3('watch of a bucket', (server) => {
  let proxy: FaultProxy;
  beforeAll(async () => {
    proxy = await faultProxy(server.endpoint);
    return () => proxy.stop();
  });
  useEnvironment(() => awsEnvironment(proxy.endpoint));

  it('tells each finding once while logs arrive out of order and every tenth request goes wrong', async () => {
    const bucket = await newBucket(server);
    const random = new Random('watch-s3');
    const late = tuesday
      .map((name) => [random.int(0, 1_000_000), name] as const)
      .sort(([a], [b]) => a - b)
      .map(([, name]) => name);
    const arriving = parts(late, 6);
    const controller = new AbortController();
    const { told, channel } = ear();
    const db = newDb();
    let requests = 0;
    proxy.fault = () => (++requests % 10 === 0 ? everyFault[(requests / 10) % everyFault.length]! : null);
    const deliver = async (files: readonly string[]) => {
      for (const name of files) await bucket.put(name, readFileSync(join(demo.logs, name)));
    };
    await deliver(arriving.shift()!);
    await watch(
      watchOf({ db, sources: [`s3://${bucket.name}`] }, controller.signal, {
        policy: demoPolicy,
        channels: [channel],
        now: () => Date.parse('2026-11-18T02:00:00Z') / 1000,
        async onRound({ number, read }) {
          expect(read?.problems).toEqual([]);
          const next = arriving.shift();
          if (next !== undefined) await deliver(next);
          // One more that has nothing to read.
          else if (number > 6) controller.abort();
        },
      }),
    );
    const whole = newDb();
    const day = tuesday.map((name) => join(demo.logs, name));
    const known = await atOnce(whole, day, 2);
    expect(told.toSorted()).toEqual(expect.arrayContaining(known));
    expect(new Set(told).size).toBe(told.length);
    const records = (store: string) => ask(store, 'SELECT count(*) AS n FROM event');
    expect(records(db)).toEqual(records(whole));
  }, 60_000);

  it('reads the other prefixes while one is closed to it', async () => {
    const bucket = await newBucket(server);
    const put = (prefix: string, name: string) =>
      bucket.put(`${prefix}/${name}`, readFileSync(join(demo.logs, name)));
    await put('closed', tuesday[0]!);
    await put('open', tuesday[1]!);
    proxy.fault = () => null;
    const sources = ['closed', 'open'].map((prefix) => `s3://${bucket.name}/${prefix}/`);
    const all = await rounds(3, { db: newDb(), sources }, async (n) => {
      if (n === 2) {
        await put('open', tuesday[2]!);
        proxy.fault = ({ key }) => (key.startsWith('closed') ? { status: 403, code: 'AccessDenied' } : null);
      }
      if (n === 3) proxy.fault = () => null;
    });
    expect(all.map(({ errors }) => errors.map(({ code }) => code))).toEqual([[], ['AWS_DENIED'], []]);
    expect(all.map(({ read }) => read?.objects.read)).toEqual([2, 1, 0]);
  });
});
