import { Carry } from './carry.js';
import { exportedLine, longestPrefix } from './exported-line.js';
import { closeList, closeObject, comma, newline, openList, openObject, quote } from './json-bytes.js';
import type { Limits } from './limits.js';
import { ValueScanner } from './scan-value.js';
import type { Place, SplitSink } from './split-sink.js';

type State = 'between' | 'list' | 'value' | 'scalar' | 'prefix' | 'line' | 'lost';

/**
 * Finds where each record lies in a stream of JSON, NDJSON or a mix of them. It looks at every byte once and holds
 * at most one record. To the sink go the elements of a container's list or of a list at the top level, and every
 * other value at the top level.
 *
 * A bracket where none can stand, or a line end inside a string, is damage. Reading goes on at the next line or,
 * when the damaged value already had several lines, at the next line that starts with a bracket. Within a line
 * nothing is guessed: text inside a record can look like a record.
 */
export class Splitter {
  private state: State = 'between';
  private readonly scanner: ValueScanner;
  private readonly carry: Carry;
  /** In a list at the top level; in the list of a container; behind that list but still in the container. */
  private inList = false;
  private inContainer = false;
  private inTail = false;
  /** Where the held value starts in the current chunk: 0 when it started earlier, -1 when none is held. */
  private start = -1;
  private place: Place = { byte: 0, line: 0, listed: false };
  private prefix = '';
  /** Line on which the value at the top level started. */
  private documentLine = 1;
  private damaged = false;
  /** Bytes of earlier chunks, and the last of them. */
  private base = 0;
  private lastByte = newline;
  private lineEnds = 0;

  constructor(
    private readonly limits: Limits,
    private readonly sink: SplitSink,
  ) {
    this.scanner = new ValueScanner(limits.depth);
    this.carry = new Carry(limits.recordBytes);
  }

  /** Takes the next bytes; calls the sink for each value that ends in them. */
  push(chunk: Uint8Array): void {
    let i = 0;
    while (i < chunk.length) i = this.step(chunk, i);
    if (this.start >= 0) {
      this.carry.add(chunk.subarray(this.start));
      this.start = 0;
    }
    this.lastByte = chunk.at(-1) ?? this.lastByte;
    this.base += chunk.length;
  }

  /** Nothing but white space so far. */
  get blank(): boolean {
    return this.place.line === 0;
  }

  /** No more bytes: what is still open was cut off. */
  end(): void {
    if (this.state === 'scalar') this.finish(new Uint8Array(0), 0);
    if (this.state === 'prefix') this.sink.broken('not JSON', this.place);
    else if (this.state === 'value' && !this.inTail) this.sink.broken('cut', this.place);
    else if (this.inTail || this.inContainer || this.inList) this.sink.damage('cut', this.here(0));
  }

  private step(b: Uint8Array, i: number): number {
    switch (this.state) {
      case 'value':
        return this.value(b, i);
      case 'list':
        return this.list(b, i);
      case 'between':
        return this.between(b, i);
      case 'scalar':
        return this.scalar(b, i);
      case 'prefix':
        return this.prefixed(b, i);
      case 'line':
        return this.skipLine(b, i);
      case 'lost':
        return this.skipToBracket(b, i);
    }
  }

  /** At the top level, before a value. */
  private between(b: Uint8Array, i: number): number {
    const c = b[i]!;
    if (this.isSpace(c) || c === comma || c === 0xef || c === 0xbb || c === 0xbf) return i + 1;
    this.place = this.here(i);
    if (c === openObject || c === openList) {
      this.documentLine = this.place.line;
      if (c === openObject) return this.begin(i, true);
      this.inList = true;
      this.state = 'list';
      return i + 1;
    }
    // The closing brackets of what was damaged earlier are no news.
    if (this.damaged && (c === closeObject || c === closeList)) return i + 1;
    this.prefix = '';
    this.state = 'prefix';
    return i;
  }

  private list(b: Uint8Array, i: number): number {
    const c = b[i]!;
    if (this.isSpace(c) || c === comma) return i + 1;
    if (c === closeObject) return this.recover(b, i);
    if (c === closeList) {
      this.inTail = this.inContainer;
      if (this.inContainer) this.scanner.resume();
      else this.inList = false;
      this.inContainer = false;
      this.state = this.inTail ? 'value' : 'between';
      return i + 1;
    }
    this.place = this.here(i);
    if (c === openObject) return this.begin(i, !this.inContainer);
    if (c === openList || c === quote) return this.begin(i, false);
    this.begin(i, false);
    this.state = 'scalar';
    return i + 1;
  }

