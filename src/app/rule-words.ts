import type { ErrorObject } from 'ajv';
import { nearest } from '../policy/nearest.js';

interface Words {
  title?: string;
  description?: string;
  properties?: Record<string, Words>;
}

/** Ajv's errors as sentences without full stop, one for each value. */
export function sentences(errors: readonly ErrorObject[]): string[] {
  const said = new Map<string, string>();
  for (const error of errors) {
    const { path, text } = sentence(error);
    // A map that holds a wrong key is no further news.
    if (!said.has(path)) said.set(path, text);
  }
  return [...said.values()];
}

function sentence(error: ErrorObject): { path: string; text: string } {
  const parent = (error.parentSchema ?? {}) as Words;
  const path = pathOf(error.instancePath);
  const of = path === '' ? 'it' : path;
  if (error.keyword === 'required') {
    const name = error.params.missingProperty as string;
    const { title, description } = parent.properties?.[name] ?? {};
    const wanted = description ?? title;
    return {
      path: `${path}.${name}`,
      text: `${of} has no ${name}${wanted === undefined ? '' : ` (${wanted})`}`,
    };
  }
  if (error.keyword === 'additionalProperties') {
    const name = error.params.additionalProperty as string;
    const known = Object.keys(parent.properties ?? {});
    const near = nearest(name, known)[0];
    const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
    return {
      path: `${path}.${name}`,
      text: `${of} has ${JSON.stringify(name)}, which nobody reads (${hint})`,
    };
  }
  if (error.keyword === 'propertyNames' || error.propertyName !== undefined) {
    const name = (error.propertyName ?? error.params.propertyName) as string;
    return {
      path: `${path}.${name}`,
      text: `${of} has ${JSON.stringify(name)}, which is no name for an option`,
    };
  }
  return { path, text: `${of} is not ${parent.title ?? 'as it should be'}` };
}

/** `/options/days/default` → `options.days.default`, `/triage/0` → `triage[0]` */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`),
      '',
    );
}
