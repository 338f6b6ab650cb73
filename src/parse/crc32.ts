import * as zlib from 'node:zlib';

type Crc32 = (bytes: Uint8Array, before: number) => number;

/** CRC-32 of `bytes`, going on from the checksum of what came before them (0 at the start). */
export const crc32: Crc32 =
  // Node 20.15 brought it; earlier ones of that line go the slow way.
  typeof zlib.crc32 === 'function' ? (bytes, before) => zlib.crc32(bytes, before) : tableCrc32();

/** The same in plain JavaScript. */
export function tableCrc32(): Crc32 {
  const table = Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    return c;
  });
  return (bytes, before) => {
    let c = ~before;
    for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]!) & 0xff]! ^ (c >>> 8);
    return ~c >>> 0;
  };
}
