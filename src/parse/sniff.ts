import { isUtf8 } from 'node:buffer';

/** How many first bytes `sniff` wants to see. */
export const sniffBytes = 1024;

const magics: [bytes: number[], what: string, remedy: string][] = [
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd compressed', 'unpack it with `zstd -d` first'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive', 'unpack it first'],
  [[0x50, 0x4b, 0x05, 0x06], 'an empty zip archive', 'there is nothing in it to read'],
  [[0x42, 0x5a, 0x68], 'bzip2 compressed', 'unpack it with `bunzip2` first'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'xz compressed', 'unpack it with `unxz` first'],
  [[0x04, 0x22, 0x4d, 0x18], 'lz4 compressed', 'unpack it with `lz4 -d` first'],
  [[0xff, 0x06, 0x00, 0x00, 0x73], 'snappy compressed', 'unpack it first'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file', 'rolecall reads CloudTrail as JSON'],
  [[0x4f, 0x62, 0x6a, 0x01], 'an Avro file', 'rolecall reads CloudTrail as JSON'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], 'a SQLite file', 'name it with --db if it is a rolecall store'],
  [[0xff, 0xfe], 'UTF-16 text', 'convert it with `iconv -f UTF-16 -t UTF-8` first'],
  [[0xfe, 0xff], 'UTF-16 text', 'convert it with `iconv -f UTF-16 -t UTF-8` first'],
  [[0x7b, 0x00], 'UTF-16 text', 'convert it with `iconv -f UTF-16LE -t UTF-8` first'],
  [[0x00, 0x7b], 'UTF-16 text', 'convert it with `iconv -f UTF-16BE -t UTF-8` first'],
];

export type Sniffed = 'gzip' | 'text' | { unreadable: string };

/** Tells what an object is from its first bytes; its name says nothing. */
export function sniff(head: Uint8Array): Sniffed {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  for (const [bytes, what, remedy] of magics) {
    if (bytes.every((byte, i) => head[i] === byte)) return { unreadable: `it is ${what}: ${remedy}` };
  }
  if (isBinary(head)) {
    return { unreadable: 'it is binary data, neither JSON nor gzip: if it is encrypted, decrypt it first' };
  }
  return 'text';
}

/** JSON is believed at its first bracket; anything else is text as long as nine bytes in ten look like text. */
function isBinary(head: Uint8Array): boolean {
  const first = head.find((byte) => byte > 0x20);
  if (first === 0x7b || first === 0x5b) return false;
  const printable = isUtf8(withoutCutCharacter(head));
  let odd = 0;
  for (const byte of head) {
    if ((byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || (byte >= 0x7f && !printable))
      odd++;
  }
  return odd * 10 > head.length;
}

/** A sample may end inside a character of several bytes: leaves that one out. */
function withoutCutCharacter(sample: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, sample.length); back++) {
    if (sample[sample.length - back]! >= 0xc0) return sample.subarray(0, sample.length - back);
  }
  return sample;
}
