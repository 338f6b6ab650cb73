import { createHash } from 'node:crypto';
import type { Judged } from '../detectors/index.js';
import { atLeast, type Finding, severities } from '../model/finding.js';
import type { Scene } from '../model/scene.js';
import { sessionId } from './session-id.js';

/** Event ids kept for one finding. */
const mostEvidence = 20;

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
  const [first, ...others] = parts.toSorted(byTime).map(({ finding }) => finding) as [Finding, ...Finding[]];
  if (others.length === 0) return first;
  const all = [first, ...others];
  const evidence = new Set<string>();
  for (const each of all) for (const id of each.evidence) if (evidence.size < mostEvidence) evidence.add(id);
  return {
    ...first,
    severity: all.map(({ severity }) => severity).reduce((a, b) => (atLeast(a, b) ? a : b)),
    sessions: all.reduce((sum, each) => sum + each.sessions, 0),
    last: all.reduce((last, each) => Math.max(last, each.last), 0),
    evidence: [...evidence],
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
