import type { ErrorObject } from 'ajv';
import type { Path, PolicyDocument, PolicyProblem } from './document.js';
import { nearest } from './nearest.js';

interface SchemaWords {
  title?: string;
  description?: string;
  type?: string | readonly string[];
  properties?: Record<string, SchemaWords>;
  enum?: readonly string[];
  'x-secret'?: boolean;
}

/**
 * ajv's errors as sentences with a place: what is wrong, then in brackets what would be right.
 * One sentence per value: a wrong type says nothing new about the pattern.
 */
export function explainErrors(errors: readonly ErrorObject[], document: PolicyDocument): PolicyProblem[] {
  const wrongType = new Set(
    errors.filter((error) => error.keyword === 'type').map((error) => error.instancePath),
  );
  return errors
    .filter((error) => error.keyword === 'type' || !wrongType.has(error.instancePath) || isAboutKey(error))
    .filter((error) => error.keyword !== 'propertyNames')
    .map((error) => explain(error, document));
}

function isAboutKey(error: ErrorObject): boolean {
  return error.propertyName !== undefined;
}

function explain(error: ErrorObject, document: PolicyDocument): PolicyProblem {
  const path = readPointer(error.instancePath);
  const schema = (error.parentSchema ?? {}) as SchemaWords;
  const params = error.params as Record<string, string>;
  if (error.propertyName !== undefined) {
    const message = `${quoted(error.propertyName)} is not ${schema.title} (${schema.description})`;
    return { ...document.locate([...path, error.propertyName], 'key'), message: `${where(path)}${message}` };
  }
  if (error.keyword === 'additionalProperties') {
    const key = params.additionalProperty!;
    const known = Object.keys(schema.properties ?? {});
    const message = `unknown key ${quoted(key)} (${suggestion(key, known)})`;
    return { ...document.locate([...path, key], 'key'), message: `${where(path)}${message}` };
  }
  if (error.keyword === 'required') {
    const key = params.missingProperty!;
    const remedy = schema.properties?.[key]?.description ?? `add ${key}:`;
    return {
      ...document.locate(path),
      message: `${where(path)}the key ${quoted(key)} is missing (${remedy})`,
    };
  }
  return {
    // Where nothing is written there is only the key to point at.
    ...document.locate(path, error.data === null ? 'key' : 'value'),
    message: `${where(path)}${wrongValue(error, schema, document.source(path))}`,
  };
}

function wrongValue(error: ErrorObject, schema: SchemaWords, source: string | null): string {
  const value: unknown = error.data;
  const remedy = schema.description;
  if (value === null) return `nothing is written here; it must be ${schema.title} (${remedy})`;
  if (error.keyword === 'minItems') return `the list is empty; it must be ${schema.title} (${remedy})`;
  if (error.keyword === 'minProperties') return `it has no condition and would hide everything (${remedy})`;
  if (typeof value === 'number' && schema.type === 'string' && source !== null) {
    return `${source} is read as a number (quote it: "${source}")`;
  }
  if (error.keyword === 'type' && schema.type === 'array' && typeof value === 'string') {
    return `${quoted(value)} is not a list (put it in brackets: [${JSON.stringify(clipped(value))}])`;
  }
  const shown = schema['x-secret'] === true ? 'this' : describe(value, source);
  return `${shown} is not ${schema.title} (${suggested(value, schema)}${remedy})`;
}

function suggested(value: unknown, schema: SchemaWords): string {
  const near = typeof value === 'string' ? nearest(value, schema.enum ?? [])[0] : undefined;
  return near === undefined ? '' : `did you mean ${near}? `;
}

function suggestion(key: string, known: string[]): string {
  const near = nearest(key, known)[0];
  const all = `known keys: ${known.join(', ')}`;
  return near === undefined ? all : `did you mean ${quoted(near)}? ${all}`;
}

function describe(value: unknown, source: string | null): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : clipped(source ?? String(value));
}

/** Text of the file, safe to print: escaped and short. */
export function quoted(text: string): string {
  return JSON.stringify(clipped(text));
}

function clipped(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** `roles.deploy.match[0]: `, or nothing at the top. */
export function where(path: Path): string {
  const text = path
    .map((step) => (/^[0-9]+$/.test(String(step)) ? `[${step}]` : `.${clipped(String(step))}`))
    .join('');
  return text === '' ? '' : `${text.replace(/^\./, '')}: `;
}

/** https://www.rfc-editor.org/rfc/rfc6901 */
function readPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
