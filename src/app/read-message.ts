import type { MessagePort } from 'node:worker_threads';
import type { ErrorCode } from '../errors.js';
import type { ObjectResult, RecordBatch } from '../model/batch.js';
import type { SourceFilter, SourceObject } from '../sources/discover.js';
import type { S3Options } from '../sources/s3/connect.js';

/** Objects for one reading thread, in the order to read them. */
export interface ReadTask {
  objects: Pick<SourceObject, 'path' | 'name' | 'size' | 'etag'>[];
  filter: SourceFilter | null;
  s3: S3Options;
  /** Tell the hash of each object's content. */
  hash: boolean;
  /** Parcels go out through it; how many more may be sent comes in. */
  port: MessagePort;
  /** Parcels that may be sent before the first answer. */
  credit: number;
}

/** Why an object's bytes did not come. With a code, no other object's will come either. */
export interface Failure {
  code: ErrorCode | null;
  message: string;
}

/** A piece of what reading came to. `object` counts within the task. */
export type Part =
  | { object: number; batch: RecordBatch; result: null; failure: null }
  /** Follows the object's last batch. */
  | { object: number; batch: null; result: ObjectResult; failure: null }
  /** In the place of a result: what came of the object before is not to be kept. */
  | { object: number; batch: null; result: null; failure: Failure };

/** One message: parts in the order of the objects. `last` when the task is done. */
export interface Parcel {
  parts: Part[];
  last: boolean;
}
