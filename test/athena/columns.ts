import type { HiveColumn } from './ddl.js';
import { type HiveType, hiveText, parseHiveType } from './hive-type.js';

/** Columns and fields that no documented table has: our own DDL adds them. */
const undocumented = [
  ...['identityprovider', 'credentialid', 'signinsessionarn', 'inscopeof'].map(
    (name) => `useridentity.${name}`,
  ),
  'useridentity.sessioncontext.attributes.sessioncredentialfromconsole',
  'useridentity.sessioncontext.attributes.signinsessionarn',
  ...['sourceidentity', 'assumedroot', 'signinsessionarn'].map(
    (name) => `useridentity.sessioncontext.${name}`,
  ),
];

/** What came into the documented tables later. */
const late = [
  ...['useridentity.onbehalfof', 'addendum', 'sessioncredentialfromconsole', 'tlsdetails'],
  ...['vpcendpointaccountid', 'eventcategory', 'edgedevicedetails'],
];

/** Tables of other years, as what they lack and what they have in another type, by path from the column down. */
export const columnSets = {
  ours: { without: [], types: {} },
  documented: { without: undocumented, types: {} },
  older: {
    without: [...undocumented, ...late],
    types: { 'useridentity.sessioncontext.webidfederationdata': 'map<string,string>' },
  },
  'boolean-readonly': {
    without: undocumented,
    types: { readonly: 'boolean', managementevent: 'boolean' },
  },
} as const satisfies Record<string, ColumnChange>;

export type ColumnSet = keyof typeof columnSets;

export interface ColumnChange {
  /** Columns and fields to leave out: `addendum`, `useridentity.onbehalfof`. */
  without: readonly string[];
  /** Other types, by path. */
  types: Readonly<Record<string, string>>;
}

export function changeColumns(
  columns: readonly HiveColumn[],
  { without, types }: ColumnChange,
): HiveColumn[] {
  const all = new Map<string, HiveType>(columns.map(({ name, type }) => [name, parseHiveType(type)]));
  for (const path of without) at(all, path).fields.delete(at(all, path).last);
  for (const [path, type] of Object.entries(types))
    at(all, path).fields.set(at(all, path).last, parseHiveType(type));
  return [...all].map(([name, type]) => ({ name, type: hiveText(type) }));
}

/** Where a path ends: in the columns, or in the fields of a struct. */
function at(columns: Map<string, HiveType>, path: string): { fields: Map<string, HiveType>; last: string } {
  const names = path.split('.');
  const last = names.pop()!;
  let fields = columns;
  for (const name of names) {
    const type = fields.get(name);
    if (typeof type !== 'object' || !('struct' in type))
      throw new Error(`${path}: there is no struct ${name}`);
    fields = type.struct;
  }
  if (!fields.has(last)) throw new Error(`${path}: the table has no such column`);
  return { fields, last };
}
