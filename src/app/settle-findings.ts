import { type Finding, severities } from '../model/finding.js';
import type { Policy } from '../policy/index.js';
import { closeFinding, type FindingRow, findingRow, openFinding, tellNew } from '../store/findings.js';
import type { Sqlite } from '../store/open.js';
import { shortly } from '../store/shortly.js';
import { forgetStale, hiddenBy, sightingsOf, staleFingerprints } from '../store/sightings.js';
import type { Begun } from './examine.js';
import { folded } from './finding-of.js';
import { lateLink } from './late-link.js';
import { Lineage } from './lineage.js';

const batchSize = 500;

/** The run that settles: what a finding that is gone may have gone for. */
export interface Settling extends Begun {
  /** Epoch seconds. */
  now: number;
  policy: Policy | null;
  /** Ids of detectors that are on. */
  detectors: readonly string[];
}

/** Puts the findings together again whose sightings changed: opens what is seen, closes what is seen no longer. */
export function settleFindings(store: Sqlite, settling: Settling): void {
  const some = () => {
    const fingerprints = staleFingerprints(store, batchSize);
    const lineage = new Lineage(store);
    for (const fingerprint of fingerprints) {
      settle(lineage, fingerprint, settling);
      forgetStale(store, fingerprint);
    }
    return fingerprints.length > 0;
  };
  while (shortly(store, some));
  shortly(store, () => tellNew(store, settling.run));
}

function settle(lineage: Lineage, fingerprint: string, settling: Settling): void {
  const store = lineage.db;
  const finding = folded(parsed(sightingsOf(store, fingerprint)));
  if (finding === null) {
    const row = findingRow(store, fingerprint);
    if (row !== null && row.closedAt === null)
      closeFinding(store, fingerprint, settling.now, whyClosed(lineage, row, settling));
    return;
  }
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
    settling.now,
  );
}

function* parsed(bodies: Iterable<string>): Generator<Finding> {
  for (const body of bodies) yield JSON.parse(body) as Finding;
}

function whyClosed(lineage: Lineage, row: FindingRow, { policy, detectors, anew, before }: Settling): string {
  const line = hiddenBy(lineage.db, row.fingerprint);
  if (line !== null) {
    const exception = exceptionAt(policy, line);
    return `excepted until ${exception?.until} by line ${line} of the policy: ${exception?.reason}`;
  }
  if (!detectors.includes(row.detector)) return 'the detector is off, or gone';
  const late = lateLink(lineage, JSON.parse(row.body) as Finding, before);
  if (late !== null)
    return `explained by a record that came later: event ${late} shows where the session came from`;
  return anew ? 'the policy or the detectors changed' : 'the records no longer show it';
}

/** The exception at a line of the policy. */
export function exceptionAt(policy: Policy | null, line: number) {
  return policy?.detectors.flatMap(({ exceptions }) => exceptions).find((each) => each.line === line);
}
