import { isUtf8 } from 'node:buffer';

/**
 * Bytes of one JSON value in, the value out. The seam behind which a scanner that builds only the fields
 * a record needs can take the place of `JSON.parse`: nothing else in this folder looks at a record's bytes.
 */
export interface ValueReader {
  /**
   * @param bytes one value by its brackets; may still be no JSON
   * @returns null when it is no JSON. `exact` is false when bytes that are no UTF-8 were replaced by U+FFFD.
   */
  read(bytes: Uint8Array): { value: unknown; exact: boolean } | null;
}

export const jsonReader: ValueReader = {
  read(bytes) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      return { value: JSON.parse(buffer.toString('utf8')), exact: isUtf8(buffer) };
    } catch {
      return null;
    }
  },
};
