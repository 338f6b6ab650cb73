import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBounded } from '../../src/app/read-bounded.js';
import { emptyFolder } from '../cli/rolecall.js';

const limit = 1024 * 1024;

describe('a file that is read whole', () => {
  const of = (size: number) => {
    const file = join(emptyFolder(), 'file');
    writeFileSync(file, Buffer.alloc(size, 'a'));
    return file;
  };

  it.each([0, 1, limit - 1, limit])('may have as many bytes as the limit: %i', (size) => {
    expect(readBounded(of(size), limit).bytes.length).toBe(size);
  });

  it('is refused when it is larger', () => {
    expect(() => readBounded(of(limit + 1), limit)).toThrow('it is larger than 1 MiB');
  });

  it('may be a device without end: so much of it is read, and no more', () => {
    expect(() => readBounded('/dev/zero', limit)).toThrow('it is larger than 1 MiB');
  });
});
