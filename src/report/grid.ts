import { middle, pad, widthOf } from './text-fit.js';

/** One column of a table over rows of `T`. */
export interface Column<T> {
  title: string;
  /** Text without colours. */
  text: (row: T) => string;
  align?: 'left' | 'right';
  /** Narrowest that still says something; left out: never cut. */
  least?: number;
  /** The first to go when it gets narrow is the highest; 0 always stays. */
  drop: number;
  paint?: (text: string, row: T) => string;
}

export interface GridOptions {
  width: number;
  indent?: number;
  ellipsis: string;
  /** Null for no line of titles. */
  title: ((text: string) => string) | null;
}

interface Laid<T> {
  column: Column<T>;
  texts: string[];
  width: number;
}

/**
 * A table without borders that fits its width: columns are cut down to their least, then the least important
 * one is dropped, until the rest fits. A column that is empty in every row is left out.
 */
export function grid<T>(columns: readonly Column<T>[], rows: readonly T[], options: GridOptions): string[] {
  const indent = options.indent ?? 0;
  const laid = columns.map((column) => layColumn(column, rows, options.title !== null));
  const filled = laid.filter(({ texts }) => texts.some((text) => text !== ''));
  const kept = fitted(filled, options.width - indent);
  const line = (cell: (each: Laid<T>) => [text: string, paint: (text: string) => string]) =>
    ' '.repeat(indent) +
    kept
      .map((each) => {
        const [text, paint] = cell(each);
        const shown = middle(text, each.width, options.ellipsis);
        const blanks = pad('', each.width - widthOf(shown));
        const painted = shown === '' ? '' : paint(shown);
        return each.column.align === 'right' ? blanks + painted : painted + blanks;
      })
      .join('  ')
      .trimEnd();
  const titles = options.title === null ? [] : [line(({ column }) => [column.title, options.title!])];
  const plain = (text: string) => text;
  const body = rows.map((row, at) =>
    line(({ column, texts }) => [texts[at]!, column.paint ? (text) => column.paint!(text, row) : plain]),
  );
  return rows.length === 0 ? [] : [...titles, ...body];
}

function layColumn<T>(column: Column<T>, rows: readonly T[], titled: boolean): Laid<T> {
  const texts = rows.map(column.text);
  const width = texts.reduce(
    (widest, text) => Math.max(widest, widthOf(text)),
    titled ? widthOf(column.title) : 0,
  );
  return { column, texts, width };
}

function fitted<T>(laid: Laid<T>[], room: number): Laid<T>[] {
  let kept = laid;
  while (least(kept) > room) {
    const worst = Math.max(...kept.map(({ column }) => column.drop));
    if (worst === 0) break;
    kept = kept.filter(({ column }) => column.drop !== worst);
  }
  for (const each of kept) if (each.column.least !== undefined) each.width = Math.min(each.width, room);
  narrow(kept, room, leastOf);
  // What must stay and still does not fit is cut below its least: a line that wraps says less.
  narrow(kept, room, ({ column, width }) => (column.least === undefined ? width : 4));
  return kept;
}

/** Cuts down to `room`; the widest gives way first, so that short names stay whole. */
function narrow<T>(kept: readonly Laid<T>[], room: number, floor: (each: Laid<T>) => number): void {
  for (let over = total(kept) - room; over > 0; over--) {
    const widest = kept.filter((each) => each.width > floor(each)).sort((a, b) => b.width - a.width)[0];
    if (widest === undefined) break;
    widest.width--;
  }
}

function leastOf<T>({ column, width }: Laid<T>): number {
  return column.least === undefined ? width : Math.min(width, column.least);
}

function least<T>(laid: readonly Laid<T>[]): number {
  return laid.reduce((sum, each) => sum + leastOf(each) + 2, -2);
}

function total<T>(laid: readonly Laid<T>[]): number {
  return laid.reduce((sum, { width }) => sum + width + 2, -2);
}
