import { stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { RolecallError } from '../errors.js';
import type { Problem } from '../model/record.js';
import { Found } from './found.js';
import type { SourceFilter } from './narrow.js';
import { walk } from './walk.js';

export type { SourceFilter };

/** One object to read. */
export interface SourceObject {
  /** The path as given, or joined to the folder as given: for people. */
  name: string;
  /** Absolute, symbolic links resolved: opens the file, and tells whether two names are one file. */
  path: string;
  /** Bytes, as it lies there. */
  size: number;
  /** Changes when the file does: size and time of modification. */
  etag: string;
  /** From CloudTrail's layout; null when the path does not tell. */
  account: string | null;
  region: string | null;
  /** `YYYY-MM-DD` of delivery, UTC. */
  day: string | null;
  /** Objects are sorted by it: the minute of delivery first, so that all accounts advance through time together. */
  order: string;
}

/** The digests of an account, region and its trails, where they lie. */
export interface DigestFolder {
  name: string;
  /** By time of their end. */
  list: () => Promise<SourceObject[]>;
}

export interface Discovery {
  /** Sorted by `order`; each file once. */
  objects: SourceObject[];
  /** Files that are no logs, by kind: `CloudTrail-Digest` → 12, `other` → 3. */
  passedOver: Record<string, number>;
  /** Entries that could not be looked at. */
  problems: Problem[];
  /** Files and folders that the filter kept out. */
  ruledOut: number;
  digestFolders: DigestFolder[];
  /** Folders that were looked through to their end, as far as the filter reaches: `listedAt` may be told of them. */
  walked: string[];
}

/**
 * Finds the objects that the sources name: files, folders (read recursively) and globs.
 * A file that is named, or that a glob matches by its own name, is always taken; in a folder only what looks like logs.
 *
 * @throws RolecallError `NO_SUCH_SOURCE` for a path that is not there or a glob that matches nothing
 */
export async function discover(
  sources: string[],
  filter: SourceFilter = {},
  o: { digests?: boolean } = {},
): Promise<Discovery> {
  const found = new Found(filter, o.digests ?? false);
  for (const source of sources) {
    const paths = (await exists(source)) ? [source] : await matches(source);
    for (const path of paths) await take(path, found);
  }
  return { ...found.discovery(), digestFolders: digestFolders(found) };
}

async function take(path: string, found: Found): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) await walk(path, found);
    else await found.add(path);
  } catch (error) {
    found.unreadable(path, error);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return false;
    throw new RolecallError('NO_SUCH_SOURCE', `cannot open ${path}: ${code ?? String(error)}`, {
      cause: error,
    });
  }
}

/** Files that a glob matches; where it matches none, the folders. */
async function matches(source: string): Promise<string[]> {
  if (!isDynamicPattern(source))
    throw new RolecallError('NO_SUCH_SOURCE', `there is no file or folder ${source}`);
  const options = { expandDirectories: false, absolute: isAbsolute(source) };
  const files = await glob(source, { ...options, onlyFiles: true });
  const paths = files.length > 0 ? files : await glob(source, { ...options, onlyDirectories: true });
  if (paths.length === 0) throw new RolecallError('NO_SUCH_SOURCE', `nothing matches ${source}`);
  return paths.sort();
}

/** Digests of one folder structure belong together: they are told apart by what stands before their date. */
function digestFolders(found: Found): DigestFolder[] {
  const folders = new Map<string, SourceObject[]>();
  for (const digest of found.digestObjects()) {
    const name = dirname(digest.name).replace(/[\\/]\d{4}[\\/]\d\d[\\/]\d\d$/, '');
    folders.set(name, [...(folders.get(name) ?? []), digest]);
  }
  return [...folders].map(([name, digests]) => ({ name, list: async () => digests }));
}
