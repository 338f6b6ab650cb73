import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Found, slashed } from './found.js';
import { placeOf } from './layout.js';
import { notLog } from './looks.js';
import { ruledOut } from './narrow.js';

/**
 * Looks through a folder and all folders below. Links are followed last, and each folder is entered once: links in
 * a circle end, and a file is named by its own place rather than by a link. Entries that cannot be looked at become
 * problems; the rest goes on.
 * @param folder as people gave it
 */
export async function walk(folder: string, found: Found): Promise<void> {
  const folders = [folder];
  const links: string[] = [];
  for (;;) {
    const link = folders.length === 0 ? links.shift() : undefined;
    const dir = link ?? folders.pop();
    if (dir === undefined) return;
    try {
      if (link !== undefined && !(await stat(link)).isDirectory()) await takeFile(link, true, found);
      else if (await found.entersFirst(dir)) await list(dir, folders, links, found);
    } catch (error) {
      found.unreadable(dir, error);
    }
  }
}

async function list(dir: string, folders: string[], links: string[], found: Found): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(dir, entry.name);
    if (entry.name.startsWith('.')) found.passOver('hidden');
    else if (entry.isSymbolicLink()) links.push(path);
    else if (!entry.isDirectory()) await takeFile(path, entry.isFile(), found);
    else if (ruledOut(placeOf(`${slashed(path)}/`), found.filter)) found.ruleOut();
    else folders.push(path);
  }
}

async function takeFile(path: string, isFile: boolean, found: Found): Promise<void> {
  const kind = isFile ? notLog(slashed(path)) : 'other';
  if (kind === null) await found.add(path).catch((error) => found.unreadable(path, error));
  else {
    found.passOver(kind);
    if (kind === 'CloudTrail-Digest')
      await found.addDigest(path).catch((error) => found.unreadable(path, error));
  }
}
