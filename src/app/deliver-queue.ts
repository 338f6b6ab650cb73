import { createHash } from 'node:crypto';
import type { Channel } from '../alerts/index.js';
import { atLeast, type Finding, type Severity } from '../model/finding.js';
import { addDelivery, severitiesTold } from '../store/deliveries.js';
import type { Sqlite } from '../store/open.js';

/** Findings put down in one transaction. */
const batchSize = 200;

export interface Queued {
  /** In any order; taken one by one. */
  findings: Iterable<Finding> | AsyncIterable<Finding>;
  /** Only from this severity on. */
  least: Severity;
  /** How often a finding was opened: again after it was closed is told again. */
  opening?: (finding: Finding) => number;
}

/**
 * Puts down what every target is to be told, before anything is sent: what is in the store then is not lost, however
 * the run ends. A finding is told once per opening, and again when it has become more severe.
 */
export async function queue(
  db: Sqlite,
  { findings, least, opening = () => 1 }: Queued,
  channels: readonly Channel[],
): Promise<void> {
  const write = db.transaction((batch: readonly Finding[]) => {
    for (const finding of batch) {
      for (const channel of channels) putDown(db, finding, opening(finding), channel);
    }
  });
  let batch: Finding[] = [];
  for await (const finding of findings) {
    if (!atLeast(finding.severity, least)) continue;
    batch.push(finding);
    if (batch.length < batchSize) continue;
    write.immediate(batch);
    batch = [];
  }
  if (batch.length > 0) write.immediate(batch);
}

function putDown(db: Sqlite, finding: Finding, opening: number, { target, payload }: Channel): void {
  const { fingerprint, severity, time } = finding;
  const told = severitiesTold(db, target.hash, fingerprint, opening);
  if (told.some((before) => atLeast(before as Severity, severity))) return;
  const id = deliveryId([target.hash.toString('hex'), fingerprint, opening, severity]);
  addDelivery(db, {
    id,
    target: target.hash,
    fingerprint,
    opening,
    severity,
    time,
    payload: payload(finding),
  });
}

/** 32 hex digits: the same for the same state of a finding and the same target, in every run. */
function deliveryId(state: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 32);
}
