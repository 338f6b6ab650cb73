import pc from 'picocolors';
import { clean } from './clean.js';
import { Clock } from './clock.js';
import type { RenderContext } from './context.js';

/** Signs that a table is drawn with. */
export interface Glyphs {
  bullet: string;
  arrow: string;
  issued: string;
  times: string;
  ellipsis: string;
  dot: string;
  branch: string;
  last: string;
  rail: string;
  here: string;
  /** Shares of a day, from none to all. */
  shades: readonly string[];
}

const drawn: Glyphs = {
  bullet: '●',
  arrow: '→',
  issued: '⇒',
  times: '×',
  ellipsis: '…',
  dot: '·',
  branch: '├─ ',
  last: '└─ ',
  rail: '│  ',
  here: '◀',
  shades: ['·', '▁', '▂', '▅', '█'],
};

const typed: Glyphs = {
  bullet: '*',
  arrow: '->',
  issued: '=>',
  times: 'x',
  ellipsis: '...',
  dot: '-',
  branch: '|- ',
  last: '`- ',
  rail: '|  ',
  here: '<-',
  shades: ['.', ':', '+', '*', '#'],
};

/** Everything that decides how a table looks, ready for use. */
export interface Style {
  /** Columns, 60 to 200. */
  width: number;
  unicode: boolean;
  paint: ReturnType<typeof pc.createColors>;
  glyph: Glyphs;
  clock: Clock;
  /** Text from a record made safe; '' for null. */
  clean: (text: string | null | undefined) => string;
  /** Alias of an account, or its id, made safe; '' for null. */
  account: (id: string | null) => string;
}

export function styleOf(ctx: RenderContext): Style {
  const cleaned = (text: string | null | undefined) => clean(text ?? '', ctx.unicode);
  return {
    width: Math.min(200, Math.max(60, Math.floor(ctx.width) || 80)),
    unicode: ctx.unicode,
    paint: pc.createColors(ctx.color),
    glyph: ctx.unicode ? drawn : typed,
    clock: new Clock(ctx.tz, ctx.unicode ? '–' : '-'),
    clean: cleaned,
    account: (id) => cleaned(ctx.account(id)),
  };
}

/** Lines as the text that a reporter returns: no blanks at the ends of lines, one newline at the end. */
export function page(lines: readonly string[]): string {
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Sections with one empty line between them; empty ones are left out. */
export function sections(parts: readonly (readonly string[])[]): string[] {
  return parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : ['', ...part]));
}
