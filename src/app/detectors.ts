import { type Detector, detectors, techniques } from '../detectors/index.js';
import type { Policy } from '../policy/index.js';
import type { DetectorFacts } from '../report/detectors.js';
import { detectorCalled } from './detect.js';

/** All detectors, by id. */
export function describeDetectors(policy: Policy | null): DetectorFacts[] {
  return detectors.map((detector) => facts(detector, policy));
}

/** @throws RolecallError DETECTOR_UNKNOWN */
export function describeDetector(id: string, policy: Policy | null): DetectorFacts {
  return facts(detectorCalled(id), policy);
}

function facts(
  { detect, blind, risesWithDepth, attack, ...rest }: Detector,
  policy: Policy | null,
): DetectorFacts {
  return {
    ...rest,
    attack: Object.fromEntries(attack.map((id) => [id, techniques[id]])),
    enabled: policy?.detectors.find(({ id }) => id === rest.id)?.enabled !== false,
  };
}
