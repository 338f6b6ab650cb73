import type { MessagePort } from 'node:worker_threads';
import type { ObjectResult, RecordBatch } from '../model/batch.js';
import type { SourceFilter } from '../sources/discover.js';

/** Objects for one reading thread, in the order to read them. */
export interface ReadTask {
  objects: { path: string; name: string; size: number }[];
  filter: SourceFilter | null;
  /** Parcels go out through it; how many more may be sent comes in. */
  port: MessagePort;
  /** Parcels that may be sent before the first answer. */
  credit: number;
}

/** A piece of what reading came to. `object` counts within the task. */
export type Part =
  | { object: number; batch: RecordBatch; result: null }
  /** Follows the object's last batch. */
  | { object: number; batch: null; result: ObjectResult };

/** One message: parts in the order of the objects. `last` when the task is done. */
export interface Parcel {
  parts: Part[];
  last: boolean;
}
