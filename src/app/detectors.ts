import { type Detector, detectors, type Technique, tacticOf, techniques } from '../detectors/index.js';
import type { DetectorFacts } from '../model/detector.js';
import type { Policy } from '../policy/index.js';
import { detectorCalled } from './detect.js';
import type { Rules } from './rules.js';

/** All detectors, by id; the user's own after the built-in ones. */
export function describeDetectors(policy: Policy | null, rules: Rules | null = null): DetectorFacts[] {
  return [...detectors, ...ownOf(rules)].map((detector) => facts(detector, policy, rules));
}

/** @throws RolecallError DETECTOR_UNKNOWN */
export function describeDetector(
  id: string,
  policy: Policy | null,
  rules: Rules | null = null,
): DetectorFacts {
  return facts(detectorCalled(id, ownOf(rules)), policy, rules);
}

function ownOf(rules: Rules | null): Detector[] {
  return (rules?.rules ?? []).map(({ detector }) => detector);
}

function facts(
  { detect, blind, risesWithDepth, attack, ...rest }: Detector,
  policy: Policy | null,
  rules: Rules | null,
): DetectorFacts {
  return {
    ...rest,
    // A user's own may be of a technique that has no name here.
    attack: Object.fromEntries(attack.map((id) => [id, techniques[id as Technique] ?? ''])),
    tactics: Object.fromEntries(attack.filter(isNamed).map((id) => [id, tacticOf(id)])),
    enabled: policy?.detectors.find(({ id }) => id === rest.id)?.enabled !== false,
    file: rules?.rules.find(({ detector }) => detector.id === rest.id)?.file ?? null,
  };
}

function isNamed(id: string): id is Technique {
  return Object.hasOwn(techniques, id);
}
