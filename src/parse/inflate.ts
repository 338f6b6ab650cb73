import { gunzipSync } from 'node:zlib';
import { resume } from './blocks.js';
import { Unpacking } from './inflate-stream.js';
import type { Limits } from './limits.js';
import type { ProblemLog } from './problem-log.js';

/** Objects up to this many packed bytes are unpacked in one call, when they are sound. */
const smallBytes = 1024 * 1024;
const smallUnpacked = 32 * 1024 * 1024;

/**
 * Unpacks gzip: one member or several behind each other, zero padding between and after them.
 * Damage is a problem in `log`, and what could be unpacked is given out; up to 16 KiB right before a place where
 * unpacking fails is lost with it. Before a cut nothing is lost.
 * @param packed in equal blocks (see `blocks`), so that damage always costs the same bytes.
 */
export async function* gunzip(
  packed: AsyncIterable<Uint8Array>,
  log: ProblemLog,
  limits: Limits,
  options: { small?: boolean } = {},
): AsyncGenerator<Uint8Array> {
  const iterator = packed[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  while (!ended && size <= smallBytes && options.small !== false) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else {
      held.push(next.value);
      size += next.value.length;
    }
  }
  const whole = ended ? atOnce(held) : null;
  if (whole) yield whole;
  else yield* new Unpacking(log, limits).run(resume(held, iterator));
}

/** All of a small and sound object; null on any doubt: the piecewise way then tells what is wrong. */
function atOnce(packed: Uint8Array[]): Uint8Array | null {
  const input = Buffer.concat(packed);
  try {
    const { buffer, engine } = gunzipSync(input, {
      maxOutputLength: smallUnpacked,
      info: true,
    } as object) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return input.subarray(engine.bytesWritten).every((byte) => byte === 0) ? buffer : null;
  } catch {
    return null;
  }
}
