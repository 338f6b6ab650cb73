import { createReadStream } from 'node:fs';
import type { S3Options } from './s3/connect.js';
import { isS3 } from './s3/place.js';

/**
 * The bytes of a file or of an S3 object as it is now, piece by piece.
 * @param path as in `SourceObject.path`
 * @throws while iterating, what reading a file throws (`ENOENT`, `EACCES`, `EISDIR`, …), `SourceFailure`, and
 *   RolecallError `AWS_*`, `S3_*`
 */
export async function* openBytes(path: string, s3: S3Options = {}): AsyncIterable<Uint8Array> {
  if (isS3(path)) yield* (await import('./s3/fetch.js')).s3Current(path, s3);
  else yield* createReadStream(path, { highWaterMark: 256 * 1024 });
}
