import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { RolecallError } from '../errors.js';
import type { RecordBatch } from '../model/batch.js';
import { readObject } from '../parse/read-object.js';
import { keeps } from './ingest-filter.js';
import { opened } from './read-bytes.js';
import type { Failure, Parcel, Part, ReadTask } from './read-message.js';

/** Records in one message, about: small objects share one. */
const parcelRecords = 4096;
/** Objects in one message: those without records cost memory too. */
const parcelObjects = 128;

/** Reading thread: reads objects one after the other and sends what they hold, as fast as it is taken. */
export default async function read(task: ReadTask): Promise<void> {
  const { objects, filter, port, credit, hash } = task;
  const outlet = new Outlet(port, credit);
  const options = { batchSize: parcelRecords, hash, ...(filter === null ? {} : { keep: keeps(filter) }) };
  try {
    let object = -1;
    for await (const { chunks, failure } of opened(task)) {
      const { name } = objects[++object]!;
      const records = readObject(chunks, name, options);
      let next = await records.next();
      for (; !next.done; next = await records.next())
        await outlet.put({ object, batch: next.value, result: null, failure: null });
      const failed = failure();
      await outlet.put(
        failed === null
          ? { object, batch: null, result: next.value, failure: null }
          : { object, batch: null, result: null, failure: told(failed) },
      );
    }
    await outlet.send(true);
  } finally {
    port.close();
  }
}

/** An error as it can go to another thread. */
function told(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof RolecallError ? error.code : null, message };
}

/** Gathers parts into parcels, and waits when the writer is behind. */
class Outlet {
  private parts: Part[] = [];
  private records = 0;
  /** The object that parts were sent of, without its result. */
  private open = -1;

  constructor(
    private readonly port: MessagePort,
    private credit: number,
  ) {
    port.on('message', (more: number) => {
      this.credit += more;
    });
  }

  async put(part: Part): Promise<void> {
    this.parts.push(part);
    this.records += part.batch?.length ?? 0;
    // The end of an object that was begun goes out at once: should the thread die later, it was not in this one.
    const ends = part.batch === null && part.object === this.open;
    if (ends || this.records >= parcelRecords || this.parts.length >= parcelObjects) {
      this.open = part.batch === null ? -1 : part.object;
      await this.send(false);
    }
  }

  async send(last: boolean): Promise<void> {
    while (this.credit === 0) await once(this.port, 'message');
    this.credit--;
    const parcel: Parcel = { parts: this.parts, last };
    this.port.postMessage(
      parcel,
      this.parts.flatMap(({ batch }) => (batch === null ? [] : columns(batch))),
    );
    this.parts = [];
    this.records = 0;
  }
}

/** What moves to the other thread instead of being copied. */
function columns({ time, eventIds, position, call, actor }: RecordBatch): ArrayBuffer[] {
  return [time, eventIds, position, call, actor].map((column) => column.buffer as ArrayBuffer);
}
