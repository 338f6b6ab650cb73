import type { Fold, ObjectResult, RecordBatch } from '../model/batch.js';
import type { CloudTrailRecord } from '../model/record.js';
import { distinctActors, distinctCalls } from './distinct.js';

export type { ObjectResult, RecordBatch };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Collects records into batches of bounded size; parts that repeat are kept once per batch. */
export class BatchBuilder {
  private records: CloudTrailRecord[] = [];
  private positions: number[] = [];
  private folds: RecordBatch['folds'] = [];

  get length(): number {
    return this.records.length;
  }

  /** @param fold when it is the first of equal calls that came as their sum */
  add(record: CloudTrailRecord, position: number, fold: Fold | null = null): void {
    if (fold !== null) this.folds.push([this.records.length, fold]);
    this.records.push(record);
    this.positions.push(position);
  }

  /** Packs and forgets what was added. */
  take(): RecordBatch {
    const batch = { ...pack(this.records, this.positions), folds: this.folds };
    this.folds = [];
    this.records = [];
    this.positions = [];
    return batch;
  }
}

function pack(records: CloudTrailRecord[], positions: number[]): RecordBatch {
  const length = records.length;
  const calls = distinctCalls();
  const actors = distinctActors();
  const batch: RecordBatch = {
    length,
    time: new Float64Array(length),
    eventIds: new Uint8Array(length * 16),
    position: Uint32Array.from(positions),
    call: new Uint32Array(length),
    actor: new Uint32Array(length),
    calls: calls.list,
    actors: actors.list,
    oddIds: [],
    shared: [],
    issuances: [],
    revocations: [],
    changes: [],
    exposures: [],
    targets: [],
    folds: [],
    revises: [],
  };
  for (let row = 0; row < length; row++) {
    const record = records[row]!;
    batch.time[row] = record.time;
    if (!writeUuid(batch.eventIds, row * 16, record.eventId)) batch.oddIds.push([row, record.eventId]);
    batch.call[row] = calls.indexOf(record.call);
    batch.actor[row] = actors.indexOf(record.actor);
    if (record.sharedEventId !== null) batch.shared.push([row, record.sharedEventId, record.requestId]);
    if (record.issuance !== null) batch.issuances.push([row, record.issuance]);
    if (record.revocation !== null) batch.revocations.push([row, record.revocation]);
    if (record.change !== null) batch.changes.push([row, record.change]);
    if (record.exposure !== null) batch.exposures.push([row, record.exposure]);
    if (record.targets.length > 0) batch.targets.push([row, record.targets]);
    if (record.revises !== null) batch.revises.push([row, record.revises]);
  }
  return batch;
}

function writeUuid(into: Uint8Array, offset: number, id: string): boolean {
  if (!UUID.test(id)) return false;
  let at = offset;
  for (let i = 0; i < 36; i += 2) {
    if (id.charCodeAt(i) === 45) i++;
    into[at++] = (hex(id.charCodeAt(i)) << 4) | hex(id.charCodeAt(i + 1));
  }
  return true;
}

function hex(code: number): number {
  return code <= 57 ? code - 48 : code - 87;
}
