import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { crc32 } from './crc32.js';

/** What node's stream shows in addition to its types: input bytes that the engine took. */
type Engine = InflateRaw & { bytesWritten: number };

export interface Fed {
  /** Unpacked bytes that this input gave. */
  out: Uint8Array[];
  /** Input bytes used: all of them, or fewer when the data ended inside. */
  taken: number;
  state: 'going on' | 'ended' | 'damaged';
}

/** Unpacks the deflate data of one gzip member, piece by piece, and keeps its checksum. */
export class Member {
  crc = 0;
  /** Bytes unpacked, modulo 2^32 as gzip counts them. */
  size = 0;
  private readonly engine: Engine = createInflateRaw() as Engine;
  private out: Uint8Array[] = [];
  private settle: (state: Fed['state']) => void = () => {};

  constructor() {
    this.engine.on('data', (bytes: Uint8Array) => this.keep(bytes));
    this.engine.on('end', () => this.settle('ended'));
    this.engine.on('error', () => this.settle('damaged'));
  }

  /** Call again only after the promise settled, and never after `ended` or `damaged`. */
  async feed(input: Uint8Array): Promise<Fed> {
    const before = this.engine.bytesWritten;
    this.out = [];
    const state = await new Promise<Fed['state']>((resolve) => {
      this.settle = resolve;
      // On an error the callback comes too: the error event, one tick later, is the one that tells.
      this.engine.write(input, (error) => resolve(error ? 'damaged' : 'going on'));
    });
    return { out: this.out, taken: this.engine.bytesWritten - before, state };
  }

  close(): void {
    this.engine.removeAllListeners('data').destroy();
  }

  private keep(bytes: Uint8Array): void {
    this.out.push(bytes);
    this.crc = crc32(bytes, this.crc);
    this.size = (this.size + bytes.length) >>> 0;
  }
}
