export { detectorOptions, detectors, optionValueFault } from './all.js';
export { type Technique, techniques } from './attack.js';
export { type Detector, type Draft, defineDetector } from './define.js';
export { blindFor, type Judged, judge, type Ready, readyDetectors } from './judge.js';
