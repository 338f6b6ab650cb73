import { createHash } from 'node:crypto';
import { blindFor, type Judged, judge, type Ready } from '../detectors/index.js';
import { RolecallError } from '../errors.js';
import type { Looked } from '../model/finding.js';
import type { Scene } from '../model/scene.js';
import type { Policy } from '../policy/index.js';
import { lastObject } from '../store/ledger.js';
import type { Sqlite } from '../store/open.js';
import { shortly } from '../store/shortly.js';
import * as kept from '../store/sightings.js';
import { allKeys } from './all-scenes.js';
import type { OwnRules } from './detect.js';
import { findingOf } from './finding-of.js';
import type { Lineage } from './lineage.js';
import { Lineages } from './lineages.js';
import { sceneSources, sourceOf } from './scene-sources.js';

/** Scenes examined in one transaction, and milliseconds after which it ends with fewer. */
const batchSize = 200;
const batchTime = 500;

/** Touched tokens followed in one transaction. */
const tokensAtOnce = 500;

/** What a run examines with. */
export interface Examination {
  ready: readonly Ready[];
  policy: Policy | null;
  /** Of this rolecall: another one may see other things. */
  version: string;
  /** Epoch seconds. */
  now: number;
}

/** A run that has begun. */
export interface Begun {
  run: number;
  /** It is about everything. */
  anew: boolean;
  /** Hash of what it examines with. */
  basis: string;
  /** Row of the last object that was read before the run before this one. */
  before: number;
}

/**
 * Marks what has to be looked at: everything when the policy or the detectors are others than last time, else what
 * ingest touched and what rests on that.
 */
export function begin(store: Sqlite, { ready, policy, version, now }: Examination, full: boolean): Begun {
  const basis = basisOf(ready, policy, version);
  const { run, anew, before } = shortly(store, () => {
    const state = kept.detectState(store);
    const run = (state?.run ?? 0) + 1;
    const known = state?.basis === basis;
    // From here on ingest writes down what it touches; without a basis, a run that is killed begins again.
    kept.saveDetectState(store, { basis: known ? basis : '', run, at: now, object: lastObject(store) });
    if (!known) kept.forgetTouched(store);
    return { run, anew: full || !known, before: state?.object ?? 0 };
  });
  if (anew) {
    shortly(store, () => kept.markAllDue(store));
    for (const source of sceneSources)
      for (const keys of pages(allKeys(store, source)))
        shortly(store, () => {
          for (const key of keys) kept.markSceneDue(store, key);
        });
    shortly(store, () => kept.saveBasis(store, basis));
  }
  markTouched(store);
  return { run, anew, basis, before };
}

/** What ingest touched is due, and what rests on that. */
function markTouched(store: Sqlite): void {
  for (let first = true; shortly(store, () => markSome(store, first)); ) first = false;
}

function markSome(store: Sqlite, first: boolean): boolean {
  const tokens = kept.touchedTokens(store, tokensAtOnce);
  if (tokens.length === 0) return false;
  const seeds = new Set(tokens);
  for (const source of sceneSources) {
    if (source.always === true) for (const key of first ? allKeys(store, source) : []) seeds.add(key);
    else for (const token of tokens) for (const key of source.touched(store, token)) seeds.add(key);
  }
  kept.markDue(store, seeds);
  kept.forgetTouched(store, tokens);
  return true;
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
 * @throws RolecallError DETECT_OVERTAKEN
 */
export function examineDue(
  store: Sqlite,
  examination: Examination,
  basis: string,
  own: OwnRules | null,
): Looked {
  const looked: Looked = { sessions: 0, direct: 0 };
  const failed: string[] = [];
  const lineages = new Lineages(store);
  for (;;) {
    const untroubled = own?.troubles.saved();
    const batch = shortly(store, () => {
      assertOurs(store, basis);
      untroubled?.();
      const examined = examineSome(lineages.now(), examination, own);
      for (const { result } of examined) kept.keepExamined(store, result);
      return examined;
    });
    if (batch.length === 0) break;
    for (const { result, kind, failure } of batch) {
      if (kind !== null) looked[kind] = (looked[kind] ?? 0) + 1;
      if (failure) failed.push(result.scene);
    }
  }
  shortly(store, () => {
    assertOurs(store, basis);
    for (const key of failed) kept.markSceneDue(store, key);
    if (own !== null) keepSpotted(store, own);
  });
  return looked;
}

/** Two policies that look at one store in turns would each keep half of what they see. */
function assertOurs(store: Sqlite, basis: string): void {
  if (kept.detectState(store)?.basis !== basis)
    throw new RolecallError(
      'DETECT_OVERTAKEN',
      `another detect began on ${store.name} with another policy, other rules or another rolecall`,
    );
}

interface Looking {
  result: kept.Examined;
  /** Null when there is no such scene. */
  kind: string | null;
  /** A user's rule failed at it. */
  failure: boolean;
}

/** Scenes that are due, as many as the time allows and at least one. */
function examineSome(lineage: Lineage, examination: Examination, own: OwnRules | null): Looking[] {
  const end = performance.now() + batchTime;
  const found: Looking[] = [];
  for (const key of kept.dueScenes(lineage.db, batchSize)) {
    const before = own?.troubles.total ?? 0;
    const { result, kind } = examined(lineage, key, examination);
    found.push({ result, kind, failure: (own?.troubles.total ?? 0) > before });
    if (performance.now() > end) break;
  }
  return found;
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
): Pick<Looking, 'result' | 'kind'> {
  const source = sourceOf(key);
  const made = source?.scene(lineage, key) ?? null;
  // Not everything that others rest on is a scene, and a scene may be gone.
  if (source === undefined || made === null)
    return { result: { scene: key, dependsOn: [], sightings: [], unjudged: [] }, kind: null };
  const result = {
    scene: key,
    dependsOn: made.dependsOn,
    sightings: judge(made.scene, ready, policy).map((judged) => sightingOf(judged, made.scene)),
    unjudged: blindFor(made.scene, ready),
  };
  return { result, kind: source.kind };
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
