import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32, tableCrc32 } from '../../src/parse/crc32.js';
import { gzipHeaderLength } from '../../src/parse/gzip-header.js';
import { event, events, readAll } from './stand-in.js';

const text = (from: number, to: number) =>
  events(to)
    .slice(from - 1)
    .map((one) => `${JSON.stringify(one)}\n`)
    .join('');
const reasons = (problems: { at: string; reason: string }[]) =>
  problems.map(({ at, reason }) => `${at}: ${reason}`);

/** Events that hardly pack, so that damage in the middle of the file is damage in the middle of the records. */
function incompressible(count: number): string {
  const noise = Buffer.alloc(300, 'acme');
  let state = 42;
  return Array.from({ length: count }, (_, i) => {
    for (let at = 0; at < noise.length; at++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      noise[at] = state >>> 24;
    }
    return `${JSON.stringify({ ...event(`e-${i + 1}`), userAgent: noise.toString('base64') })}\n`;
  }).join('');
}

describe('gzip in every shape', () => {
  const whole = text(1, 4);
  test.each<[string, Buffer]>([
    ['one member', gzipSync(whole)],
    ['several members', Buffer.concat([gzipSync(text(1, 1)), gzipSync(''), gzipSync(text(2, 4))])],
    ['a record across two members', Buffer.concat([gzipSync(whole.slice(0, 99)), gzipSync(whole.slice(99))])],
    ['zero padding behind', Buffer.concat([gzipSync(whole), Buffer.alloc(512)])],
    ['zero padding between', Buffer.concat([gzipSync(text(1, 2)), Buffer.alloc(100), gzipSync(text(3, 4))])],
    ['a header with a name, a comment and more', withHeader(whole)],
    ['no compression', gzipSync(whole, { level: 0 })],
  ])('%s', async (_, packed) => {
    for (const small of [true, false]) {
      const { ids, result } = await readAll(packed, { small });
      expect(ids).toEqual(['e-1', 'e-2', 'e-3', 'e-4']);
      expect(result).toMatchObject({ bytes: packed.length, problems: [], complete: true });
    }
  });

  function withHeader(content: string): Buffer {
    const plain = gzipSync(content);
    const header = Buffer.from(plain.subarray(0, 10));
    header[3] = 4 | 8 | 16;
    const extra = Buffer.concat([Buffer.from([3, 0]), Buffer.from('abc')]);
    return Buffer.concat([header, extra, Buffer.from('acme.json\0nightly\0'), plain.subarray(10)]);
  }
});

describe('damaged gzip keeps what could be unpacked, and says that it is damaged', () => {
  test('cut in the middle', async () => {
    const packed = gzipSync(incompressible(200));
    const { ids, result } = await readAll(packed.subarray(0, Math.floor(packed.length / 2)));
    expect(ids.length).toBeGreaterThan(80);
    expect(result).toMatchObject({ read: ids.length + 1, rejected: 1, complete: false });
    expect(reasons(result.problems)).toEqual([
      expect.stringMatching(/^byte \d+: the gzip data is cut off here/),
      `record ${ids.length + 1}: it is cut off: the object ends inside it; fetch the object again (line ${ids.length + 1})`,
    ]);
  });

  test('cut in the checksum: every record is there, and the cut is named', async () => {
    const { ids, result } = await readAll(gzipSync(text(1, 4)).subarray(0, -3));
    expect(ids).toHaveLength(4);
    expect(result).toMatchObject({ rejected: 0, complete: false });
  });

  test('bytes overwritten in the middle', async () => {
    const packed = gzipSync(incompressible(400));
    const middle = Math.floor(packed.length / 2);
    packed.fill(0xff, middle, middle + 64);
    const { ids, result } = await readAll(packed);
    expect(ids.length).toBeGreaterThan(100);
    expect(ids.slice(0, 100)).toEqual(events(100).map((one) => one.eventID));
    expect(result).toMatchObject({ read: ids.length + result.rejected, complete: false });
    expect(result.problems.map((problem) => problem.reason)).toContainEqual(
      expect.stringMatching(/^the gzip (?:data is damaged|checksum does not fit).*values in .* may be wrong/),
    );
  });

  test('data that cannot be unpacked any further', async () => {
    const sound = gzipSync(incompressible(100));
    const header = 10;
    const stored = deflateRawSync(text(1, 3), { level: 0 });
    // Not the last block any more, and behind it a block of the type that does not exist.
    stored[0] = 0;
    const { ids, result } = await readAll(
      Buffer.concat([sound.subarray(0, header), stored, Buffer.alloc(40_000, 0xff)]),
    );
    expect(ids.length).toBeLessThanOrEqual(3);
    expect(result).toMatchObject({ read: ids.length + result.rejected, complete: false });
    expect(result.problems[0]!.reason).toContain('damaged near here');
  });

  test('a checksum that does not fit is said, since records may have been altered', async () => {
    const packed = gzipSync(text(1, 2));
    packed[packed.length - 8]! ^= 1;
    const { ids, result } = await readAll(packed);
    expect(ids).toEqual(['e-1', 'e-2']);
    expect(result.problems.map((problem) => problem.reason)).toEqual([expect.stringContaining('checksum')]);
    expect(result.complete).toBe(false);
  });

  test('something else behind the last member', async () => {
    const packed = gzipSync(text(1, 2));
    const { ids, result } = await readAll(Buffer.concat([packed, Buffer.from('trailing notes')]));
    expect(ids).toEqual(['e-1', 'e-2']);
    expect(reasons(result.problems)).toEqual([
      `byte ${packed.length}: what follows the gzip data here is something else: it was not read`,
    ]);
  });
});

