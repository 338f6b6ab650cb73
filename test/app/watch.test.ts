import { getEventListeners } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { Undelivered } from '../../src/alerts/index.js';
import { ingest } from '../../src/app/ingest.js';
import { loadPolicy } from '../../src/app/open.js';
import { type Round, watch } from '../../src/app/watch.js';
import { openForWriting } from '../../src/store/open.js';
import { build, demo, emptyFolder, root } from '../cli/rolecall.js';
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

describe('a file that is being written', () => {
  it('is read again when it has grown, and gives each record once', async () => {
    const lines = some.map((record) => `${JSON.stringify(record)}\n`);
    const folder = folderOf({ 'growing.ndjson': lines.slice(0, 10).join('') });
    const file = join(folder, 'growing.ndjson');
    const db = newDb();
    const all = await rounds(4, { db, sources: [folder] }, (n) => {
      // In the middle of a line, and on to its end.
      if (n === 2) appendFileSync(file, lines.slice(10, 30).join('').slice(0, -200));
      if (n === 3) appendFileSync(file, lines.slice(10, 30).join('').slice(-200) + lines.slice(30).join(''));
    });
    expect(all.map(({ read }) => read!.objects)).toMatchObject([
      { read: 1, failed: 0, skipped: 0 },
      { read: 0, failed: 1, skipped: 0 },
      { read: 1, failed: 0, skipped: 0 },
      { read: 0, failed: 0, skipped: 1 },
    ]);
    const clean = newDb();
    await ingest({ db: clean, sources: [folder] });
    expect(dumpStore(db)).toEqual(dumpStore(clean));
  });

  it('by a writer that never waits is whole in the end', async () => {
    const folder = folderOf({ 'log.ndjson': '' });
    const text = allRecords.map((record) => `${JSON.stringify(record)}\n`).join('');
    let from = 0;
    const writer = setInterval(() => {
      appendFileSync(join(folder, 'log.ndjson'), text.slice(from, from + 3000));
      from += 3000;
      if (from >= text.length) clearInterval(writer);
    }, 2);
    const db = newDb();
    const met = new Set<number>();
    const controller = new AbortController();
    const onRound = ({ read }: Round) => {
      met.add(read?.records.read ?? 0);
      // The round after the last byte skips the file, which was read whole by the one before.
      if (from >= text.length && read?.objects.skipped === 1) controller.abort();
    };
    await watch(watchOf({ db, sources: [folder] }, controller.signal, { onRound }));
    expect(met.size).toBeGreaterThan(2);
    const clean = newDb();
    await ingest({ db: clean, sources: [folder] });
    expect(dumpStore(db)).toEqual(dumpStore(clean));
  });

  it('is a problem while its gzip is cut, in every round, and none once it is whole', async () => {
    const bytes = packed(some);
    const folder = folderOf({ 'cut.json.gz': bytes.subarray(0, bytes.length - 100) });
    const db = newDb();
    const all = await rounds(3, { db, sources: [folder] }, (n) => {
      if (n === 3) writeFileSync(join(folder, 'cut.json.gz'), bytes);
    });
    expect(all.map(({ read }) => [read!.objects.failed, read!.problems.length > 0])).toEqual([
      [1, true],
      [1, true],
      [0, false],
    ]);
    const clean = newDb();
    await ingest({ db: clean, sources: [folder] });
    expect(dumpStore(db)).toEqual(dumpStore(clean));
  });

  it('is read again when only its time changed, as with a copy of equal length', async () => {
    const [old, other] = [some.slice(0, 1), some.slice(1, 2)].map((records) => JSON.stringify(records));
    const length = Math.max(old!.length, other!.length);
    const folder = folderOf({ 'same.json': old!.padEnd(length) });
    const db = newDb();
    const all = await rounds(2, { db, sources: [folder] }, (n) => {
      if (n === 1) return;
      writeFileSync(join(folder, 'same.json'), other!.padEnd(length));
      utimesSync(join(folder, 'same.json'), 2_000_000_000, 2_000_000_000);
    });
    expect(all.map(({ read }) => read!.records.stored)).toEqual([1, 1]);
  });
});

