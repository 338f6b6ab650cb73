import { readFileSync } from 'node:fs';
import pLimit from 'p-limit';
import { SourceFailure } from '../sources/failure.js';
import { openBytes } from '../sources/open.js';
import type { S3Options } from '../sources/s3/connect.js';
import { isS3 } from '../sources/s3/place.js';
import type { ReadTask } from './read-message.js';

/** Files up to so many bytes are read in one call: on a thread of its own nothing else has to go on meanwhile. */
const smallBytes = 1024 * 1024;

/** Objects of one task on their way from S3 at a time. */
const atOnce = 24;

/** An object's bytes, and afterwards what kept them from coming. */
export interface Bytes {
  chunks: AsyncIterable<Uint8Array>;
  /** Set by the time `chunks` ends. */
  failure: () => unknown;
}

/** Opens the objects of a task, in their order; what comes from S3 is asked for ahead: a task is small. */
export async function* opened({ objects, s3 }: ReadTask): AsyncGenerator<Bytes> {
  const ahead = objects.some(({ path }) => isS3(path)) ? await fetched(objects, s3) : null;
  for (const [at, { path, size }] of objects.entries())
    yield ahead?.[at] === undefined ? { chunks: fileBytes(path, size), failure: () => null } : ahead[at];
}

/** A file's bytes, in one piece when it is small. @throws while iterating, what reading a file throws */
async function* fileBytes(path: string, size: number): AsyncIterable<Uint8Array> {
  // What has no size, such as a pipe, may have no end.
  if (size > 0 && size <= smallBytes) yield readFileSync(path);
  else yield* openBytes(path);
}

async function fetched(objects: ReadTask['objects'], s3: S3Options): Promise<(Bytes | undefined)[]> {
  const { partBytes, s3Bytes, s3Whole } = await import('../sources/s3/fetch.js');
  const limit = pLimit(atOnce);
  return objects.map((object) => {
    if (!isS3(object.path)) return undefined;
    if (object.size > partBytes) return watched(s3Bytes(object, s3));
    const whole = limit(() => s3Whole(object, s3));
    // Nobody waits for it yet.
    whole.catch(() => {});
    return watched(once(whole));
  });
}

async function* once(whole: Promise<{ bytes: Uint8Array }>): AsyncGenerator<Uint8Array> {
  yield (await whole).bytes;
}

function watched(chunks: AsyncIterable<Uint8Array>): Bytes {
  let failure: unknown = null;
  async function* through() {
    try {
      yield* chunks;
    } catch (error) {
      failure = error ?? new SourceFailure('no reason given');
      throw error;
    }
  }
  return { chunks: through(), failure: () => failure };
}
