/**
 * The library: the same use cases as the command line, without a terminal. Times are epoch seconds throughout.
 * Everything throws `RolecallError` with a code, a message and a remedy for what its caller can mend.
 */

export {
  type Channel,
  type ChannelSettings,
  channelTo,
  readSecret,
  readTarget,
  signature,
  type Target,
} from './alerts/index.js';
export { type AcknowledgeQuestion, acknowledge } from './app/acknowledge.js';
export { athenaPlan } from './app/athena-plan.js';
export { chain } from './app/chain.js';
export { coverage } from './app/coverage.js';
export { type DeliverQuestion, deliver } from './app/deliver.js';
export { type DetectQuestion, detect } from './app/detect.js';
export { detectKept, type KeptQuestion } from './app/detect-kept.js';
export { detectKeptWithRules, detectWithRules } from './app/detect-rules.js';
export { type IngestProgress, type IngestQuestion, ingest } from './app/ingest.js';
export { type AthenaOptions, type AthenaQuestion, ingestAthena } from './app/ingest-athena.js';
export { type KnownDetectors, loadPolicy, openStore, openStoreToKeep } from './app/open.js';
export { loadRules, type Rule, type Rules } from './app/rules.js';
export { type SessionsQuestion, sessions } from './app/sessions.js';
export { show } from './app/show.js';
export { policyOfRules, testRules } from './app/test-rules.js';
export { type Round, type WatchQuestion, watch } from './app/watch.js';
export { understandWindow } from './app/when.js';
export { type WhoQuestion, who } from './app/who.js';
export { type WhoFromAthena, whoFromAthena } from './app/who-athena.js';
export type {
  Detector,
  DetectorDefinition,
  DetectorOption,
  Draft,
  Means,
  TechniqueId,
} from './detectors/index.js';
export * from './detectors/kit.js';
export { type ErrorCode, errorTable, exit, RolecallError } from './errors.js';
export type * from './model/answers.js';
export type * from './model/athena-plan.js';
export type * from './model/delivery.js';
export type * from './model/detector.js';
export type * from './model/finding.js';
export type { Format } from './model/format.js';
export type * from './model/policy-check.js';
export type * from './model/rule-test.js';
export type * from './model/scene.js';
export type * from './model/session.js';
export { accountNames, type Policy, parsePolicy } from './policy/index.js';
export * from './report/index.js';
