import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { policySchema } from '../../src/policy/schema.js';
import { policyText } from './acme.js';

type Schema = { [key: string]: unknown };

/** Every schema of a value in it, with the path of keys to it. */
function schemas(schema: Schema, path: string): [string, Schema][] {
  const below = (key: string) => Object.entries((schema[key] ?? {}) as Record<string, Schema>);
  const children = [...below('properties'), ...below('$defs')];
  if (typeof schema.items === 'object') children.push(['[]', schema.items as Schema]);
  return [[path, schema], ...children.flatMap(([key, child]) => schemas(child, `${path}.${key}`))];
}

const all = schemas(policySchema as unknown as Schema, '');

describe('the schema of a policy', () => {
  it('has words for every value: editors and errors show them', () => {
    const wordless = all.filter(
      ([, schema]) => schema.$ref === undefined && !(schema.title && schema.description),
    );
    expect(all.length).toBeGreaterThan(40);
    expect(wordless.map(([path]) => path)).toEqual([]);
  });

  it('lets no unknown key through, except the options of a detector', () => {
    const open = all.filter(
      ([, schema]) => schema.properties !== undefined && schema.additionalProperties !== false,
    );
    expect(open.map(([path]) => path)).toEqual(['.detector']);
  });

  it('knows no key that the example leaves out', () => {
    const keys = new Set<string>();
    JSON.stringify(parseDocument(policyText('acme.yaml')).toJS(), (key, value: unknown) => {
      keys.add(key);
      return value;
    });
    const known = all.flatMap(([, schema]) => Object.keys((schema.properties ?? {}) as object));
    const notInExample = ['origin', 'account', 'action', 'region', 'sessionName'];
    expect(known.filter((key) => !keys.has(key) && !notInExample.includes(key))).toEqual([]);
  });
});
