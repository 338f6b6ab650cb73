import { createHash } from 'node:crypto';
import type { Judged } from '../detectors/index.js';
import { atLeast, type Finding, mostEvidence, severities } from '../model/finding.js';
import type { Scene } from '../model/scene.js';
import { sessionId } from './session-id.js';

/** What one scene adds to a finding. */
export interface Part {
  /** Key of the scene, and which of its parts: for an order that follows from the records. */
  scene: string;
  n: number;
  finding: Finding;
}

/** What one detector says of one scene, as a finding of its own. */
export function findingOf({ detector, draft, severity }: Judged, scene: Scene): Finding {
  const { session, origin, accountId, roleArn } = scene;
  return {
    id: sessionId(`finding\n${keyOf(detector.id, draft.about)}`),
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
    kept: null,
  };
}

function keyOf(detector: string, about: readonly string[]): string {
  return JSON.stringify([detector, ...about]);
}

/** Fingerprint of what a detector says about something: the same in every store. */
export function fingerprintOf(detector: string, about: readonly string[]): string {
  return `sha256:${createHash('sha256').update(keyOf(detector, about)).digest('hex')}`;
}

/** Parts with one fingerprint as one finding: the earliest tells the story, whatever the order of the parts. */
export function together(parts: readonly Part[]): Finding {
  return folded(parts.toSorted(byTime).map(({ finding }) => finding))!;
}

/**
 * The same of parts that come the earliest first, one in memory at a time.
 * @returns null when there are none
 */
export function folded(parts: Iterable<Finding>): Finding | null {
  let whole: Finding | null = null;
  const evidence = new Set<string>();
  for (const part of parts) {
    for (const id of part.evidence) if (evidence.size < mostEvidence) evidence.add(id);
    whole = whole === null ? { ...part } : extended(whole, part);
  }
  return whole === null ? null : { ...whole, evidence: [...evidence] };
}

function extended(whole: Finding, { severity, sessions, last }: Finding): Finding {
  return {
    ...whole,
    severity: atLeast(whole.severity, severity) ? whole.severity : severity,
    sessions: whole.sessions + sessions,
    last: Math.max(whole.last, last),
  };
}

function byTime(a: Part, b: Part): number {
  return a.finding.time - b.finding.time || compare(a.scene, b.scene) || a.n - b.n;
}

/** The most urgent first, then by time. */
export function byUrgency(a: Finding, b: Finding): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) || a.time - b.time || compare(a.id, b.id)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
