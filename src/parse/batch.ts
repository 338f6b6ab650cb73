import type { Actor, Call } from '../model/identity.js';
import type { CloudTrailRecord, Issuance, Problem, Revocation } from '../model/record.js';

/**
 * Records packed for the trip from a reading thread to the writer: repeated parts once, the rest in columns.
 * All columns have `length` entries (event ids 16 bytes each); `call` and `actor` index into `calls` and `actors`.
 */
export interface RecordBatch {
  length: number;
  /** Epoch seconds. */
  time: Float64Array;
  /** Event ids: 16 bytes of the UUID, all zero where the id is not a UUID (then see `oddIds`). */
  eventIds: Uint8Array;
  /** Record number within the object, from 1. */
  position: Uint32Array;
  call: Uint32Array;
  actor: Uint32Array;
  calls: Call[];
  actors: Actor[];
  /** Row index → event id, for ids that are not UUIDs. */
  oddIds: [row: number, eventId: string][];
  shared: [row: number, sharedEventId: string, requestId: string | null][];
  issuances: [row: number, issuance: Issuance][];
  revocations: [row: number, revocation: Revocation][];
  /** Row index → id of the event that the row revises. */
  revises: [row: number, originalEventId: string][];
}

/** What reading one object came to, sent after its last batch. */
export interface ObjectResult {
  /** Values seen that were, or should have been, records. */
  read: number;
  rejected: number;
  /** Compressed bytes, as they lie in the source. */
  bytes: number;
  problems: Problem[];
  /** False when the object ended early or part of it could not be read. */
  complete: boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Collects records into batches of bounded size; parts that repeat are kept once per batch. */
export class BatchBuilder {
  private records: CloudTrailRecord[] = [];
  private positions: number[] = [];

  get length(): number {
    return this.records.length;
  }

  add(record: CloudTrailRecord, position: number): void {
    this.records.push(record);
    this.positions.push(position);
  }

  /** Packs and forgets what was added. */
  take(): RecordBatch {
    const batch = pack(this.records, this.positions);
    this.records = [];
    this.positions = [];
    return batch;
  }
}

function pack(records: CloudTrailRecord[], positions: number[]): RecordBatch {
  const length = records.length;
  const batch: RecordBatch = {
    length,
    time: new Float64Array(length),
    eventIds: new Uint8Array(length * 16),
    position: Uint32Array.from(positions),
    call: new Uint32Array(length),
    actor: new Uint32Array(length),
    calls: [],
    actors: [],
    oddIds: [],
    shared: [],
    issuances: [],
    revocations: [],
    revises: [],
  };
  const calls = new Map<string, number>();
  const actors = new Map<string, number>();
  for (let row = 0; row < length; row++) {
    const record = records[row]!;
    batch.time[row] = record.time;
    if (!writeUuid(batch.eventIds, row * 16, record.eventId)) batch.oddIds.push([row, record.eventId]);
    batch.call[row] = intern(calls, batch.calls, callKey(record.call), record.call);
    batch.actor[row] = intern(actors, batch.actors, actorKey(record.actor), record.actor);
    if (record.sharedEventId !== null) batch.shared.push([row, record.sharedEventId, record.requestId]);
    if (record.issuance !== null) batch.issuances.push([row, record.issuance]);
    if (record.revocation !== null) batch.revocations.push([row, record.revocation]);
    if (record.revises !== null) batch.revises.push([row, record.revises]);
  }
  return batch;
}

function intern<T>(index: Map<string, number>, list: T[], key: string, value: T): number {
  let at = index.get(key);
  if (at === undefined) {
    at = list.length;
    list.push(value);
    index.set(key, at);
  }
  return at;
}

/** Equal for equal calls, different for different ones: the writer's intern key. */
export function callKey(c: Call): string {
  return `${c.eventSource}\n${c.eventName}\n${c.region}\n${c.recipientAccountId}\n${c.errorCode ?? ''}\n${c.readOnly}\n${c.eventType}`;
}

/** Equal for equal identities, different for different ones. JSON, so that no value can imitate a separator. */
export function identityKey(actor: Actor['identity']): string {
  return JSON.stringify(Object.values(actor));
}

function actorKey(a: Actor): string {
  return JSON.stringify([a.sourceIp, a.userAgent, ...Object.values(a.identity)]);
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
