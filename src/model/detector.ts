import type { Severity } from './finding.js';

/** A tactic of MITRE ATT&CK: `TA0003`, `Persistence`. */
export interface TacticFacts {
  id: string;
  name: string;
}

/** What is known about a detector without running it. */
export interface DetectorFacts {
  id: string;
  summary: string;
  severity: Severity;
  /** ATT&CK technique id → name; '' for one that has no name here. */
  attack: Record<string, string>;
  /** ATT&CK technique id → what it is done for, of those that have a name here. */
  tactics: Record<string, TacticFacts>;
  cannotSee: readonly string[];
  falsePositives: readonly string[];
  triage: readonly string[];
  options: Readonly<Record<string, { default: unknown; help: string }>>;
  enabled: boolean;
  /** File of a user's own; null for a built-in one. */
  file: string | null;
}
