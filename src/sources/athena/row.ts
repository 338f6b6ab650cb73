/** Values of a row by the names of its columns: text, or null. */
export type Row = Record<string, string | null>;

/** A line of `UNLOAD`'s JSON. @throws SyntaxError when it is none */
export function jsonRow(line: string): Row {
  const read: unknown = JSON.parse(line);
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new SyntaxError('it is no object');
  return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
