import type { Exposure, IamChange } from './iam.js';
import type { Actor, Call } from './identity.js';
import type { Issuance, Problem, Revocation } from './record.js';

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
  changes: [row: number, change: IamChange][];
  exposures: [row: number, exposure: Exposure][];
  targets: [row: number, arns: readonly string[]][];
  /** Rows that stand for more than one record. */
  folds: [row: number, fold: Fold][];
  /** Row index → id of the event that the row revises. */
  revises: [row: number, originalEventId: string][];
}

/** Calls that are equal in all but their time, added up where the logs are; the row has the first one's time and id. */
export interface Fold {
  calls: number;
  /** Records behind them: more than `calls` where some were delivered twice. */
  records: number;
  /** Time of the last call, epoch seconds. */
  last: number;
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
  /** Of the content, unpacked, hex; there when it was asked for. */
  sha256?: string;
}
