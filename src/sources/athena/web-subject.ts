import { field } from './field.js';
import { type AthenaTable, quoted } from './table.js';

const whole = 'userIdentity.sessionContext.webIdFederationData';

/**
 * SQL for whom a web identity provider named: `sub` of the token's attributes, else the first one by name that ends in
 * `:sub`, as `token.actions.githubusercontent.com:sub` does. Null where the table has no attributes.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function webSubject(table: AthenaTable): string | null {
  const attributes = field(table, `${whole}.attributes`);
  if (attributes === null) return null;
  const { sql, type } = attributes;
  if (type.kind === 'map') return type.of.kind === 'text' ? subjectOf(sql) : null;
  if (type.kind === 'text') return subjectOf(asMap(table, sql));
  if (type.kind !== 'struct') return null;
  const names = [...type.fields.keys()].filter((name) => name === 'sub' || name.endsWith(':sub'));
  const first = names.includes('sub') ? 'sub' : names.sort()[0];
  return first === undefined ? null : `CAST(${sql}.${quoted(first)} AS varchar)`;
}

function subjectOf(map: string): string {
  const longer = `array_min(filter(map_keys(${map}), name -> name LIKE '%:sub'))`;
  return `coalesce(element_at(${map}, 'sub'), element_at(${map}, ${longer}))`;
}

/** Attributes in JSON: a value of the map, or a part of a column of text. */
function asMap(table: AthenaTable, sql: string): string {
  const around = field(table, whole);
  // What is inside a column of text is an object there, not text.
  const json =
    around?.type.kind === 'text' ? sql.replace(/^json_extract_scalar/, 'json_extract') : `json_parse(${sql})`;
  return `TRY(CAST(${json} AS map(varchar, varchar)))`;
}
