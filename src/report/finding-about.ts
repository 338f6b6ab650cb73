import type { DetectorFacts } from '../model/detector.js';
import type { Finding, Severity } from '../model/finding.js';
import { clean } from './clean.js';

/** What the formats for other programs say beside the findings. */
export interface FindingsAbout {
  /** Of rolecall; null leaves it out. */
  version: string | null;
  /** When the question was asked, epoch seconds; null leaves it out. */
  now: number | null;
  /** Asked for, `[from, to)`, epoch seconds; null: everything in the store. */
  window: { from: number; to: number } | null;
  /** Facts of the detectors that ran; one that is missing is known by its id alone. */
  detectors: readonly DetectorFacts[];
  /** Where Security Hub is to show the findings. */
  asff: { account: string | null; region: string };
}

export const aboutNothing: FindingsAbout = {
  version: null,
  now: null,
  window: null,
  detectors: [],
  asff: { account: null, region: 'us-east-1' },
};

/** What is known of a finding from run to run; one that nobody keeps is open, and neither new nor old. */
export function lifeOf({ kept }: Finding) {
  return {
    state: kept?.status ?? 'open',
    isNew: kept?.isNew ?? null,
    firstSeen: kept?.firstSeen ?? null,
    lastSeen: kept?.lastSeen ?? null,
    why: kept?.why ?? null,
  };
}

/** The detector's facts by its id. */
export function factsById(about: FindingsAbout): ReadonlyMap<string, DetectorFacts> {
  return new Map(about.detectors.map((facts) => [facts.id, facts]));
}

/** Severity on a scale from 0 to 100, in the middle of what Security Hub and GitHub call by the same name. */
export const scores: Record<Severity, number> = { info: 0, low: 25, medium: 55, high: 80, critical: 95 };

/**
 * At most `most` characters (UTF-16), safe to show: no controls, nothing hidden, no lone surrogate. The cut is marked.
 * @param text when nothing of it is left, '-' stands for it: the formats want something to show
 */
export function bounded(text: string, most: number): string {
  const shown = clean(text.trim());
  if (shown === '') return '-';
  return shown.length <= most ? shown : `${shown.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The sentences of a finding: its title, and what is known beside it. */
export function sentences({ title, detail }: Finding): string[] {
  return [title, ...detail].map((text) => (/[.!?:]$/.test(text) ? text : `${text}.`));
}
