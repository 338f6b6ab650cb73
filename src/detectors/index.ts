export { detectorOptions, detectors, optionDefaults, optionValueFault, valueFaultOf } from './all.js';
export { type Technique, tacticOf, techniques } from './attack.js';
export {
  type Detector,
  type DetectorDefinition,
  type DetectorOption,
  type Draft,
  defineDetector,
  type Means,
  type TechniqueId,
} from './define.js';
export { blindFor, type Judged, judge, judgeDraft, type Ready, readyDetectors } from './judge.js';
