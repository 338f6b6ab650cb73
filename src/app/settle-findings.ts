import { type Finding, severities } from '../model/finding.js';
import type { Policy } from '../policy/index.js';
import { closeFinding, type FindingRow, findingRow, openFinding } from '../store/findings.js';
import type { Sqlite } from '../store/open.js';
import { forgetStale, sightingsOf, staleFingerprints } from '../store/sightings.js';
import { type Part, together } from './finding-of.js';
import { Lineage } from './lineage.js';

const batchSize = 500;

/** The run that settles: what a finding that is gone may have gone for. */
export interface Settling {
  run: number;
  /** Epoch seconds. */
  now: number;
  policy: Policy | null;
  /** Ids of detectors that are on. */
  detectors: readonly string[];
  /** The policy or the detectors are others than last time. */
  anew: boolean;
}

/** Puts the findings together again whose sightings changed: opens what is seen, closes what is seen no longer. */
export function settleFindings(store: Sqlite, settling: Settling): void {
  const batch = store.transaction(() => {
    const fingerprints = staleFingerprints(store, batchSize);
    for (const fingerprint of fingerprints) {
      settle(store, fingerprint, settling);
      forgetStale(store, fingerprint);
    }
    return fingerprints.length;
  });
  while (batch.immediate() > 0);
}

function settle(store: Sqlite, fingerprint: string, settling: Settling): void {
  const parts: Part[] = [];
  let hiddenBy: number | null = null;
  let n = 0;
  for (const { body, exception, scene } of sightingsOf(store, fingerprint)) {
    if (exception === null) parts.push({ scene, n: n++, finding: JSON.parse(body) as Finding });
    else hiddenBy = exception;
  }
  if (parts.length === 0) {
    const row = findingRow(store, fingerprint);
    if (row !== null && row.closedAt === null)
      closeFinding(store, fingerprint, settling.now, whyClosed(store, row, hiddenBy, settling));
    return;
  }
  const finding = together(parts);
  openFinding(
    store,
    {
      fingerprint,
      id: finding.id,
      detector: finding.detector,
      rank: severities.indexOf(finding.severity),
      time: finding.time,
      last: finding.last,
      body: JSON.stringify(finding),
    },
    { run: settling.run, at: settling.now },
  );
}

function whyClosed(
  store: Sqlite,
  row: FindingRow,
  hiddenBy: number | null,
  { policy, detectors, anew }: Settling,
): string {
  if (hiddenBy !== null) {
    const exception = exceptionAt(policy, hiddenBy);
    return `excepted until ${exception?.until} by line ${hiddenBy} of the policy: ${exception?.reason}`;
  }
  if (!detectors.includes(row.detector)) return 'the detector is off, or gone';
  if (anew) return 'the policy or the detectors changed';
  const { session, evidence } = JSON.parse(row.body) as Finding;
  const now = session === null ? undefined : new Lineage(store).known([session])[0];
  const late = now?.link.evidence.find((event) => !evidence.includes(event));
  return late === undefined
    ? 'the records no longer show it'
    : `explained by a record that came later: event ${late} shows where the session came from`;
}

/** The exception at a line of the policy. */
export function exceptionAt(policy: Policy | null, line: number) {
  return policy?.detectors.flatMap(({ exceptions }) => exceptions).find((each) => each.line === line);
}
