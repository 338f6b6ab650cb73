import { createHash, type Hash } from 'node:crypto';
import type { CloudTrailRecord } from '../model/record.js';
import { BatchBuilder, type ObjectResult, type RecordBatch } from './batch.js';
import { blocks } from './blocks.js';
import { type ContentOptions, content } from './content.js';
import { guarded } from './guarded.js';
import { defaultLimits, type Limits } from './limits.js';
import { Numbering, type Receive } from './numbering.js';
import { ProblemLog } from './problem-log.js';
import { readRecord as readCloudTrailRecord } from './record.js';
import { Splitter } from './split.js';
import { jsonReader, type ValueReader } from './value.js';

export interface ReadOptions extends ContentOptions {
  limits?: Partial<Limits>;
  /** Tell the SHA-256 of what is inside, unpacked, in the result. */
  hash?: boolean;
  /** Records per batch; default 4096. */
  batchSize?: number;
  /** A JSON value → the record, or why it is none. */
  readRecord?: (value: unknown) => CloudTrailRecord | string;
  valueReader?: ValueReader;
  /** Records to leave out on purpose: they keep their number, and are neither read nor rejected. */
  keep?: (record: CloudTrailRecord) => boolean;
}

/**
 * Reads one object, whatever it holds: CloudTrail's `{"Records":[…]}`, JSON lists, NDJSON, single events, EventBridge,
 * LookupEvents and CloudWatch Logs wrappings, plain or gzip. Memory stays flat however large it is.
 *
 * Never throws for what the object holds, nor when its bytes stop coming: that is in the result's problems, and
 * everything readable still comes out. Any chunking of the same bytes gives the same batches and result.
 *
 * @param source the object's name, for problems
 * @yields batches of `batchSize` records, the last one smaller
 * @returns counts (`read` = records yielded + `rejected`), problems, and packed bytes taken from `chunks`
 */
export async function* readObject(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  options: ReadOptions = {},
): AsyncGenerator<RecordBatch, ObjectResult> {
  const batchSize = options.batchSize ?? 4096;
  const readRecord = options.readRecord ?? readCloudTrailRecord;
  const builder = new BatchBuilder();
  const ready: RecordBatch[] = [];
  let leftOut = 0;
  const pass = new Pass(chunks, source, options, (value, position) => {
    const record = guarded(() => readRecord(value));
    if (typeof record === 'string') return record;
    if (options.keep?.(record) === false) {
      leftOut++;
      return null;
    }
    builder.add(record, position);
    if (builder.length >= batchSize) ready.push(builder.take());
    return null;
  });
  for await (const _ of pass.run()) while (ready.length > 0) yield ready.shift()!;
  while (ready.length > 0) yield ready.shift()!;
  if (builder.length > 0) yield builder.take();
  const result = pass.result();
  return { ...result, read: result.read - leftOut };
}

/**
 * Reads one record of an object again.
 * @param position its number, as in a batch's `position`
 * @returns the JSON value as it lies there, unwrapped, with any session token still in it: take that out before
 *   showing it to anyone. Null when the object has no readable record of that number.
 */
export async function readRawRecord(
  chunks: AsyncIterable<Uint8Array>,
  position: number,
  options: Pick<ReadOptions, 'limits' | 'valueReader'> = {},
): Promise<unknown | null> {
  let found: unknown = null;
  const pass = new Pass(chunks, '', options, (value, number) => {
    if (number === position) found = value;
    return null;
  });
  for await (const _ of pass.run()) if (found !== null) break;
  return found;
}

/** One way through an object's bytes, from packed chunks to numbered values. */
class Pass {
  private readonly log: ProblemLog;
  private readonly limits: Limits;
  private readonly numbering: Numbering;
  private readonly hash: Hash | null;
  private bytes = 0;

  constructor(
    private readonly chunks: AsyncIterable<Uint8Array>,
    source: string,
    private readonly options: ReadOptions,
    receive: Receive,
  ) {
    this.hash = options.hash === true ? createHash('sha256') : null;
    this.limits = { ...defaultLimits, ...options.limits };
    this.log = new ProblemLog(source, this.limits.problems);
    this.numbering = new Numbering(this.log, this.limits, options.valueReader ?? jsonReader, receive);
  }

  /** Yields after each piece of content, so that what was received can be passed on. */
  async *run(): AsyncGenerator<void> {
    const splitter = new Splitter(this.limits, this.numbering);
    for await (const piece of content(this.packed(), this.log, this.limits, this.options)) {
      this.hash?.update(piece);
      splitter.push(piece);
      yield;
    }
    splitter.end();
    if (splitter.blank && this.log.complete) this.log.add('', 'the object is empty: it holds no text at all');
  }

  result(): ObjectResult {
    const { read, rejected } = this.numbering;
    const sha256 = this.hash === null ? {} : { sha256: this.hash.digest('hex') };
    return {
      read,
      rejected,
      bytes: this.bytes,
      problems: this.log.list(),
      complete: this.log.complete,
      ...sha256,
    };
  }

  /** The object in equal blocks, counted; a source that fails is an object that ends early. */
  private async *packed(): AsyncGenerator<Uint8Array> {
    try {
      for await (const block of blocks(this.chunks)) {
        this.bytes += block.length;
        yield block;
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.log.lost(`byte ${this.bytes}`, `reading stopped here: ${why}`);
    }
  }
}