describe('the first round', () => {
  it('throws what will not pass by itself', async () => {
    const missing = { db: newDb(), sources: [join(emptyFolder(), 'none')] };
    await expect(rounds(1, missing)).rejects.toMatchObject({ code: 'NO_SUCH_SOURCE' });
    const folder = folderOf({ 'log.json.gz': packed(some) });
    const bad = join(folderOf({ 'rolecall.yaml': 'version: 2\n' }), 'rolecall.yaml');
    const question = { db: newDb(), sources: [folder] };
    await expect(rounds(1, { ...question, policy: () => loadPolicy(bad, true) })).rejects.toMatchObject({
      code: 'POLICY_INVALID',
    });
    const foreign = folderOf({ 'rolecall.db': 'this is a letter' });
    await expect(rounds(1, { ...question, db: join(foreign, 'rolecall.db') })).rejects.toMatchObject({
      code: 'DB_FOREIGN',
    });
    const fault = new TypeError('x is undefined');
    const broken = ear(() => Promise.reject(fault));
    await expect(
      rounds(1, { ...question, sources: [rootSigns], channels: [broken.channel], least: 'info' }),
    ).rejects.toBe(fault);
  });

  it('may find an empty folder: logs are still to come', async () => {
    const folder = emptyFolder();
    const all = await rounds(2, { db: newDb(), sources: [folder] }, (n) => {
      if (n === 2) writeFileSync(join(folder, 'log.json.gz'), packed(some));
    });
    expect(all[0]).toMatchObject({ read: null, found: { fresh: 0, newest: null }, errors: [] });
    expect(all[1]).toMatchObject({ read: { objects: { read: 1 } }, found: { newest: newestOf(some) } });
  });

  it('goes on when another process writes to the store: that passes', { timeout: 120_000 }, async () => {
    const db = newDb();
    const folder = folderOf({ 'log.json.gz': packed(some) });
    const other = openForWriting(db);
    other.exec('BEGIN IMMEDIATE');
    const all = await rounds(2, { db, sources: [folder] }, (n) => {
      if (n === 2) other.exec('ROLLBACK');
    });
    other.close();
    expect(all.map(codes)).toEqual([['DB_LOCKED'], []]);
    expect(all.map(({ read, found }) => [read === null, found === null])).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(ask(db, 'SELECT count(*) AS events FROM event')).not.toEqual([{ events: 0 }]);
  });
});

describe('later rounds', () => {
  it('keep the last good policy while the file is wrong or gone, and say so every time', async () => {
    const folder = folderOf({ 'rolecall.yaml': readFileSync(demo.policy) });
    const file = join(folder, 'rolecall.yaml');
    const db = newDb();
    const question = { db, sources: [rootSigns], policy: () => loadPolicy(file, false) };
    const good = readFileSync(demo.policy, 'utf8');
    const all = await rounds(6, question, (n) => {
      if (n === 2) writeFileSync(file, 'version: 1\naccounts: [');
      if (n === 4) renameSync(file, `${file}.away`);
      if (n === 5) writeFileSync(file, good);
    });
    expect(all.map(codes)).toEqual([[], ['POLICY_INVALID'], ['POLICY_INVALID'], ['POLICY_MISSING'], [], []]);
    // With another policy, or none, findings would be closed and opened again.
    expect(all.map(({ found }) => found!.fresh)).toEqual([1, 0, 0, 0, 0, 0]);
    expect(ask(db, 'SELECT opened, closed_at FROM finding')).toEqual([{ opened: 1, closed_at: null }]);
  });

  it('go on while the source is gone, look at what there is, and read it when it is back', async () => {
    const folder = folderOf({ 'in/log.json.gz': packed(some) });
    const source = join(folder, 'in');
    const { told, channel } = ear();
    const all = await rounds(4, { db: newDb(), sources: [source], channels: [channel] }, (n) => {
      if (n === 2) renameSync(source, `${source}.away`);
      if (n !== 4) return;
      renameSync(`${source}.away`, source);
      copyFileSync(rootSigns, join(source, 'late.json'));
    });
    expect(all.map(codes)).toEqual([[], ['NO_SUCH_SOURCE'], ['NO_SUCH_SOURCE'], []]);
    expect(all[1]).toMatchObject({ read: null, found: { newest: newestOf(some) }, told: { stopped: false } });
    expect(all[3]!.read!.objects).toMatchObject({ read: 1, skipped: 1 });
    expect(told.length).toBeGreaterThan(0);
  });

  it('tell later what a receiver that was down was not told, once', async () => {
    let down = true;
    const { told, channel } = ear(() => {
      if (down) throw new Undelivered('answered 503', 'passing', 'Wait.');
    });
    const all = await rounds(4, { db: newDb(), sources: [rootSigns], channels: [channel] }, (n) => {
      down = n < 3;
    });
    expect(all.map((round) => round.told!.targets[0])).toMatchObject([
      { delivered: 0, due: 1, problem: { reason: 'answered 503' } },
      { delivered: 0, due: 1, problem: { reason: 'answered 503' } },
      { delivered: 1, due: 0, problem: null },
      { delivered: 0, due: 0, problem: null },
    ]);
    expect(told).toHaveLength(1);
  });

  it('tell a fault of the program like anything else that went wrong, and go on', async () => {
    let broken = false;
    const policy = () => {
      if (broken) throw new TypeError('x is undefined');
      return null;
    };
    const all = await rounds(3, { db: newDb(), sources: [rootSigns], policy }, (n) => {
      broken = n === 2;
    });
    expect(all.map(codes)).toEqual([[], ['INTERNAL'], []]);
    expect(all[1]!.errors[0]!.message).toBe('TypeError: x is undefined');
    expect(all[1]!.found).not.toBeNull();
  });

  it('say one cause once, though it stands in the way twice', { timeout: 120_000 }, async () => {
    const db = newDb();
    const all = await rounds(2, { db, sources: [rootSigns] }, (n) => {
      if (n === 2) writeFileSync(db, 'this is a letter, and no store at all');
    });
    expect(all.map(codes)).toEqual([[], ['DB_FOREIGN']]);
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
