export { renderAcknowledged } from './acknowledged.js';
export { dollarsText, renderAthenaPlan } from './athena-plan.js';
export { renderChain } from './chain.js';
export type { RenderContext, RenderContext as ReportContext } from './context.js';
export { renderCoverage } from './coverage.js';
export { deliveryLines, renderDeliveries } from './deliveries.js';
export { renderDetector, renderDetectors } from './detectors.js';
export type { FindingsAbout } from './finding-about.js';
export { findingLine, findingsText, renderFindings } from './findings.js';
export { type ImportedExport, renderIamImport } from './iam-import.js';
export { renderIngest } from './ingest.js';
export { renderPolicyCheck } from './policy-check.js';
export { renderRuleTests } from './rule-tests.js';
export { renderRuleViews } from './rule-views.js';
export { renderSessions, type SessionList } from './sessions.js';
export { renderShow } from './show.js';
export { renderTrust } from './trust.js';
export { renderVerify } from './verify.js';
export {
  addRound,
  noHealth,
  noTotals,
  type WatchHealth,
  type WatchTotals,
  watchLine,
  watchMetrics,
} from './watch.js';
export { renderWho } from './who.js';
export { bytesText } from './words.js';
