import type { Origin } from './session.js';

/** From the least to the most urgent. */
export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** True when `a` is at least as urgent as `b`. */
export function atLeast(a: Severity, b: Severity): boolean {
  return severities.indexOf(a) >= severities.indexOf(b);
}

/** One incident: everything that one detector saw and that is about the same thing. Times are epoch seconds. */
export interface Finding {
  /** 16 characters of lower-case base32, derived from the fingerprint; any unique prefix names the finding. */
  id: string;
  /** Detector's id. */
  detector: string;
  severity: Severity;
  /** A sentence without full stop. */
  title: string;
  /** Further sentences: what is known, and what could not be told. */
  detail: string[];
  /** Id of the earliest session concerned; null when none is. */
  session: string | null;
  /** How many sessions it was seen in. */
  sessions: number;
  /** Who was behind it. */
  origin: Origin | null;
  accountId: string | null;
  roleArn: string | null;
  /** Depth of the session; null when there is none or it is not known. */
  depth: number | null;
  /** First and last moment. */
  time: number;
  last: number;
  /** Event ids of the earliest records that show it. */
  evidence: string[];
  /** `sha256:<hex>`: the same incident has the same one in every store, whatever the order of arrival. */
  fingerprint: string;
  /** Null for a finding that was not kept. */
  kept: Kept | null;
}

/** What is known of a finding from one run of `detect` to the next. Times are epoch seconds. */
export interface Kept {
  /** When a run first found it, which is not when it happened. */
  firstSeen: number;
  /** When a run last looked and it was still there. */
  lastSeen: number;
  /** Found by this run for the first time, or again after it was closed. */
  isNew: boolean;
  /** How many times it was found; more than 1 when it was closed in between. */
  opened: number;
  status: 'open' | 'acknowledged' | 'closed';
  /** Why it was closed or acknowledged, as a sentence without full stop; null while it is open. */
  why: string | null;
  /** Last day (`YYYY-MM-DD`) of the acknowledgement; null when it has none. */
  until: string | null;
}

/** Something that a user's own detector failed at: its silence there means nothing. */
export interface DetectorProblem {
  detector: string;
  /** A sentence without full stop. */
  reason: string;
  /** Id of the first session that it failed at; null when it was about none. */
  session: string | null;
  times: number;
}

/** What `detect` came to. */
export interface Findings<List extends Iterable<Finding> = Iterable<Finding>> {
  /** The most urgent first, then by time. */
  findings: List;
  total: number;
  /** How many this run found that no earlier run had seen; 0 when nothing is kept. */
  fresh: number;
  worst: Severity | null;
  /** How many are hidden because somebody acknowledged them. */
  acknowledged: number;
  /** How many an exception of the policy hides, by its line in the file. */
  excepted: { line: number; reason: string; until: string; findings: number }[];
  /** Detectors that ran. */
  detectors: string[];
  /** Scenes that a detector could not judge, by the reason. */
  unjudged: { detector: string; reason: string; sessions: number }[];
  /** How many scenes this run looked at, by their kind: sessions, identities without a role, … */
  looked: Looked;
  problems: DetectorProblem[];
}

/** Event ids kept for one finding, or for one promise: the earliest. */
export const mostEvidence = 20;

export interface Looked extends Record<string, number> {
  sessions: number;
  direct: number;
}
