type Fields = Record<string, unknown>;

/** A record without what a table has no column or field for: what of it can be seen through that table. */
export function stripped<R extends object>(record: R, without: readonly string[]): R {
  const copy = structuredClone(record) as Fields;
  for (const path of without) remove(copy, path.split('.'));
  return copy as R;
}

/** A catalog knows names in lower case only. */
function remove(fields: Fields, [name, ...deeper]: string[]): void {
  const found = Object.keys(fields).find((key) => key.toLowerCase() === name);
  if (found === undefined) return;
  const value = fields[found];
  if (deeper.length === 0) delete fields[found];
  else if (typeof value === 'object' && value !== null) remove(value as Fields, deeper);
}

/** Names of the fields in which two answers differ, whatever the item: `sessions.origin`. */
export function differences(some: readonly object[], others: readonly object[], id: string): string[] {
  const byId = new Map(others.map((item) => [(item as Fields)[id], item as Fields]));
  const found = new Set<string>();
  for (const item of some as readonly Fields[]) {
    const other = byId.get(item[id]);
    byId.delete(item[id]);
    if (other === undefined) found.add('(one alone)');
    else
      for (const name of new Set([...Object.keys(item), ...Object.keys(other)]))
        if (JSON.stringify(item[name]) !== JSON.stringify(other[name])) found.add(name);
  }
  if (byId.size > 0) found.add('(one alone)');
  return [...found].sort();
}
