/** How much of one object is read before giving up on it, or on one record of it. */
export interface Limits {
  /** Longest record, in bytes of JSON; a longer one is skipped without being held in memory. */
  recordBytes: number;
  /** Most bytes of unpacked content taken from one object; what follows is not read. */
  objectBytes: number;
  /** Deepest nesting of a record. CloudTrail's own records stay far below. */
  depth: number;
  /** Highest unpacked : packed ratio believed of a gzip file; deflate cannot exceed 1032. */
  ratio: number;
  /** The ratio is judged only once this many bytes were unpacked. */
  ratioFrom: number;
  /** Problems listed per object; the rest are counted. */
  problems: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: Limits = {
  recordBytes: 8 * MiB,
  objectBytes: 4096 * MiB,
  depth: 200,
  ratio: 500,
  ratioFrom: 64 * MiB,
  problems: 50,
};

/** `8388608` → `8 MiB`, `1500` → `1500 bytes`. */
export function byteSize(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 1024 * MiB],
    ['MiB', MiB],
    ['KiB', 1024],
  ] as const) {
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${unit}`;
  }
  return `${bytes} bytes`;
}
