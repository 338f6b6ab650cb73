import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Random } from '../../fixtures/make/random.js';
import type { Channel } from '../../src/alerts/index.js';
import { detectKept } from '../../src/app/detect-kept.js';
import { ingest } from '../../src/app/ingest.js';
import { loadPolicy, openStoreToKeep } from '../../src/app/open.js';
import { type Round, type WatchQuestion, watch } from '../../src/app/watch.js';
import type { Finding } from '../../src/model/finding.js';
import { placeOf } from '../../src/sources/layout.js';
import { demo } from '../cli/rolecall.js';

export const demoPolicy = () => loadPolicy(demo.policy, true);

/** The demo's files of its Tuesday. */
const tuesday = readdirSync(demo.logs, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\/2026\/11\/17\/.*\.gz$/.test(name))
  .map((name) => join(demo.logs, name))
  .sort();

/** Something that happens to the folder that is watched. `at`: epoch seconds, when it would. */
export interface Arrival {
  at: number;
  put: (folder: string) => void;
}

/**
 * A day's files as a poor copying tool brings them: up to two hours apart, so out of order; some many hours late; some
 * twice under two names; some under their name before they are whole, and some under a passing name until they are.
 */
export function arrivals(seed: string): Arrival[] {
  const random = new Random(seed);
  return tuesday
    .flatMap((path) => {
      const bytes = readFileSync(path);
      const at = deliveredAt(path) + random.int(0, random.chance(0.1) ? 36_000 : 7_200);
      const whole = (folder: string) => write(folder, path, bytes);
      const way = random.int(0, 5);
      if (way === 0)
        return [
          { at, put: whole },
          { at: at + 1800, put: (folder: string) => write(folder, `${path}.again.json.gz`, bytes) },
        ];
      if (way === 1) {
        const half = bytes.subarray(0, random.int(1, bytes.length - 1));
        return [
          { at: at - 900, put: (folder: string) => write(folder, path, half) },
          { at, put: whole },
        ];
      }
      if (way === 2)
        return [
          { at: at - 900, put: (folder: string) => write(folder, `${path}.part`, bytes.subarray(0, 20)) },
          {
            at,
            put: (folder: string) =>
              renameSync(write(folder, `${path}.part`, bytes), join(folder, basename(path))),
          },
        ];
      return [{ at, put: whole }];
    })
    .sort((a, b) => a.at - b.at);
}

function write(folder: string, path: string, bytes: Uint8Array): string {
  const to = join(folder, basename(path));
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, bytes);
  return to;
}

function deliveredAt(path: string): number {
  const { minute } = placeOf(path)!;
  const [, y, mo, d, h, m] = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})$/.exec(minute!)!;
  return Date.parse(`${y}-${mo}-${d}T${h}:${m}:00Z`) / 1000;
}

/** As many equal parts, in their order. */
export function parts<T>(all: readonly T[], count: number): T[][] {
  const edge = (n: number) => Math.floor((all.length * n) / count);
  return Array.from({ length: count }, (_, n) => all.slice(edge(n), edge(n + 1)));
}

/** Fingerprints that one ingest of everything and one look at it give, of this severity and above. */
export async function atOnce(db: string, from: string | string[], rank = 0): Promise<string[]> {
  await ingest({ db, sources: [from].flat() });
  const store = openStoreToKeep(db);
  try {
    const asked = { policy: demoPolicy(), window: null, only: null, now: 1_795_000_000, version: '1' };
    const answer = detectKept(store, { ...asked, status: 'open', newOnly: false, full: false });
    return [...answer.findings]
      .filter(({ severity }) => ['info', 'low', 'medium', 'high', 'critical'].indexOf(severity) >= rank)
      .map(({ fingerprint }) => fingerprint)
      .sort();
  } finally {
    store.close();
  }
}

/** A channel that keeps the fingerprints that it is told. */
export function ear(act: () => Promise<void> | void = () => {}) {
  const told: string[] = [];
  const hash = Buffer.alloc(32, 7);
  const channel: Channel = {
    target: { kind: 'stdout', url: null, hash, label: 'ear' },
    payload: (finding: Finding) => finding.fingerprint,
    send: async (fingerprint) => {
      await act();
      told.push(fingerprint);
    },
  };
  return { told, channel };
}

/** A watch of these sources that pauses nowhere and tells nobody, unless it is changed. */
export function watchOf(
  place: { db: string; sources: string[] },
  signal: AbortSignal,
  changes: Partial<WatchQuestion>,
): WatchQuestion {
  return {
    ingest: { ...place, signal, threads: 1 },
    lookback: null,
    hold: 0,
    every: 0,
    policy: () => null,
    rules: null,
    ruleSeconds: 10,
    channels: [],
    least: 'medium',
    patience: { attempts: 1, pause: 1, longestWait: 0 },
    version: '1',
    now: () => 1_795_000_000,
    onRound: () => {},
    ...changes,
  };
}

/** What so many rounds came to. `before` is called before each, from 1. */
export async function rounds(
  count: number,
  { db, sources, ...changes }: { db: string; sources: string[] } & Partial<WatchQuestion>,
  before: (number: number) => void | Promise<void> = () => {},
): Promise<Round[]> {
  const controller = new AbortController();
  const all: Round[] = [];
  const onRound = async (round: Round) => {
    all.push(round);
    if (all.length === count) controller.abort();
    else await before(all.length + 1);
  };
  await before(1);
  await watch(watchOf({ db, sources }, controller.signal, { ...changes, onRound }));
  return all;
}
