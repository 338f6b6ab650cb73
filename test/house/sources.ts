import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A file of src, with what it imports. */
export interface SourceFile {
  /** From `src`, with `/`. */
  path: string;
  /** First folder below src, or the file's name for a file beside the folders. */
  place: string;
  text: string;
  /** Text without lines that are comments. */
  code: string;
  imports: Import[];
}

export interface Import {
  /** As written. */
  specifier: string;
  /** The place in src that it leads to; null for a package or a Node module. */
  place: string | null;
}

const SPECIFIER = [
  // import x from 'y', import type, export … from: never across another quote or a semicolon
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])(.+?)\1/g,
  /(?:^|\n)\s*import\s*(['"])(.+?)\1/g,
  // import('y'), also as a type
  /\bimport\s*\(\s*(['"`])(.+?)\1/g,
  /\brequire(?:\.resolve)?\s*\(\s*(['"`])(.+?)\1/g,
  // new URL('./worker.js', import.meta.url) starts a module too
  /\bnew URL\(\s*(['"`])(\.{1,2}\/[^'"`]*\.(?:js|ts))\1\s*,\s*import\.meta\.url/g,
];

/** Every TypeScript file below src. */
export function sourceFiles(): SourceFile[] {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, 'src').length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => readSource(path, readFileSync(join(root, 'src', path), 'utf8')));
}

/** @param path from `src`, with `/` */
export function readSource(path: string, text: string): SourceFile {
  const code = text
    .split('\n')
    .filter((line) => !/^\s*(?:\/\/|\/\*|\*)/.test(line))
    .join('\n');
  const imports = SPECIFIER.flatMap((shape) => [...code.matchAll(shape)]).map((found) => {
    const specifier = found[2]!;
    const leads = specifier.startsWith('.')
      ? normalize(join(dirname(path), specifier)).replaceAll('\\', '/')
      : null;
    return { specifier, place: leads === null ? null : placeOf(leads) };
  });
  return { path, place: placeOf(path), text, code, imports };
}

function placeOf(path: string): string {
  const [first, second] = path.split('/');
  return second === undefined ? first!.replace(/\.js$/, '.ts') : first!;
}
