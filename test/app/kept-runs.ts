import { T } from '../../fixtures/make/scenario/scene.js';
import { detectKept, type KeptQuestion } from '../../src/app/detect-kept.js';
import { ingest } from '../../src/app/ingest.js';
import { loadPolicy, openStoreToKeep } from '../../src/app/open.js';
import type { Finding } from '../../src/model/finding.js';
import { root } from '../cli/rolecall.js';
import { folderOf, packed } from './ingest-made.js';

/** The policy that the detectors' fixtures are judged by. */
export const policy = loadPolicy(`${root}/fixtures/detectors/rolecall.yaml`, true)!;

/** Ingests records into a store as one file. */
export async function add(db: string, records: readonly unknown[]): Promise<void> {
  await ingest({ db, sources: [folderOf({ 'a.json.gz': packed(records) })], threads: 1 });
}

/** One run of detect over a store, with all that it found. */
export function run(db: string, question: Partial<KeptQuestion> = {}) {
  const store = openStoreToKeep(db);
  try {
    const { findings, ...rest } = detectKept(store, {
      policy,
      window: null,
      only: null,
      now: T + 7 * 86_400,
      version: '0',
      status: 'open',
      newOnly: false,
      full: false,
      ...question,
    });
    return { ...rest, findings: [...findings] };
  } finally {
    store.close();
  }
}

/** Findings without what tells of runs, by their ids. */
export const plain = (findings: readonly Finding[]) =>
  findings.map(({ kept: _, ...finding }) => finding).sort((a, b) => (a.id < b.id ? -1 : 1));

export const detectorsOf = (findings: readonly Finding[]) => findings.map(({ detector }) => detector);
