import { blocks, peek } from './blocks.js';
import { gunzip } from './inflate.js';
import { byteSize, type Limits } from './limits.js';
import type { ProblemLog } from './problem-log.js';
import { sniff, sniffBytes } from './sniff.js';

/** CloudTrail packs once; a copying tool that packs again on the way makes it twice. */
const mostPackings = 2;

/** Pieces that reading goes on in, so that one huge chunk never makes a huge amount of records at once. */
const pieceBytes = 1024 * 1024;

/** What `content` may be told, for tests of one way against the other. */
export interface ContentOptions {
  /** False: never unpack a small object in one call. */
  small?: boolean;
}

/**
 * The text inside an object: unpacked where its first bytes say gzip, as it is where they say text.
 * Anything else, damage, and content over `limits.objectBytes` are problems in `log`.
 * @param packed in equal blocks (see `blocks`).
 */
export async function* content(
  packed: AsyncIterable<Uint8Array>,
  log: ProblemLog,
  limits: Limits,
  options: ContentOptions = {},
): AsyncGenerator<Uint8Array> {
  let layer: AsyncIterable<Uint8Array> = packed;
  for (let packings = 0; ; packings++) {
    const { head, all, close } = await peek(layer, sniffBytes);
    if (head.length === 0) return;
    const kind = sniff(head);
    if (kind === 'text') {
      yield* capped(all, log, limits);
      return;
    }
    if (kind !== 'gzip') {
      await close();
      return log.lost('', `nothing was read: ${kind.unreadable}`);
    }
    if (packings === mostPackings) {
      await close();
      return log.lost(
        '',
        'nothing was read: it is gzip inside gzip inside gzip; unpack it with `gunzip` first',
      );
    }
    // Equal blocks again, for the same reason as at the source.
    layer = gunzip(packings === 0 ? all : blocks(all), log, limits, options);
  }
}

async function* capped(
  text: AsyncIterable<Uint8Array>,
  log: ProblemLog,
  limits: Limits,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  for await (const bytes of text) {
    const room = limits.objectBytes - given;
    const end = Math.min(bytes.length, room);
    for (let at = 0; at < end; at += pieceBytes) yield bytes.subarray(at, Math.min(end, at + pieceBytes));
    given += end;
    if (bytes.length > room) {
      const size = byteSize(limits.objectBytes);
      return log.lost(
        `byte ${given}`,
        `the object is larger than ${size} unpacked: the rest of it was not read`,
      );
    }
  }
}
