import { getEventListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { type Round, watch } from '../../src/app/watch.js';
import { build, emptyFolder, root } from '../cli/rolecall.js';
import { allRecords, ask, folderOf, newDb, packed } from './ingest-made.js';
import { dumpStore, recordsOf } from './store-dump.js';
import { arrivals, atOnce, demoPolicy, ear, parts, rounds, watchOf } from './watch-made.js';

// Threads read with what was built.
beforeAll(build);

const rootSigns = join(root, 'fixtures/detectors/root-use/fires/root-signs-in-and-looks-around.json');
const codes = ({ errors }: Round) => errors.map(({ code }) => code);
const some = allRecords.slice(0, 40);

/** When the newest of some records was made, epoch seconds. */
const newestOf = (records: readonly { eventTime: string }[]) =>
  Math.max(...records.map(({ eventTime }) => Date.parse(eventTime))) / 1000;

describe('a day that arrives out of order, late, twice and half written', () => {
  it('is told finding by finding, each once, as one look at everything tells it', async () => {
    const folder = emptyFolder();
    const { told, channel } = ear();
    const steps = parts(arrivals('watched'), 14);
    const db = newDb();
    const all = await rounds(
      steps.length + 1,
      { db, sources: [folder], policy: demoPolicy, channels: [channel] },
      (n) => {
        for (const { put } of steps[n - 1] ?? []) put(folder);
      },
    );
    const clean = newDb();
    expect(told.toSorted()).toEqual(await atOnce(clean, folder, 2));
    expect(told).toHaveLength(7);
    expect(recordsOf(dumpStore(db))).toEqual(recordsOf(dumpStore(clean)));
    // Half a file was met, and was whole in the end.
    expect(all.some(({ read }) => read !== null && read.objects.failed > 0)).toBe(true);
    expect(all.at(-1)!.read!.problems).toEqual([]);
    expect(all.flatMap(codes)).toEqual([]);
    expect(all.at(-1)!.found!.open).toEqual({ info: 0, low: 0, medium: 2, high: 4, critical: 1 });
  });

  it('with a hold as long as logs are late tells nothing that a late one explains', async () => {
    const steps = parts(arrivals('held'), 12);
    const folders = [emptyFolder(), emptyFolder()] as const;
    const [hasty, patient] = [ear(), ear()];
    const run = async (folder: string, hold: number, { channel }: ReturnType<typeof ear>) => {
      let now = 0;
      const question = { db: newDb(), sources: [folder], policy: demoPolicy, channels: [channel], hold };
      await rounds(steps.length + 1, { ...question, least: 'info', now: () => now }, (n) => {
        for (const { at, put } of steps[n - 1] ?? []) {
          put(folder);
          now = at;
        }
        if (n > steps.length) now += 50_000;
      });
    };
    await run(folders[0], 0, hasty);
    await run(folders[1], 43_200, patient);
    const whole = await atOnce(newDb(), folders[1]);
    expect(patient.told.toSorted()).toEqual(whole);
    expect(new Set(hasty.told).size).toBeGreaterThan(whole.length);
  });
});

describe('--lookback', () => {
  const day = 86_400;
  const names = ['16', '17', '22'].map(
    (n) =>
      `AWSLogs/222222222222/CloudTrail/us-east-1/2026/11/${n}/222222222222_CloudTrail_us-east-1_202611${n}T2355Z_AAAAAAAAAAAAAAAA.json.gz`,
  );
  const at = (date: string) => Date.parse(`${date}T23:00:00Z`) / 1000;
  const record = (date: string, n: number) => ({
    ...some[0]!,
    eventID: `00000000-0000-4000-8000-00000000000${n}`,
    eventTime: `${date}T23:00:00Z`,
  });

  it('opens recent files alone, keeps recent records alone, and reads nothing again as time goes on', async () => {
    const both = [record('2026-11-16', 3), record('2026-11-22', 4)];
    const folder = folderOf({
      [names[0]!]: packed([record('2026-11-16', 1)]),
      [names[1]!]: packed([record('2026-11-17', 2)]),
      [names[2]!]: packed(both),
    });
    const db = newDb();
    let now = at('2026-11-22');
    const all = await rounds(3, { db, sources: [folder], lookback: 2 * day, now: () => now }, (n) => {
      now += (n - 1) * 3600;
    });
    expect(all.map(({ read }) => read!.objects)).toMatchObject([
      { seen: 1, read: 1, skipped: 0 },
      { seen: 1, read: 0, skipped: 1 },
      { seen: 1, read: 0, skipped: 1 },
    ]);
    expect(ask(db, 'SELECT count(*) AS events FROM event')).toEqual([{ events: 1 }]);
    // Longer, and what was left out is read.
    const [longer] = await rounds(1, { db, sources: [folder], lookback: 30 * day, now: () => now });
    expect(longer!.read).toMatchObject({ objects: { read: 3 }, records: { stored: 3 } });
  });

  it('keeps old findings of a store from being told', async () => {
    const db = newDb();
    await ingest({ db, sources: [rootSigns] });
    const [{ last }] = ask<{ last: number }>(db, 'SELECT max(key) / (1 << 21) AS last FROM event') as [
      { last: number },
    ];
    const folder = emptyFolder();
    const question = { db, sources: [folder], lookback: day };
    const [old, recent] = [ear(), ear()];
    const [round] = await rounds(1, { ...question, channels: [old.channel], now: () => last + day + 1 });
    expect(round!.found!.fresh).toBe(1);
    await rounds(1, { ...question, channels: [recent.channel], now: () => last + 60 });
    expect([old.told.length, recent.told.length]).toEqual([0, 1]);
  });
});

describe('rounds', () => {
  it('come one after the other, however long each takes, and leave nothing behind', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    let [open, most, done] = [0, 0, 0];
    const left = new Set<string>();
    const question = watchOf({ db: newDb(), sources: [rootSigns] }, signal, {
      // Shorter than any round: the next begins at once, and none is made up for.
      every: 0.000_001,
      least: 'info',
      channels: [ear().channel],
      policy() {
        most = Math.max(most, ++open);
        return null;
      },
      async onRound() {
        // The next has to wait for whoever is told, too.
        await new Promise((resolve) => setImmediate(resolve));
        open = 0;
        done++;
        const listeners = getEventListeners(signal, 'abort').length;
        const files = readdirSync('/dev/fd').length;
        if (done > 5) left.add(`${listeners} listeners, ${files} files`);
        if (done === 40) controller.abort();
      },
    });
    await watch(question);
    // The policy is asked for once before the first.
    expect([done, most]).toEqual([40, 2]);
    expect([...left]).toEqual([expect.stringMatching(/^0 listeners, \d+ files$/)]);
  });

  it('of an hour end when they are asked to in the pause', async () => {
    const controller = new AbortController();
    let done = 0;
    const onRound = () => {
      done++;
      // After the round, in the pause.
      setTimeout(() => controller.abort(), 20);
    };
    await watch(watchOf({ db: newDb(), sources: [rootSigns] }, controller.signal, { every: 3600, onRound }));
    expect(done).toBe(1);
  });

  it('that are stopped while they read keep whole objects, and come to nothing else', async () => {
    const controller = new AbortController();
    const db = newDb();
    const seen: Round[] = [];
    const { told, channel } = ear();
    const question = watchOf({ db, sources: [rootSigns] }, controller.signal, {
      channels: [channel],
      onRound: (round) => void seen.push(round),
    });
    const watched = watch(question);
    controller.abort();
    await watched;
    expect(seen).toMatchObject([{ read: null, found: null, told: null, errors: [] }]);
    expect(told).toEqual([]);
    expect(await rounds(1, { db, sources: [rootSigns], channels: [channel] })).toHaveLength(1);
    expect(told).toHaveLength(1);
  });

  it('do not count a record from the future as the newest', async () => {
    const now = newestOf(some) + 60;
    const future = {
      ...some[0]!,
      eventID: '00000000-0000-4000-8000-000000000009',
      eventTime: '2099-01-01T00:00:00Z',
    };
    const folder = folderOf({ 'log.json.gz': gzipSync(JSON.stringify({ Records: [...some, future] })) });
    const [round] = await rounds(1, { db: newDb(), sources: [folder], now: () => now });
    expect(round!.found!.newest).toBe(now - 60);
  });
});
