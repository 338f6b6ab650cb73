/** What a query is, as far as Athena has to treat it in its own way. */
export type AthenaStatement =
  | { kind: 'select'; select: string }
  | { kind: 'unload'; select: string; target: string; options: Record<string, string> };

/**
 * Takes apart what Athena knows and Trino does not.
 * @returns a sentence when it is none that can be run here
 */
export function parseStatement(sql: string): AthenaStatement | string {
  const bare = sql
    .trim()
    .replace(/;\s*$/, '')
    .replace(/^(?:\s*--[^\n]*(?:\n|$)|\s*\/\*[\s\S]*?\*\/)*\s*/, '');
  if (/^(?:WITH|SELECT)\b/i.test(bare)) return { kind: 'select', select: bare };
  const unload = /^UNLOAD\s*\(([\s\S]*)\)\s*TO\s*'([^']*)'\s*WITH\s*\(([^()]*)\)$/i.exec(bare);
  if (unload === null) return 'this fake of Athena runs SELECT and UNLOAD alone';
  const [, select, target, list] = unload;
  const options = [...list!.matchAll(/(\w+)\s*=\s*'([^']*)'/g)].map(
    ([, name, value]) => [name!.toLowerCase(), value!.toUpperCase()] as const,
  );
  return { kind: 'unload', select: select!, target: target!, options: Object.fromEntries(options) };
}

/** Each parameter is a literal in the form that SQL has for it, put where its `?` is. */
export function bound(sql: string, parameters: readonly string[]): string {
  if (parameters.length === 0) return sql;
  return `EXECUTE IMMEDIATE '${sql.replaceAll("'", "''")}' USING ${parameters.join(', ')}`;
}
