import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

const ASCII = /^[ -~]*$/;
const graphemes = new Intl.Segmenter('en-US', { granularity: 'grapheme' });

/** Columns that a text takes on a terminal; colours take none. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** Filled with blanks to a width. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + blanks : blanks + text;
}

/** At most `width` columns of a text without colours: the middle goes, since names differ at both ends. */
export function middle(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  const room = width - widthOf(ellipsis);
  if (room < 2) return take(segments(text), Math.max(0, width));
  const start = take(segments(text), Math.ceil(room / 2));
  const end = take(segments(text).reverse(), room - widthOf(start), true);
  return start + ellipsis + end;
}

function segments(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function take(parts: readonly string[], width: number, backwards = false): string {
  let taken = '';
  let used = 0;
  for (const part of parts) {
    used += widthOf(part);
    if (used > width) break;
    taken = backwards ? part + taken : taken + part;
  }
  return taken;
}

/** Lines of at most `width` columns, the first after `lead`, the others below it. */
export function hang(lead: string, text: string, width: number): string[] {
  const indent = widthOf(lead);
  const lines = wrapAnsi(text, Math.max(10, width - indent), { hard: true }).split('\n');
  return lines.map((line, at) => (at === 0 ? lead : ' '.repeat(indent)) + line);
}

/** `key  value` lines, values wrapped below themselves; fields whose value is null or '' are left out. */
export function fields(
  rows: readonly (readonly [key: string, value: string | null])[],
  options: { indent: number; width: number; key: (text: string) => string; keyWidth?: number },
): string[] {
  const shown = rows.filter(([, value]) => value !== null && value !== '') as [string, string][];
  const keyWidth = options.keyWidth ?? Math.max(0, ...shown.map(([key]) => widthOf(key)));
  return shown.flatMap(([key, value]) => {
    const lead = `${' '.repeat(options.indent)}${options.key(pad(key, keyWidth))}  `;
    return hang(lead, value, options.width);
  });
}
