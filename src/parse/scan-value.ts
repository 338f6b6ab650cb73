import {
  backslash,
  closeList,
  closeObject,
  colon,
  comma,
  newline,
  openList,
  openObject,
  quote,
} from './json-bytes.js';

/** Keys of an object whose list holds the records: CloudTrail, LookupEvents, CloudWatch Logs (two). */
const containers = new Set(['Records', 'Events', 'events', 'logEvents']);
const longestKey = 10;

/** 1 for the bytes that matter inside a string: a table is what keeps the inner loop short. */
const inStrings = new Uint8Array(256);
for (const byte of [quote, backslash, newline]) inStrings[byte] = 1;

/** Why `scan` stopped: input used up, value complete, list of a container opened, a byte that cannot stand here. */
export type Stop = 'more' | 'closed' | 'container' | 'damaged';

/** Finds the end of one JSON value, following only strings, escapes, brackets and line ends. */
export class ValueScanner {
  /** Deepest nesting met since `start`. */
  deepest = 0;
  /** Line ends passed since the object was made. */
  lines = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** The last byte outside strings that is no white space; `"` for a string. */
  private before = 0;
  /** The value may be a container: keys at depth 1 are looked at. */
  private head = false;
  /** The latest key at depth 1 as far as read; null for one too long to matter. */
  private key: string | null = null;
  private inKey = false;
  /** 1 where the bracket at that depth is an object's. */
  private readonly objects: Uint8Array;

  constructor(private readonly depthLimit: number) {
    this.objects = new Uint8Array(depthLimit + 2);
  }

  /** The next `scan` starts at a value's first byte: a bracket or a quote. */
  start(head: boolean): void {
    this.depth = 0;
    this.deepest = 0;
    this.before = colon;
    this.inString = false;
    this.escaped = false;
    this.key = null;
    this.inKey = false;
    this.head = head;
  }

  /** The next `scan` goes on in a container, behind its list. */
  resume(): void {
    this.start(true);
    this.depth = 1;
    this.objects[1] = 1;
    this.before = closeList;
  }

  /**
   * @param previous the byte in front of `b[from]`
   * @returns why it stopped, and in `at` the index of the next byte to read (the offending one, when damaged).
   */
  scan(b: Uint8Array, from: number, previous: number): { stop: Stop; at: number } {
    const n = b.length;
    let i = from;
    while (i < n) {
      if (this.inString) {
        i = this.string(b, i);
        if (i >= n) break;
        if (b[i] === newline) return { stop: 'damaged', at: i };
        i++;
        if (this.depth === 0) return { stop: 'closed', at: i };
        continue;
      }
      const c = b[i]!;
      if (c === quote) {
        this.inString = true;
        this.inKey = this.head && this.depth === 1 && (this.before === comma || this.before === openObject);
        if (this.depth === 1) this.key = this.inKey ? '' : null;
      } else if (c === openObject || c === openList) {
        const unindented = (i === 0 ? previous : b[i - 1]) === newline;
        if (!this.mayOpen(unindented)) return { stop: 'damaged', at: i };
        if (c === openList && this.isContainerList()) return { stop: 'container', at: i + 1 };
        this.open(c === openObject ? 1 : 0);
      } else if (c === closeObject || c === closeList) {
        if (!this.mayClose(c === closeObject ? 1 : 0)) return { stop: 'damaged', at: i };
        if (--this.depth === 0) return { stop: 'closed', at: i + 1 };
      } else if (c <= 0x20) {
        if (c === newline) this.lines++;
        i++;
        continue;
      }
      this.before = c;
      i++;
    }
    return { stop: 'more', at: n };
  }

  /** Index of the closing quote, of a raw line end, or the end of the chunk. */
  private string(b: Uint8Array, from: number): number {
    const n = b.length;
    let i = from;
    if (this.escaped && i < n && b[i] !== newline) {
      this.escaped = false;
      i++;
    }
    for (;;) {
      while (i < n && inStrings[b[i]!] === 0) i++;
      if (i >= n || b[i] === newline) break;
      if (b[i] === quote) {
        this.inString = false;
        break;
      }
      this.escaped = i + 1 >= n || b[i + 1] === newline;
      i += this.escaped ? 1 : 2;
    }
    if (this.inKey) {
      this.addToKey(b.subarray(from, i));
      if (!this.inString) this.inKey = false;
    }
    return i;
  }

  private addToKey(bytes: Uint8Array): void {
    if (this.key === null) return;
    if (this.key.length + bytes.length > longestKey) this.key = null;
    else this.key += String.fromCharCode(...bytes);
  }

  private open(object: number): void {
    this.depth++;
    if (this.depth > this.deepest) this.deepest = this.depth;
    if (this.depth <= this.depthLimit) this.objects[this.depth] = object;
  }

  /** In an object a value follows a colon, in a list a comma or the bracket. Deeper than the limit all is taken. */
  private mayOpen(unindented: boolean): boolean {
    if (this.depth === 0 || this.depth > this.depthLimit) return true;
    // Nobody puts a value's bracket at the start of the line after its key; a cut line looks like that.
    if (this.objects[this.depth] === 1) return this.before === colon && !unindented;
    return this.before === comma || this.before === openList;
  }

  private mayClose(object: number): boolean {
    return this.depth > this.depthLimit || this.objects[this.depth] === object;
  }

  private isContainerList(): boolean {
    return this.head && this.depth === 1 && this.key !== null && containers.has(this.key);
  }
}
