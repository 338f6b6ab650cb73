import { RolecallError } from '../errors.js';
import { readBounded } from './read-bounded.js';

/** Bytes of a document that are read. The exports of the largest accounts stay below. */
const mostBytes = 256 * 1024 * 1024;

/**
 * A document that the user named, and when it was last changed, epoch seconds.
 * @throws RolecallError IAM_UNREADABLE
 */
export function readText(file: string): { text: string; changedAt: number } {
  try {
    const { bytes, changedAt } = readBounded(file, mostBytes);
    return { text: decoded(bytes), changedAt };
  } catch (error) {
    throw new RolecallError('IAM_UNREADABLE', `${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** UTF-8, or UTF-16 with a mark at its beginning, as PowerShell's `>` writes it. */
export function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}
