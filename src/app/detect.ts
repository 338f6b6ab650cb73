import { createHash } from 'node:crypto';
import {
  blindFor,
  type Detector,
  detectors,
  type Judged,
  judge,
  readyDetectors,
} from '../detectors/index.js';
import { RolecallError } from '../errors.js';
import { atLeast, type Finding, type Findings, severities } from '../model/finding.js';
import type { Scene } from '../model/scene.js';
import type { Policy } from '../policy/index.js';
import { nearest } from '../policy/nearest.js';
import type { Sqlite } from '../store/open.js';
import { Lineage } from './lineage.js';
import type { Spotted } from './rule-rows.js';
import type { Troubles } from './rule-troubles.js';
import { scenesOf } from './scene-source.js';
import { sceneSources } from './scene-sources.js';
import { sessionId } from './session-id.js';

export interface DetectQuestion {
  policy: Policy | null;
  /** Findings with something in `[from, to)`, epoch seconds; null: all. */
  window: { from: number; to: number } | null;
  /** Ids of detectors; null: all that the policy leaves on. */
  only: string[] | null;
}

/** Event ids kept for one finding. */
const mostEvidence = 20;

/** What a user's own rules add to a run: see detect-rules.ts. */
export interface OwnRules {
  detectors: readonly Detector[];
  /** What their questions gave. */
  spotted: readonly Spotted[];
  troubles: Troubles;
}

/**
 * Runs the detectors over everything in the store. What is about the same thing is one finding, whose fingerprint
 * depends on the records alone.
 * @returns the most urgent first, then by time
 * @throws RolecallError DETECTOR_UNKNOWN
 */
export function detect(store: Sqlite, question: DetectQuestion, own: OwnRules | null = null): Findings {
  const { policy, window, only } = question;
  const ready = readyDetectors(chosen(only, own?.detectors ?? []), policy);
  const merged = new Map<string, Finding>();
  const excepted = new Map<number, Findings['excepted'][number]>();
  const looked = { sessions: 0, direct: 0 };
  const take = (judged: Judged, scene: Scene) => {
    const { draft, exception } = judged;
    const last = draft.last ?? draft.time;
    if (window !== null && (draft.time >= window.to || last < window.from)) return;
    if (exception === null) return add(merged, judged, scene);
    const { line, reason, until } = exception;
    const known = excepted.get(line) ?? { line, reason, until, findings: 0 };
    excepted.set(line, { ...known, findings: known.findings + 1 });
  };
  const unjudged = new Map<string, Findings['unjudged'][number]>();
  for (const scene of scenes(store, looked)) {
    for (const { detector, reason } of blindFor(scene, ready)) {
      const key = `${detector} ${reason}`;
      const sessions = (unjudged.get(key)?.sessions ?? 0) + 1;
      unjudged.set(key, { detector, reason, sessions });
    }
    for (const judged of judge(scene, ready, policy)) take(judged, scene);
  }
  for (const { judged, scene } of own?.spotted ?? []) take(judged, scene);
  return {
    findings: [...merged.values()].sort(byUrgency),
    excepted: [...excepted.values()].sort((a, b) => a.line - b.line),
    detectors: ready.map(({ detector }) => detector.id),
    unjudged: [...unjudged.values()],
    looked,
    problems: own?.troubles.list() ?? [],
  };
}

function* scenes(store: Sqlite, looked: Record<string, number>): Generator<Scene> {
  const lineage = new Lineage(store);
  for (const source of sceneSources) {
    for (const scene of scenesOf(source, store, lineage)) {
      looked[source.kind] = (looked[source.kind] ?? 0) + 1;
      yield scene;
    }
  }
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

function add(merged: Map<string, Finding>, judged: Judged, scene: Scene): void {
  const made = findingOf(judged, scene);
  const known = merged.get(made.fingerprint);
  if (known === undefined) {
    merged.set(made.fingerprint, made);
    return;
  }
  // Whichever came first tells the story; the order in which scenes are looked at must not.
  const [first, other] =
    known.time < made.time || (known.time === made.time && (known.session ?? '') <= (made.session ?? ''))
      ? [known, made]
      : [made, known];
  merged.set(made.fingerprint, {
    ...first,
    severity: atLeast(first.severity, other.severity) ? first.severity : other.severity,
    sessions: first.sessions + other.sessions,
    last: Math.max(first.last, other.last),
    evidence: [...new Set([...first.evidence, ...other.evidence])].slice(0, mostEvidence),
  });
}

function findingOf({ detector, draft, severity }: Judged, scene: Scene): Finding {
  const key = keyOf(detector.id, draft.about);
  const { session, origin, accountId, roleArn } = scene;
  return {
    id: sessionId(`finding\n${key}`),
    detector: detector.id,
    severity,
    title: draft.title,
    detail: draft.detail ?? [],
    session: session?.id ?? null,
    sessions: session === null ? 0 : 1,
    // Nobody in particular tried, or holds the key: that is no origin unobserved.
    origin: session === null && origin.kind === 'unobserved' ? null : origin,
    accountId,
    roleArn,
    depth: session?.depth ?? null,
    time: draft.time,
    last: draft.last ?? draft.time,
    evidence: draft.evidence.slice(0, mostEvidence),
    fingerprint: fingerprintOf(detector.id, draft.about),
  };
}

function keyOf(detector: string, about: readonly string[]): string {
  return JSON.stringify([detector, ...about]);
}

/** Fingerprint of what a detector says about something: the same in every store. */
export function fingerprintOf(detector: string, about: readonly string[]): string {
  return `sha256:${createHash('sha256').update(keyOf(detector, about)).digest('hex')}`;
}

function byUrgency(a: Finding, b: Finding): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    a.time - b.time ||
    (a.id < b.id ? -1 : 1)
  );
}