describe('limits', () => {
  test('a gzip bomb is stopped, and how far it was read is said', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(text(1, 1)), Buffer.alloc(4 * 1024 * 1024, 0x20)]));
    const { ids, result } = await readAll(bomb, { small: false, limits: { ratioFrom: 1024 * 1024 } });
    expect(ids).toEqual(['e-1']);
    expect(result.complete).toBe(false);
    expect(result.problems[0]!.reason).toMatch(/^stopped after [\d.]+ MiB unpacked from [\d.]+ KiB/);
  });

  test('content over the limit is not read, packed or plain', async () => {
    const plain = Buffer.from(text(1, 50));
    const limits = { objectBytes: 2000 };
    const fromPlain = await readAll(plain, { limits });
    const fromPacked = await readAll(gzipSync(plain), { limits });
    expect(fromPlain.ids.length).toBeGreaterThan(3);
    expect(fromPacked.ids).toEqual(fromPlain.ids);
    expect(fromPlain.result.problems[0]).toMatchObject({
      at: 'byte 2000',
      reason: expect.stringMatching(/^the object is larger/),
    });
  });

  test('gzip three times over is not followed', async () => {
    const { result } = await readAll(gzipSync(gzipSync(gzipSync(text(1, 1)))));
    expect(result).toMatchObject({ read: 0, complete: false });
    expect(result.problems[0]!.reason).toContain('gzip inside gzip inside gzip');
  });
});

describe('first bytes tell what an object is', () => {
  test.each<[string, Buffer, RegExp]>([
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]), /zstd/],
    ['zip', Buffer.from('PK\x03\x04 and more'), /zip archive/],
    ['UTF-16', Buffer.from('\uFEFF{"Records":[]}', 'utf16le'), /UTF-16/],
    ['UTF-16 without a mark', Buffer.from('{"Records":[]}', 'utf16le'), /UTF-16/],
    ['something encrypted', deflateRawSync(incompressible(20)), /encrypted/],
  ])('%s is one clear problem', async (_, bytes, reason) => {
    const { result } = await readAll(bytes);
    expect(result).toMatchObject({ read: 0, rejected: 0, complete: false });
    expect(result.problems).toEqual([{ source: 'acme.json', at: '', reason: expect.stringMatching(reason) }]);
  });
});

test('both checksums agree, in one piece or two', () => {
  const slow = tableCrc32();
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(slow(b, slow(a, 0))).toBe(crc32(Buffer.concat([a, b]), 0));
      expect(crc32(b, crc32(a, 0))).toBe(crc32(Buffer.concat([a, b]), 0));
    }),
  );
});

test('a gzip header is measured only once it is whole', () => {
  const header = Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 2, 0, 0, 0, 0, 0, 3, 2, 0, 1, 2, 0x61, 0, 9, 9]);
  for (let length = 0; length < header.length; length++)
    expect(gzipHeaderLength(header.subarray(0, length))).toBe('more');
  expect(gzipHeaderLength(header)).toBe(header.length);
  expect(gzipHeaderLength(Buffer.from('no gzip'))).toBe('bad');
  expect(gzipHeaderLength(Buffer.from([0x1f, 0x8b, 7]))).toBe('bad');
});
