/**
 * Holds the part of a value that arrived in earlier chunks, up to a limit.
 * Past the limit the bytes are let go and only their number is kept.
 */
export class Carry {
  /** Bytes added since `clear`, held or not. */
  length = 0;
  private held: Uint8Array = new Uint8Array(4096);

  constructor(private readonly limit: number) {}

  add(bytes: Uint8Array): void {
    const end = this.length + bytes.length;
    if (end <= this.limit) {
      if (end > this.held.length) this.grow(end);
      this.held.set(bytes, this.length);
    }
    this.length = end;
  }

  /** The bytes added, valid until the next `add`; null when they were more than the limit. */
  bytes(): Uint8Array | null {
    return this.length > this.limit ? null : this.held.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    if (this.held.length > 1024 * 1024) this.held = new Uint8Array(4096);
  }

  private grow(least: number): void {
    const larger = new Uint8Array(Math.max(least, Math.min(this.held.length * 2, this.limit)));
    larger.set(this.held.subarray(0, this.length));
    this.held = larger;
  }
}
