import { posix } from 'node:path';
import { neighbourOf } from './layout.js';

/** What logs are called in the wild; a name without an ending may be one too. */
const endings = new Set(['', '.json', '.gz', '.ndjson', '.jsonl', '.log', '.txt']);

/** Files that are no logs although their ending would do. */
const otherFiles =
  /(?:\.tar\.gz|\.csv\.gz|\.parquet\.gz|\.sql\.gz)$|^(?:readme|license|makefile|dockerfile|package(?:-lock)?\.json|tsconfig\.json)(?:\.txt)?$/i;

/**
 * What a file or object is when it is no log, by its name: `CloudTrail-Digest`, `other`, …; null when it may be one.
 * @param path with `/` between its parts
 */
export function notLog(path: string): string | null {
  const name = posix.basename(path);
  const neighbour = neighbourOf(path);
  if (neighbour !== null) return neighbour;
  if (name.startsWith('.')) return 'hidden';
  return endings.has(posix.extname(name).toLowerCase()) && !otherFiles.test(name) ? null : 'other';
}