  private begin(i: number, head: boolean): number {
    this.scanner.start(head);
    this.hold(i);
    this.state = 'value';
    return i;
  }

  private value(b: Uint8Array, i: number): number {
    const { stop, at } = this.scanner.scan(b, i, this.byteBefore(b, i));
    if (stop === 'closed') {
      if (this.inTail) this.leave();
      else this.finish(b, at);
    } else if (stop === 'container') {
      this.start = -1;
      this.inTail = false;
      this.inContainer = true;
      this.state = 'list';
    } else if (stop === 'damaged') return this.recover(b, at);
    return at;
  }

  /** A number or word in a list: it ends where a list goes on. */
  private scalar(b: Uint8Array, i: number): number {
    const c = b[i]!;
    if (c > 0x20 && c !== comma && c !== closeList && c !== closeObject) return i + 1;
    this.finish(b, i);
    return i;
  }

  /** Hands out the held value that ends before `b[end]`. */
  private finish(b: Uint8Array, end: number): void {
    const part = b.subarray(this.start, end);
    let bytes: Uint8Array | null = part;
    if (this.carry.length > 0 || part.length > this.limits.recordBytes) {
      this.carry.add(part);
      bytes = this.carry.bytes();
    }
    this.start = -1;
    if (bytes === null) this.sink.broken('too large', this.place);
    else if (this.scanner.deepest > this.limits.depth) this.sink.broken('too deep', this.place);
    else this.sink.value(bytes, this.place);
    this.leave();
  }

  private leave(): void {
    this.inTail = false;
    this.state = this.inContainer || this.inList ? 'list' : 'between';
  }

  /** Reports damage at `b[i]` and chooses where to go on. */
  private recover(b: Uint8Array, i: number): number {
    if (this.state === 'value' && !this.inTail) this.sink.broken('damaged', this.place);
    else this.sink.damage('damaged', this.here(i));
    const c = b[i]!;
    const oneLine = this.documentLine === this.line;
    this.inList = this.inContainer = this.inTail = false;
    this.start = -1;
    this.damaged = true;
    if ((c === openObject || c === openList) && this.byteBefore(b, i) === newline) this.state = 'between';
    else this.state = oneLine ? 'line' : 'lost';
    return i;
  }

  /** A line that starts with no bracket: the time of an exported line, or no JSON at all. */
  private prefixed(b: Uint8Array, i: number): number {
    const c = b[i]!;
    if (c === openObject && exportedLine.test(this.prefix)) {
      this.place = this.here(i);
      this.documentLine = this.place.line;
      return this.begin(i, true);
    }
    if (c === newline || this.prefix.length === longestPrefix) {
      this.sink.broken('not JSON', this.place);
      this.state = 'line';
      return i;
    }
    this.prefix += String.fromCharCode(c);
    return i + 1;
  }

  private skipLine(b: Uint8Array, i: number): number {
    const end = b.indexOf(newline, i);
    if (end < 0) return b.length;
    this.lineEnds++;
    this.state = 'between';
    return end + 1;
  }

  private skipToBracket(b: Uint8Array, i: number): number {
    const c = b[i]!;
    if ((c === openObject || c === openList) && this.byteBefore(b, i) === newline) {
      this.state = 'between';
      return i;
    }
    this.isSpace(c);
    return i + 1;
  }

  /** Counts line ends on the way. */
  private isSpace(c: number): boolean {
    if (c === newline) this.lineEnds++;
    return c <= 0x20 && c !== 0;
  }

  private hold(i: number): void {
    this.carry.clear();
    this.start = i;
  }

  private get line(): number {
    return 1 + this.lineEnds + this.scanner.lines;
  }

  private here(i: number): Place {
    return { byte: this.base + i, line: this.line, listed: this.inList || this.inContainer };
  }

  private byteBefore(b: Uint8Array, i: number): number {
    return i === 0 ? this.lastByte : b[i - 1]!;
  }
}
