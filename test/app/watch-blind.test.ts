import { join } from 'node:path';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Round } from '../../src/app/watch.js';
import { build } from '../cli/rolecall.js';
import { allRecords, folderOf, newDb, packed } from './ingest-made.js';
import { rounds } from './watch-made.js';

/** Folders that may not be entered: permissions would not keep root out. */
const closed = new Set<string>();

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const readdir = (path: string, options: object) => {
    if (closed.has(path)) throw Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES' });
    return real.readdir(path, options);
  };
  return { ...real, readdir };
});

// Threads read with what was built.
beforeAll(build);
beforeEach(() => closed.clear());

const codes = ({ errors }: Round) => errors.map(({ code }) => code);
const logs = () =>
  folderOf({
    'log.json.gz': packed(allRecords.slice(0, 40)),
    'below/log.json.gz': packed(allRecords.slice(40, 50)),
  });

it('a folder that may not be entered any more is no good round, though others are read', async () => {
  const [one, two] = [logs(), logs()];
  const all = await rounds(3, { db: newDb(), sources: [one, two] }, (n) => {
    if (n === 2) closed.add(one);
    if (n === 3) closed.clear();
  });
  expect(all.map(codes)).toEqual([[], ['NO_SUCH_SOURCE'], []]);
  expect(all[1]!.errors[0]!.message).toBe(`${one} could not be looked at: permission denied`);
  expect(all[1]!.read).toMatchObject({ objects: { seen: 2 }, problems: [{ source: one }] });
});

it('in the first round it ends the watch', async () => {
  const folder = logs();
  closed.add(folder);
  await expect(rounds(1, { db: newDb(), sources: [folder] })).rejects.toMatchObject({
    code: 'NO_SUCH_SOURCE',
  });
});

it('a folder below that may not be entered is one thing that cannot be read among others', async () => {
  const folder = logs();
  closed.add(join(folder, 'below'));
  const [round] = await rounds(1, { db: newDb(), sources: [folder] });
  expect(round).toMatchObject({ errors: [], read: { objects: { read: 1 }, problems: [{ at: '' }] } });
});
