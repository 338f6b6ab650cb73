import { type HiveType, hiveType } from './hive-type.js';
import { type AthenaTable, quoted } from './table.js';

/** SQL for a value, and its type. */
export interface Value {
  sql: string;
  type: HiveType;
}

/**
 * A field of a record in a table, however the table spells it; null where it has no such field.
 * @param path as CloudTrail writes it: `userIdentity.sessionContext.attributes.mfaAuthenticated`
 */
export function field(table: AthenaTable, path: string): Value | null {
  const [first, ...rest] = path.split('.');
  const name = first!.toLowerCase();
  const type = table.columns.get(name);
  if (type === undefined) return null;
  // A partition column of the same name would be meant otherwise: Hive allows only one of them.
  return within({ sql: quoted(name), type: hiveType(type) }, rest);
}

function within(value: Value, rest: string[]): Value | null {
  const [name, ...deeper] = rest;
  if (name === undefined) return value;
  const { sql, type } = value;
  if (type.kind === 'struct') {
    const inner = type.fields.get(name.toLowerCase());
    return inner === undefined
      ? null
      : within({ sql: `${sql}.${quoted(name.toLowerCase())}`, type: inner }, deeper);
  }
  if (type.kind === 'map') return within({ sql: ofMap(sql, name), type: type.of }, deeper);
  if (type.kind === 'text') return { sql: ofJson(sql, rest), type: { kind: 'text' } };
  return null;
}

/** Keys of a map are as the record has them, unless the table's reader makes them lower case. */
function ofMap(sql: string, name: string): string {
  const low = name.toLowerCase();
  const [as, lower] = [name, low].map((key) => `element_at(${sql}, '${key}')`);
  return low === name ? as! : `coalesce(${as}, ${lower})`;
}

/** A nested object in a column of text is its JSON. */
function ofJson(sql: string, rest: string[]): string {
  return `json_extract_scalar(${sql}, '$.${rest.join('.')}')`;
}

/** A value as VARCHAR: text as it is, booleans as `true` and `false`, what has parts as JSON. */
export function text({ sql, type }: Value): string {
  switch (type.kind) {
    case 'text':
      return sql;
    case 'boolean':
    case 'number':
    case 'date':
      return `CAST(${sql} AS varchar)`;
    case 'timestamp':
      return `date_format(${sql}, '%Y-%m-%dT%H:%i:%sZ')`;
    default:
      return `json_format(CAST(${sql} AS json))`;
  }
}
