import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * True when node_modules holds what package-lock.json asks for. The two lock files are compared by what they say:
 * times of change mean little after a checkout, a copy or a restored cache.
 * npm writes node_modules/.package-lock.json last, so an install that was cut off has none.
 */
export function installed(root) {
  const wanted = packages(join(root, 'package-lock.json'));
  const present = packages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === null || present === null) return false;
  const missing = Object.entries(wanted).some(([path, entry]) => {
    if (path === '') return false;
    const found = present[path];
    if (found === undefined) return entry.optional !== true;
    return found.version !== entry.version || found.integrity !== entry.integrity;
  });
  return !missing && Object.keys(present).every((path) => Object.hasOwn(wanted, path));
}

function packages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

/** How to start npm: the one that runs us, else the one on the path. */
export function npmCommand(env = process.env, platform = process.platform) {
  const running = env.npm_execpath;
  if (running !== undefined && /^npm/.test(basename(running))) return [process.execPath, [running]];
  return [platform === 'win32' ? 'npm.cmd' : 'npm', []];
}
