import type { ColorMode } from './global-options.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a stream tells about itself. */
export interface StreamFacts {
  isTTY: boolean;
  /** Columns of the terminal, when it is one. */
  columns: number | undefined;
}

/**
 * Whether to colour what goes to a stream: `--color` first, then NO_COLOR, then FORCE_COLOR, then whether a person
 * looks at it. https://no-color.org https://force-color.org
 */
export function wantsColor(mode: ColorMode, env: Environment, stream: StreamFacts): boolean {
  if (mode !== 'auto') return mode === 'always';
  if (isSet(env.NO_COLOR) || env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false') return false;
  if (isSet(env.FORCE_COLOR)) return true;
  return stream.isTTY && env.TERM !== 'dumb';
}

/**
 * Whether to draw with more than ASCII. A terminal shows what its locale says; a pipe leads to a file or a program,
 * and those read UTF-8.
 */
export function wantsUnicode(
  ascii: boolean,
  env: Environment,
  stream: StreamFacts,
  platform: string,
): boolean {
  if (ascii) return false;
  if (!stream.isTTY) return true;
  // The first that is set decides. https://pubs.opengroup.org/onlinepubs/9699919799/basedefs/V1_chap08.html
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(isSet);
  if (locale === undefined) return platform === 'win32';
  return /utf-?8/i.test(locale);
}

const narrowest = 60;
const widest = 200;

/** Columns for a table: as asked, else of the terminal, else 100; always 60 to 200. */
export function tableWidth(asked: number | null, stream: StreamFacts): number {
  const columns = asked ?? (stream.isTTY && stream.columns ? stream.columns : 100);
  return Math.min(widest, Math.max(narrowest, columns));
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
