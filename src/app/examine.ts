import { createHash } from 'node:crypto';
import { blindFor, type Judged, judge, type Ready } from '../detectors/index.js';
import type { Looked } from '../model/finding.js';
import type { Scene } from '../model/scene.js';
import type { Policy } from '../policy/index.js';
import { dataVersion, type Sqlite } from '../store/open.js';
import * as kept from '../store/sightings.js';
import { allKeys } from './all-scenes.js';
import type { OwnRules } from './detect.js';
import { findingOf } from './finding-of.js';
import { Lineage } from './lineage.js';
import { sceneSources, sourceOf } from './scene-sources.js';

/** Scenes examined in one transaction: an ingest beside it never waits for long. */
const batchSize = 200;

/** What a run examines with. */
export interface Examination {
  ready: readonly Ready[];
  policy: Policy | null;
  /** Of this rolecall: another one may see other things. */
  version: string;
  /** Epoch seconds. */
  now: number;
}

/**
 * Marks what has to be looked at: everything when the policy or the detectors are others than last time, else what
 * ingest touched and what rests on that.
 * @returns number of this run, and whether it is about everything
 */
export function begin(
  store: Sqlite,
  { ready, policy, version, now }: Examination,
  full: boolean,
): { run: number; anew: boolean } {
  const basis = basisOf(ready, policy, version);
  const start = store.transaction(() => {
    const state = kept.detectState(store);
    const run = (state?.run ?? 0) + 1;
    const anew = full || state?.basis !== basis;
    // From here on ingest writes down what it touches; without a basis, a run that is killed begins again.
    kept.saveDetectState(store, { basis: anew ? '' : basis, run, at: now });
    if (!anew) markTouched(store);
    kept.forgetTouched(store);
    return { run, anew };
  });
  const { run, anew } = start.immediate();
  if (anew) {
    store.transaction(() => kept.markAllDue(store)).immediate();
    for (const source of sceneSources)
      for (const keys of pages(allKeys(store, source)))
        store
          .transaction(() => {
            for (const key of keys) kept.markSceneDue(store, key);
          })
          .immediate();
    store.transaction(() => kept.saveDetectState(store, { basis, run, at: now })).immediate();
  }
  return { run, anew };
}

function markTouched(store: Sqlite): void {
  const tokens = kept.touchedTokens(store);
  if (tokens.length === 0) return;
  const seeds = new Set(tokens);
  for (const source of sceneSources) {
    if (source.always === true) for (const key of allKeys(store, source)) seeds.add(key);
    else for (const token of tokens) for (const key of source.touched(store, token)) seeds.add(key);
  }
  kept.markDue(store, seeds);
}

function* pages(keys: Iterable<string>): Generator<string[]> {
  let page: string[] = [];
  for (const key of keys) {
    page.push(key);
    if (page.length < 5000) continue;
    yield page;
    page = [];
  }
  yield page;
}

/**
 * Looks at everything that is due, a few scenes in each transaction, and keeps what they show. A scene that a user's
 * rule failed at stays due for the next run.
 */
export function examineDue(store: Sqlite, examination: Examination, own: OwnRules | null): Looked {
  const looked: Looked = { sessions: 0, direct: 0 };
  const failed: string[] = [];
  const failures = () => own?.troubles.total ?? 0;
  let lineage = new Lineage(store);
  let seen = dataVersion(store);
  const batch = store.transaction(() => {
    const keys = kept.dueScenes(store, batchSize);
    // What was concluded before may rest on rows that an ingest beside it has changed since; what is read once for a
    // run is read again for each of its batches only then.
    const version = dataVersion(store);
    if (version !== seen) lineage = new Lineage(store);
    seen = version;
    for (const key of keys) {
      const before = failures();
      kept.keepExamined(store, examined(lineage, key, examination, looked));
      if (failures() > before) failed.push(key);
    }
    return keys.length;
  });
  while (batch.immediate() > 0);
  store
    .transaction(() => {
      for (const key of failed) kept.markSceneDue(store, key);
      if (own !== null) keepSpotted(store, own);
    })
    .immediate();
  return looked;
}

/** What questions gave takes the place of what they gave before. */
function keepSpotted(store: Sqlite, { detectors, spotted }: OwnRules): void {
  for (const { id } of detectors) {
    const rows = spotted.filter(({ judged }) => judged.detector.id === id);
    const sightings = rows.map(({ judged, scene }) => sightingOf(judged, scene));
    kept.keepExamined(store, { scene: `rule:${id}`, dependsOn: [], sightings, unjudged: [] });
  }
}

function examined(
  lineage: Lineage,
  key: string,
  { ready, policy }: Examination,
  looked: Looked,
): kept.Examined {
  const source = sourceOf(key);
  const made = source?.scene(lineage, key) ?? null;
  // Not everything that others rest on is a scene, and a scene may be gone.
  if (source === undefined || made === null)
    return { scene: key, dependsOn: [], sightings: [], unjudged: [] };
  looked[source.kind] = (looked[source.kind] ?? 0) + 1;
  return {
    scene: key,
    dependsOn: made.dependsOn,
    sightings: judge(made.scene, ready, policy).map((judged) => sightingOf(judged, made.scene)),
    unjudged: blindFor(made.scene, ready),
  };
}

function sightingOf(judged: Judged, scene: Scene): kept.Sighting {
  const finding = findingOf(judged, scene);
  const { fingerprint, detector, time, last } = finding;
  const exception = judged.exception?.line ?? null;
  return { fingerprint, detector, time, last, exception, body: JSON.stringify(finding) };
}

/** What findings follow from beside the records. */
function basisOf(ready: readonly Ready[], policy: Policy | null, version: string): string {
  const detectors = ready.map(({ detector }) => [detector.id, detector.version ?? '']);
  const text = JSON.stringify([version, detectors, policy], (_key, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  return createHash('sha256').update(text).digest('hex');
}
