import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes read at a time. */
const piece = 1024 * 1024;

/**
 * A file that the user named, whole; a pipe or a device has no size to look at beforehand, and perhaps no end.
 * @param most bytes that it may have
 * @returns its bytes, and when it was last changed, epoch seconds
 * @throws Error of the system, or one that says that the file is larger
 */
export function readBounded(file: string, most: number): { bytes: Buffer; changedAt: number } {
  const fd = openSync(file, 'r');
  try {
    const { size, mtimeMs } = fstatSync(fd);
    const pieces: Buffer[] = [];
    let total = 0;
    while (total <= most && size <= most) {
      const bytes = Buffer.allocUnsafe(Math.min(piece, most + 1 - total));
      const read = readSync(fd, bytes);
      if (read === 0) return { bytes: Buffer.concat(pieces), changedAt: Math.floor(mtimeMs / 1000) };
      pieces.push(bytes.subarray(0, read));
      total += read;
    }
    throw new Error(`it is larger than ${most / 1024 / 1024} MiB`);
  } finally {
    closeSync(fd);
  }
}
