import {
  blindFor,
  type Detector,
  detectors,
  type Judged,
  judge,
  readyDetectors,
} from '../detectors/index.js';
import { RolecallError } from '../errors.js';
import type { Finding, Findings, Looked } from '../model/finding.js';
import type { Scene } from '../model/scene.js';
import type { Policy } from '../policy/index.js';
import { nearest } from '../policy/nearest.js';
import type { Sqlite } from '../store/open.js';
import { allScenes } from './all-scenes.js';
import { byUrgency, findingOf, type Part, together } from './finding-of.js';
import type { Spotted } from './rule-rows.js';
import type { Troubles } from './rule-troubles.js';

export interface DetectQuestion {
  policy: Policy | null;
  /** Findings with something in `[from, to)`, epoch seconds; null: all. */
  window: { from: number; to: number } | null;
  /** Ids of detectors; null: all that the policy leaves on. */
  only: string[] | null;
}

/** What a user's own rules add to a run: see detect-rules.ts. */
export interface OwnRules {
  detectors: readonly Detector[];
  /** What their questions gave. */
  spotted: readonly Spotted[];
  troubles: Troubles;
}

/**
 * Runs the detectors over everything in the store, and keeps nothing. What is about the same thing is one finding,
 * whose fingerprint depends on the records alone.
 * @throws RolecallError DETECTOR_UNKNOWN
 */
export function detect(
  store: Sqlite,
  { policy, window, only }: DetectQuestion,
  own: OwnRules | null = null,
): Findings<Finding[]> {
  const ready = readyDetectors(chosen(only, own?.detectors ?? []), policy);
  const parts = new Map<string, Part[]>();
  const excepted = new Map<number, Findings['excepted'][number]>();
  const looked: Looked = { sessions: 0, direct: 0 };
  const unjudged = new Map<string, Findings['unjudged'][number]>();
  const take = (key: string, n: number, judged: Judged, scene: Scene) => {
    const finding = findingOf(judged, scene);
    if (judged.exception === null) {
      const known = parts.get(finding.fingerprint);
      if (known === undefined) parts.set(finding.fingerprint, [{ scene: key, n, finding }]);
      else known.push({ scene: key, n, finding });
    } else if (overlaps(finding, window)) {
      const { line, reason, until } = judged.exception;
      const known = excepted.get(line) ?? { line, reason, until, findings: 0 };
      excepted.set(line, { ...known, findings: known.findings + 1 });
    }
  };
  for (const { kind, key, scene } of allScenes(store)) {
    looked[kind] = (looked[kind] ?? 0) + 1;
    for (const { detector, reason } of blindFor(scene, ready)) {
      const blind = `${detector} ${reason}`;
      const sessions = (unjudged.get(blind)?.sessions ?? 0) + 1;
      unjudged.set(blind, { detector, reason, sessions });
    }
    for (const [n, judged] of judge(scene, ready, policy).entries()) take(key, n, judged, scene);
  }
  for (const [n, { judged, scene }] of (own?.spotted ?? []).entries())
    take(`rule:${judged.detector.id}`, n, judged, scene);
  const findings = [...parts.values()]
    .map(together)
    .filter((finding) => overlaps(finding, window))
    .sort(byUrgency);
  return {
    findings,
    total: findings.length,
    fresh: 0,
    worst: findings[0]?.severity ?? null,
    acknowledged: 0,
    excepted: [...excepted.values()].sort((a, b) => a.line - b.line),
    detectors: ready.map(({ detector }) => detector.id),
    unjudged: [...unjudged.values()],
    looked,
    problems: own?.troubles.list() ?? [],
  };
}

function overlaps({ time, last }: Finding, window: DetectQuestion['window']): boolean {
  return window === null || (time < window.to && last >= window.from);
}

/** @throws RolecallError DETECTOR_UNKNOWN */
export function chosen(only: string[] | null, own: readonly Detector[]): readonly Detector[] {
  if (only === null) return [...detectors, ...own];
  return only.map((id) => detectorCalled(id, own));
}

/**
 * @param own detectors of the user's
 * @throws RolecallError DETECTOR_UNKNOWN
 */
export function detectorCalled(id: string, own: readonly Detector[] = []): Detector {
  const all = [...detectors, ...own];
  const found = all.find((detector) => detector.id === id);
  if (found !== undefined) return found;
  const near = nearest(
    id,
    all.map((detector) => detector.id),
  )[0];
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new RolecallError('DETECTOR_UNKNOWN', `there is no detector ${JSON.stringify(id)}${hint}`);
}
