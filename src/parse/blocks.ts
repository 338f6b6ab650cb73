/** Size of the pieces that everything behind the source works in. */
export const blockBytes = 64 * 1024;

/**
 * The same bytes in blocks of one size (the last may be shorter). Whatever pieces a file, a pipe or a network
 * hands out, the layers above see equal blocks, so that even what can be saved from a damaged object is the same.
 */
export async function* blocks(
  chunks: AsyncIterable<Uint8Array>,
  size: number = blockBytes,
): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(size);
  let filled = 0;
  try {
    for await (const chunk of chunks) {
      let at = 0;
      while (at < chunk.length) {
        if (filled === 0 && chunk.length - at >= size) {
          yield chunk.subarray(at, at + size);
          at += size;
          continue;
        }
        const part = chunk.subarray(at, at + size - filled);
        block.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < size) continue;
        yield block;
        // A new one: the receiver may still hold the last.
        block = new Uint8Array(size);
        filled = 0;
      }
    }
  } catch (error) {
    // What arrived before the source failed still counts.
    if (filled > 0) yield block.subarray(0, filled);
    throw error;
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/**
 * Looks at the first bytes without taking them away.
 * Read `all`, or call `close` to release the source: a generator never started releases nothing.
 * @param wanted how many; `head` is shorter when the whole stream is.
 */
export async function peek(
  chunks: AsyncIterable<Uint8Array>,
  wanted: number,
): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array>; close: () => Promise<void> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let length = 0;
  while (length < wanted) {
    const next = await iterator.next();
    if (next.done) break;
    seen.push(next.value);
    length += next.value.length;
  }
  const head = seen.length === 1 ? seen[0]! : Buffer.concat(seen);
  const close = async () => {
    await iterator.return?.();
  };
  return { head: head.subarray(0, wanted), all: resume(seen, iterator), close };
}

/** The pieces already taken from an iterator, then the rest of it. */
export async function* resume(
  seen: Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    while (seen.length > 0) yield seen.shift()!;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
