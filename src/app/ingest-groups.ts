import type { SourceObject } from '../sources/discover.js';

/** Most packed bytes and most objects of one task: starting a task costs, and so does a long wait for its turn. */
const mostBytes = 4 * 1024 * 1024;
const mostObjects = 256;

/** Puts neighbours together into tasks, so that all threads have their share; a large object is a task of its own. */
export function* groups(objects: readonly SourceObject[], threads: number): Generator<SourceObject[]> {
  const total = objects.reduce((sum, { size }) => sum + size, 0);
  const bytes = Math.min(mostBytes, total / (threads * 4));
  const count = Math.min(mostObjects, Math.ceil(objects.length / (threads * 4)));
  let group: SourceObject[] = [];
  let size = 0;
  for (const object of objects) {
    if (group.length > 0 && (size + object.size > bytes || group.length >= count)) {
      yield group;
      group = [];
      size = 0;
    }
    group.push(object);
    size += object.size;
  }
  if (group.length > 0) yield group;
}
