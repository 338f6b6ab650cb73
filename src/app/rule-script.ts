import { pathToFileURL } from 'node:url';
import * as kit from '../detectors/kit.js';

/** Seconds that a rule has to load: it may wait for something that never comes. */
const longest = 10;

/**
 * What the rule in a file exports. TypeScript is read without checking its types; `rolecall` is this program,
 * wherever the file lies.
 * @param path absolute
 * @throws Error with what keeps the file from being loaded: a sentence without full stop
 */
export async function loadScript(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(pathToFileURL(path).href, {
    // Nothing is written beside the rules, and a rule that was changed is read anew.
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    virtualModules: { rolecall: { __esModule: true, ...kit } },
  });
  let exported: unknown;
  try {
    exported = await inTime(jiti.import(path));
  } catch (error) {
    throw new Error(explained(error, path), { cause: error });
  }
  if (typeof exported !== 'object' || exported === null) return exported;
  if ('default' in exported) return exported.default;
  // What CommonJS exports is the detector itself.
  if ('detect' in exported) return exported;
  throw new Error('it has no default export: write `export default defineDetector({ … })`');
}

async function inTime<T>(loading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${longest} s`)), longest * 1000);
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The reader's own errors name the place on a line of its own; all others are the rule's. */
function explained(error: unknown, path: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, what, line, col] = /^ParseError: (.*?)\s*\n.*:(\d+):(\d+)$/s.exec(message) ?? [];
  if (what !== undefined) return `line ${line}, column ${Number(col) + 1}: ${what}`;
  return `it cannot be loaded: ${message.split('\n')[0]!.replaceAll(path, 'the file')}`;
}
