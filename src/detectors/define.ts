import type { Severity } from '../model/finding.js';
import type { Scene } from '../model/scene.js';
import type { OptionValue, Policy } from '../policy/policy.js';
import type { Technique } from './attack.js';

/** What a detector saw. Times are epoch seconds. */
export interface Draft {
  /** A sentence without full stop: who did what, to which role. */
  title: string;
  detail?: string[];
  /** The detector's own when left out. */
  severity?: Severity;
  time: number;
  /** `time` when left out. */
  last?: number;
  /** Event ids, the earliest first. */
  evidence: string[];
  /** What makes it one incident: equal texts are one finding, however many sessions it was seen in. */
  about: string[];
  /** For the policy's exceptions. */
  actions?: string[];
  regions?: string[];
}

/** What a detector may know beside the scene. */
export interface Means {
  policy: Policy | null;
  /** Value of one of its options: from the policy, else the default. */
  option<T extends OptionValue>(name: string): T;
  /** True when the policy sets the option: then it is not the default that speaks. */
  given(name: string): boolean;
}

/** One option of a detector, settable in the policy under `detectors: <id>:`. */
export interface DetectorOption {
  default: OptionValue;
  /** What it means, with its unit. */
  help: string;
  /** What is wrong with a value of the right type, as a sentence without full stop; null when nothing is. */
  fault?: (value: OptionValue) => string | null;
}

/** A technique of MITRE ATT&CK: one that is named here, or any other. */
export type TechniqueId = Technique | `T${number}`;

/**
 * One thing to look for. A detector is pure: the same scene and policy give the same draft. It never says that a
 * denied call was done, nor that somebody is an origin who was not observed.
 */
export interface Detector {
  /** Also the name of its file and of its folder of fixtures. */
  id: string;
  /** One line: it fires when … */
  summary: string;
  severity: Severity;
  attack: readonly TechniqueId[];
  /** What its data cannot show. */
  cannotSee: readonly string[];
  falsePositives: readonly string[];
  /** What to do with a finding, in order. */
  triage: readonly string[];
  options: Readonly<Record<string, DetectorOption>>;
  /** Changes whenever it may see other things than before; those that come with rolecall go by its version. */
  version?: string;
  /** One step more urgent when the session is three or more assumptions from its origin, or its caller is new to the role. */
  risesWithDepth?: boolean;
  detect(scene: Scene, means: Means): Draft | readonly Draft[] | null;
  /** Why it could not judge a scene that it would judge otherwise, as the end of a sentence about such sessions. */
  blind?(scene: Scene, means: Means): string | null;
}

/** For an option that counts something: none at all would mean everything. */
export function positive(value: OptionValue): string | null {
  return (value as number) >= 1 ? null : 'it must be 1 or more';
}

/** A detector as its author writes it. */
export type DetectorDefinition = Omit<Detector, 'attack' | 'options'> &
  Partial<Pick<Detector, 'attack' | 'options'>>;

/** Gives a detector its type; also the way in for a user's own. */
export function defineDetector(definition: DetectorDefinition): Detector {
  return { attack: [], options: {}, ...definition };
}
