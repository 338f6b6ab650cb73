import { readFileSync } from 'node:fs';
import { openBytes } from '../sources/open.js';

/** Files up to so many bytes are read in one call: on a thread of its own nothing else has to go on meanwhile. */
const smallBytes = 1024 * 1024;

/** A file's bytes, in one piece when it is small. @throws while iterating, what reading a file throws */
export async function* bytesOf(path: string, size: number): AsyncIterable<Uint8Array> {
  // What has no size, such as a pipe, may have no end.
  if (size > 0 && size <= smallBytes) yield readFileSync(path);
  else yield* openBytes(path);
}
