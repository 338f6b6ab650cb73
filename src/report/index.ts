export { renderChain } from './chain.js';
export type { RenderContext, RenderContext as ReportContext } from './context.js';
export { renderCoverage } from './coverage.js';
export { type DetectorFacts, renderDetector, renderDetectors } from './detectors.js';
export { renderFindings } from './findings.js';
export { renderIngest } from './ingest.js';
export { renderSessions, type SessionList } from './sessions.js';
export { renderShow } from './show.js';
export { renderWho } from './who.js';
