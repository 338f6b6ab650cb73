import type { Sqlite } from '../store/open.js';
import type { Dirty } from '../store/writer.js';

export function relink(_db: Sqlite, _dirty: Dirty): ReadonlySet<number> {
  return new Set();
}
