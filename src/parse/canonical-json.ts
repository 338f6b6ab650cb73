/** Text to be written as it stands, among values still to be written. */
class Written {
  constructor(readonly text: string) {}
}

/**
 * JSON of a value with the keys of every object in order, so that the same content is the same text however it was
 * written. Takes values as `JSON.parse` makes them, nested as deeply as may be: it does not call itself.
 */
export function canonicalJson(value: unknown): string {
  const parts: string[] = [];
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (next instanceof Written) parts.push(next.text);
    else if (Array.isArray(next)) writeList(next, parts, left);
    else if (typeof next === 'object' && next !== null)
      writeObject(next as Record<string, unknown>, parts, left);
    else parts.push(scalar(next));
  }
  return parts.join('');
}

function writeList(list: readonly unknown[], parts: string[], left: unknown[]): void {
  parts.push('[');
  left.push(new Written(']'));
  for (let i = list.length - 1; i >= 0; i--) {
    left.push(list[i]);
    if (i > 0) left.push(new Written(','));
  }
}

function writeObject(object: Readonly<Record<string, unknown>>, parts: string[], left: unknown[]): void {
  parts.push('{');
  left.push(new Written('}'));
  const names = Object.keys(object).sort();
  for (let i = names.length - 1; i >= 0; i--) {
    left.push(object[names[i]!], new Written(`${i > 0 ? ',' : ''}${JSON.stringify(names[i])}:`));
  }
}

function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? JSON.stringify(value)
    : 'null';
}
