/** Longest header looked for: names and comments in it are short in practice. */
const longest = 64 * 1024;

/**
 * Length of the gzip header that `bytes` start with (RFC 1952, section 2.3), `more` when it goes on behind them,
 * `bad` when they are no gzip header.
 */
export function gzipHeaderLength(bytes: Uint8Array): number | 'more' | 'bad' {
  const magic = [0x1f, 0x8b, 8];
  for (let i = 0; i < magic.length && i < bytes.length; i++) if (bytes[i] !== magic[i]) return 'bad';
  if (bytes.length < 10) return 'more';
  const flags = bytes[3]!;
  if (flags & 0xe0) return 'bad';
  let at = 10;
  if (flags & 4) {
    if (bytes.length < 12) return 'more';
    at = 12 + bytes[10]! + bytes[11]! * 256;
  }
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return bytes.length > longest ? 'bad' : 'more';
    at = end + 1;
  }
  if (flags & 2) at += 2;
  return at <= bytes.length ? at : 'more';
}
