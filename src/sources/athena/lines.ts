import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Athena's rows have at most 32 MB; as JSON, quotes and line ends in them count twice. */
const longestLine = 64 * 1024 * 1024;

/** Lines of a gzip stream that is cut anywhere. Holds one line and a piece. @throws Error when it is none, or cut off */
export async function* gzipLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const unpacked = createGunzip({ chunkSize: 256 * 1024 });
  // Its callback keeps an error from being thrown where nobody is; reading throws it.
  pipeline(Readable.from(bytes, { objectMode: true }), unpacked, () => {});
  let held: Buffer[] = [];
  let length = 0;
  for await (const piece of unpacked as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, from)) {
      const line = piece.subarray(from, at);
      const whole = held.length === 0 ? line : Buffer.concat([...held, line]);
      if (whole.length > 0) yield whole.toString();
      held = [];
      length = 0;
      from = at + 1;
    }
    if (from < piece.length) held.push(piece.subarray(from));
    length += piece.length - from;
    if (length > longestLine) throw new Error(`it has a line of more than ${longestLine} bytes`);
  }
  if (length > 0) yield Buffer.concat(held).toString();
}
