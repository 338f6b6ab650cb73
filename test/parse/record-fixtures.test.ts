import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { json, recordNames } from './records.js';

describe('the records in fixtures/records', () => {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const tests = readdirSync(here)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(here, file), 'utf8'))
    .join('\n');

  it('are each named by a test', () => {
    expect(recordNames.length).toBeGreaterThan(40);
    expect(recordNames.filter((name) => !tests.includes(`'${name}'`))).toEqual([]);
  });

  it('have event ids of their own', () => {
    const ids = recordNames.map((name) => json(name).eventID);
    expect(new Set(ids).size).toBe(recordNames.length);
  });
});
