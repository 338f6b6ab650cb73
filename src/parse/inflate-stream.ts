import { gzipHeaderLength } from './gzip-header.js';
import { Member } from './inflate-member.js';
import { byteSize, type Limits } from './limits.js';
import type { ProblemLog } from './problem-log.js';

/** Input handed to the engine at once: bounds what a gzip bomb can put in memory, to 16 MiB. */
const sliceBytes = 16 * 1024;

/** Unpacks one gzip object piece by piece (RFC 1952): header, data, trailer, and again. */
export class Unpacking {
  private waiting: Uint8Array = new Uint8Array(0);
  private part: 'header' | 'data' | 'trailer' = 'header';
  private member: Member | null = null;
  private members = 0;
  /** Packed bytes used; bytes unpacked from them. */
  private taken = 0;
  private unpacked = 0;
  private stopped = false;

  constructor(
    private readonly log: ProblemLog,
    private readonly limits: Limits,
  ) {}

  async *run(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const block of packed) {
        this.waiting = this.waiting.length === 0 ? block : Buffer.concat([this.waiting, block]);
        yield* this.use();
        if (this.stopped) return;
      }
      if (this.part === 'header' && this.waiting.length === 0 && this.members > 0) return;
      this.take(this.waiting.length);
      this.stop('the gzip data is cut off here: the records before were kept; fetch the object again');
    } finally {
      this.member?.close();
    }
  }

  /** Uses what is waiting, as far as it goes. */
  private async *use(): AsyncGenerator<Uint8Array> {
    while (this.waiting.length > 0 && !this.stopped) {
      const before = this.waiting.length;
      const part = this.part;
      if (part === 'header') this.header();
      else if (part === 'data') yield* this.data();
      else if (before >= 8) this.trailer();
      if (this.waiting.length === before && this.part === part) return;
    }
  }

  private header(): void {
    if (this.members > 0) this.take(zeros(this.waiting));
    const length = gzipHeaderLength(this.waiting);
    if (length === 'bad') this.stop(notGzip(this.members));
    if (typeof length === 'string') return;
    this.take(length);
    this.member?.close();
    this.member = new Member();
    this.part = 'data';
  }

  private async *data(): AsyncGenerator<Uint8Array> {
    const fed = await this.member!.feed(this.waiting.subarray(0, sliceBytes));
    for (const bytes of fed.out) {
      this.unpacked += bytes.length;
      yield bytes;
    }
    if (fed.state === 'damaged') return this.stop(damaged);
    this.take(fed.taken);
    if (fed.state === 'ended') this.part = 'trailer';
    if (this.unpacked > this.limits.ratioFrom && this.unpacked > this.taken * this.limits.ratio) {
      this.stop(bomb(this.unpacked, this.taken));
    }
  }

  private trailer(): void {
    const view = new DataView(this.waiting.buffer, this.waiting.byteOffset, 8);
    const fits =
      view.getUint32(0, true) === this.member!.crc && view.getUint32(4, true) === this.member!.size;
    if (!fits) this.log.lost(`byte ${this.taken}`, altered);
    this.take(8);
    this.members++;
    this.part = 'header';
  }

  private take(bytes: number): void {
    this.waiting = this.waiting.subarray(bytes);
    this.taken += bytes;
  }

  private stop(reason: string): void {
    this.log.lost(`byte ${this.taken}`, reason);
    this.stopped = true;
  }
}

// Most damage inside deflate data unpacks without complaint and shows in the checksum alone: only that a record
// is no JSON any more is sure to be noticed.
const damaged =
  'the gzip data is damaged near here: what follows was not read, and values in the records before may be wrong; fetch the object again';

const altered =
  'the gzip checksum does not fit: the records were kept, but values in them may be wrong; fetch the object again';

function zeros(bytes: Uint8Array): number {
  const end = bytes.findIndex((byte) => byte !== 0);
  return end < 0 ? bytes.length : end;
}

function notGzip(members: number): string {
  return members === 0
    ? 'the gzip header is damaged: nothing could be unpacked; fetch the object again'
    : 'what follows the gzip data here is something else: it was not read';
}

function bomb(unpacked: number, packed: number): string {
  return `stopped after ${byteSize(unpacked)} unpacked from ${byteSize(packed)}: no log packs that well, the rest was not read`;
}
