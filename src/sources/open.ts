import { createReadStream } from 'node:fs';

/**
 * The bytes of a file, piece by piece.
 * @param path as in `SourceObject.path`
 * @throws while iterating, what reading a file throws (`ENOENT`, `EACCES`, `EISDIR`, …)
 */
export async function* openBytes(path: string): AsyncIterable<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: 256 * 1024 });
}
