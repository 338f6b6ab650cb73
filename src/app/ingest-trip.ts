import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { RolecallError } from '../errors.js';
import type { ObjectResult, RecordBatch } from '../model/batch.js';
import type { SourceObject } from '../sources/discover.js';
import type { Parcel, Part, ReadTask } from './read-message.js';

/** A batch of an object's records, or, after the last, what reading it came to. */
export type Delivery =
  | { object: SourceObject; batch: RecordBatch; result: null; failure: null }
  | { object: SourceObject; batch: null; result: ObjectResult; failure: null }
  /** Its bytes did not come: nothing of it is to be kept. `failure` says why. */
  | { object: SourceObject; batch: null; result: null; failure: string };

/** Parcels on their way from one task at a time: with the tasks ahead it bounds the memory they take. */
const credit = 4;

/** One task on a reading thread, seen from the writer. */
export class Trip {
  /** Objects of which nothing came because the thread died. One of them may be the reason; `alone`, it is. */
  lost: SourceObject[] = [];
  private readonly port: MessagePort;
  private readonly arrived: Parcel[] = [];
  /** Null when the task ended well. */
  private readonly failure: Promise<unknown>;
  private closed = false;
  private wake = () => {};

  constructor(
    pool: Piscina,
    private readonly objects: SourceObject[],
    how: Pick<ReadTask, 'filter' | 's3' | 'hash'>,
    private readonly alone = false,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.on('message', (parcel: Parcel) => {
      this.arrived.push(parcel);
      this.wake();
    });
    const named = objects.map(({ path, name, size, etag }) => ({ path, name, size, etag }));
    const { filter, s3, hash } = how;
    const task: ReadTask = { objects: named, filter, s3, hash, port: port2, credit };
    this.failure = pool.run(task, { transferList: [port2] }).then(
      () => null,
      (error: unknown) => {
        this.end();
        return error ?? new Error('no reason given');
      },
    );
  }

  /** The thread has died, and all that it sent before is here already. */
  private end(): void {
    for (let rest = receiveMessageOnPort(this.port); rest; rest = receiveMessageOnPort(this.port))
      this.arrived.push(rest.message as Parcel);
    this.port.close();
    this.closed = true;
    this.wake();
  }

  /**
   * What comes of the objects, in their order. Each ends with a result, unless it is in `lost` afterwards.
   * @throws the reason of `stop` once it is given
   * @throws RolecallError what keeps all objects of a source from coming
   */
  async *deliveries(stop: AbortSignal): AsyncGenerator<Delivery> {
    let done = 0;
    let begun = 0;
    for (let parcel = await this.next(stop); parcel !== null; parcel = await this.next(stop)) {
      for (const part of parcel.parts) {
        begun = part.batch === null ? 0 : begun + part.batch.length;
        if (part.batch === null) done = part.object + 1;
        yield this.named(part);
      }
      if (parcel.last) {
        this.port.close();
        return;
      }
      this.port.postMessage(1);
      // A turn of the loop, so that idle threads get their next task before more is written.
      await turn();
    }
    const rest = this.objects.slice(done);
    const blamed = begun > 0 || this.alone ? rest.shift() : undefined;
    if (blamed) {
      const result = cutShort(blamed, begun, await this.failure);
      yield { object: blamed, batch: null, result, failure: null };
    }
    this.lost = rest;
  }

  private named(part: Part): Delivery {
    const object = this.objects[part.object]!;
    if (part.batch !== null) return { object, batch: part.batch, result: null, failure: null };
    if (part.result !== null) return { object, batch: null, result: part.result, failure: null };
    const { code, message } = part.failure;
    if (code !== null) throw new RolecallError(code, message);
    return { object, batch: null, result: null, failure: message };
  }

  /** Null when no more can come. */
  private async next(stop: AbortSignal): Promise<Parcel | null> {
    const woken = () => this.wake();
    stop.addEventListener('abort', woken, { once: true });
    try {
      for (;;) {
        stop.throwIfAborted();
        const parcel = this.arrived.shift();
        if (parcel || this.closed) return parcel ?? null;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    } finally {
      stop.removeEventListener('abort', woken);
    }
  }
}

/** The result of an object whose reading ended the thread. */
function cutShort({ name }: SourceObject, read: number, why: unknown): ObjectResult {
  const { code, message } = why as { code?: unknown; message?: unknown };
  const reason = code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it took too much memory' : String(message ?? why);
  const at = read > 0 ? `record ${read + 1}` : '';
  const problem = { source: name, at, reason: `reading stopped here: ${reason}` };
  return { read, rejected: 0, bytes: 0, problems: [problem], complete: false };
}
