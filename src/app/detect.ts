import { blindFor, detectors, judge, readyDetectors } from '../detectors/index.js';
import { RolecallError } from '../errors.js';
import type { Finding, Findings, Looked } from '../model/finding.js';
import type { Policy } from '../policy/index.js';
import { nearest } from '../policy/nearest.js';
import type { Sqlite } from '../store/open.js';
import { allScenes } from './all-scenes.js';
import { byUrgency, findingOf, type Part, together } from './finding-of.js';

export interface DetectQuestion {
  policy: Policy | null;
  /** Findings with something in `[from, to)`, epoch seconds; null: all. */
  window: { from: number; to: number } | null;
  /** Ids of detectors; null: all that the policy leaves on. */
  only: string[] | null;
}

/**
 * Runs the detectors over everything in the store, and keeps nothing. What is about the same thing is one finding,
 * whose fingerprint depends on the records alone.
 * @throws RolecallError DETECTOR_UNKNOWN
 */
export function detect(store: Sqlite, { policy, window, only }: DetectQuestion): Findings<Finding[]> {
  const ready = readyDetectors(chosen(only), policy);
  const parts = new Map<string, Part[]>();
  const excepted = new Map<number, Findings['excepted'][number]>();
  const looked: Looked = { sessions: 0, direct: 0 };
  const unjudged = new Map<string, Findings['unjudged'][number]>();
  for (const { kind, key, scene } of allScenes(store)) {
    looked[kind] = (looked[kind] ?? 0) + 1;
    for (const { detector, reason } of blindFor(scene, ready)) {
      const blind = `${detector} ${reason}`;
      const sessions = (unjudged.get(blind)?.sessions ?? 0) + 1;
      unjudged.set(blind, { detector, reason, sessions });
    }
    judge(scene, ready, policy).forEach((judged, n) => {
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
    });
  }
  const findings = [...parts.values()]
    .map(together)
    .filter((finding) => overlaps(finding, window))
    .sort(byUrgency);
  return {
    findings,
    total: findings.length,
    worst: findings[0]?.severity ?? null,
    acknowledged: 0,
    excepted: [...excepted.values()].sort((a, b) => a.line - b.line),
    detectors: ready.map(({ detector }) => detector.id),
    unjudged: [...unjudged.values()],
    looked,
  };
}

function overlaps({ time, last }: Finding, window: DetectQuestion['window']): boolean {
  return window === null || (time < window.to && last >= window.from);
}

/** @throws RolecallError DETECTOR_UNKNOWN */
export function chosen(only: string[] | null) {
  if (only === null) return detectors;
  return only.map((id) => detectorCalled(id));
}

/** @throws RolecallError DETECTOR_UNKNOWN */
export function detectorCalled(id: string) {
  const found = detectors.find((detector) => detector.id === id);
  if (found !== undefined) return found;
  const near = nearest(
    id,
    detectors.map((detector) => detector.id),
  )[0];
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new RolecallError('DETECTOR_UNKNOWN', `there is no detector ${JSON.stringify(id)}${hint}`);
}
