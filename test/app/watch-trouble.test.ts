import { appendFileSync, copyFileSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Undelivered } from '../../src/alerts/index.js';
import { ingest } from '../../src/app/ingest.js';
import { loadPolicy } from '../../src/app/open.js';
import { type Round, watch } from '../../src/app/watch.js';
import { openForWriting } from '../../src/store/open.js';
import { build, demo, emptyFolder, root } from '../cli/rolecall.js';
import { allRecords, ask, folderOf, newDb, packed } from './ingest-made.js';
import { dumpStore } from './store-dump.js';
import { ear, rounds, watchOf } from './watch-made.js';

// Threads read with what was built.
beforeAll(build);

const rootSigns = join(root, 'fixtures/detectors/root-use/fires/root-signs-in-and-looks-around.json');
const codes = ({ errors }: Round) => errors.map(({ code }) => code);
const some = allRecords.slice(0, 40);

/** When the newest of some records was made, epoch seconds. */
const newestOf = (records: readonly { eventTime: string }[]) =>
  Math.max(...records.map(({ eventTime }) => Date.parse(eventTime))) / 1000;

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

  it('goes on when another process writes to the store: that passes', async () => {
    const db = newDb();
    const other = openForWriting(db);
    other.exec('BEGIN IMMEDIATE');
    // Asked for before the first round, and in each between reading and looking.
    let asked = 0;
    const policy = () => {
      if (++asked === 2) other.exec('ROLLBACK');
      return null;
    };
    const all = await rounds(2, { db, sources: [rootSigns], policy });
    other.close();
    expect(all.map(codes)).toEqual([['DB_LOCKED'], []]);
    expect(all.map(({ read }) => read?.objects.read)).toEqual([undefined, 1]);
    expect(all.map(({ found }) => found?.fresh)).toEqual([0, 1]);
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

  it('read the other sources while one is gone, and say which', async () => {
    const folder = folderOf({ 'gone/log.json.gz': packed(some), 'stays/log.json.gz': packed(some) });
    const [gone, stays] = [join(folder, 'gone'), join(folder, 'stays')];
    const all = await rounds(3, { db: newDb(), sources: [gone, stays] }, (n) => {
      if (n === 2) {
        renameSync(gone, `${gone}.away`);
        copyFileSync(rootSigns, join(stays, 'late.json'));
      }
      if (n === 3) renameSync(`${gone}.away`, gone);
    });
    expect(all.map(codes)).toEqual([[], ['NO_SUCH_SOURCE'], []]);
    expect(all[1]!.errors[0]!.message).toBe(`there is no file or folder ${gone}`);
    expect(all.map(({ read }) => read!.objects)).toMatchObject([
      { seen: 2, read: 2 },
      { seen: 2, read: 1, skipped: 1 },
      { seen: 3, read: 0, skipped: 3 },
    ]);
    expect(all[1]!.found!.fresh).toBe(1);
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

  it('leave to the next what a slow receiver has not taken by then', async () => {
    const folder = folderOf({ 'one.json': readFileSync(rootSigns) });
    const elsewhere = readFileSync(rootSigns, 'utf8').replaceAll('222222222222', '333333333333');
    writeFileSync(join(folder, 'two.json'), elsewhere);
    const clock = performance.now.bind(performance);
    let ahead = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + ahead);
    onTestFinished(() => void vi.restoreAllMocks());
    const { told, channel } = ear(() => {
      ahead += 60_000;
    });
    const all = await rounds(3, { db: newDb(), sources: [folder], channels: [channel] });
    expect(all.map((round) => round.told!.targets[0])).toMatchObject([
      { delivered: 1, due: 1, problem: null },
      { delivered: 1, due: 0, problem: null },
      { delivered: 0, due: 0, problem: null },
    ]);
    expect(new Set(told).size).toBe(2);
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

  it('say one cause once, though it stands in the way twice', async () => {
    const db = newDb();
    const all = await rounds(2, { db, sources: [rootSigns] }, (n) => {
      if (n === 2) writeFileSync(db, 'this is a letter, and no store at all');
    });
    expect(all.map(codes)).toEqual([[], ['DB_FOREIGN']]);
  });
});
