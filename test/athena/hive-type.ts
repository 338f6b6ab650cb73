import { partsOf } from './ddl.js';

/** A Hive type: the text of a simple one, or what is inside. */
export type HiveType =
  | string
  | { struct: Map<string, HiveType> }
  | { array: HiveType }
  | { map: [key: HiveType, value: HiveType] };

/** @param text lower case, without white space: `struct<arn:string,tags:map<string,string>>` */
export function parseHiveType(text: string): HiveType {
  const [, kind, inner] = /^(\w+)(?:<(.*)>)?$/.exec(text) ?? [];
  if (kind === undefined) throw new Error(`no Hive type: ${text}`);
  if (inner === undefined) return kind;
  const parts = partsOf(inner, ',');
  if (kind === 'array') return { array: parseHiveType(inner) };
  if (kind === 'map') return { map: [parseHiveType(parts[0]!), parseHiveType(parts[1]!)] };
  if (kind !== 'struct') throw new Error(`no Hive type: ${text}`);
  const fields = parts.map((part): [string, HiveType] => {
    const [name, ...rest] = partsOf(part, ':');
    return [name!, parseHiveType(rest.join(':'))];
  });
  return { struct: new Map(fields) };
}

/** As Athena's metadata has it. */
export function hiveText(type: HiveType): string {
  if (typeof type === 'string') return type;
  if ('array' in type) return `array<${hiveText(type.array)}>`;
  if ('map' in type) return `map<${type.map.map(hiveText).join(',')}>`;
  return `struct<${[...type.struct].map(([name, field]) => `${name}:${hiveText(field)}`).join(',')}>`;
}

const simple: Record<string, string> = { string: 'VARCHAR', int: 'INTEGER' };

/** As Trino's DDL has it. */
export function trinoText(type: HiveType): string {
  if (typeof type === 'string') return simple[type] ?? type.toUpperCase();
  if ('array' in type) return `ARRAY(${trinoText(type.array)})`;
  if ('map' in type) return `MAP(${type.map.map(trinoText).join(', ')})`;
  return `ROW(${[...type.struct].map(([name, field]) => `"${name}" ${trinoText(field)}`).join(', ')})`;
}
