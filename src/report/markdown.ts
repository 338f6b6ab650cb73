import { markdownTable } from 'markdown-table';
import stringWidth from 'string-width';
import { clean } from './clean.js';

// A word that no renderer gives a meaning: letters and digits with an apostrophe or a hyphen between, and the
// punctuation of prose around. Not one with a digit and a hyphen (GH-12, JIRA-7), nor one that reads as a commit.
const PLAIN =
  /^["'(]*(?:[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*|[\p{L}\p{M}\p{N}]+|\p{N}+(?:[.,]\p{N}+)*)["')]*[,;:.!?]?["')]*$/u;
const COMMIT = /^[^\p{L}\p{N}]*[0-9a-f]{7,40}[^\p{L}\p{N}]*$/iu;
const SIGN = /^[–—…·→×]$/u;
// What ends a word that is to be set as code stays outside of it.
const EDGES = /^(["'(]*)([\s\S]*?)(["')]*[,;.!?]?)$/;
// At the start of a line a number with one of these begins a list.
const NUMBERED = /^\d+[.)]$/;

/**
 * Text from anywhere as Markdown on one line. Words of plain prose stay as they are, everything else becomes code:
 * there neither HTML, links and images nor what GitHub adds (`@names`, `#12`, addresses, `:emoji:`, `$math$`) mean
 * anything. What could be a control, or hides, is shown as `\x1b`, as in tables for the terminal.
 * https://github.github.com/gfm/ https://docs.github.com/get-started/writing-on-github
 */
export function markdownText(text: string): string {
  const words = clean(text.trim()).split(' ');
  return words
    .map((word, at) => (at === 0 && NUMBERED.test(word) ? markdownCode(word) : wordText(word)))
    .join(' ');
}

function wordText(word: string): string {
  if (word === '->') return '→';
  if (word === '' || SIGN.test(word) || (PLAIN.test(word) && !COMMIT.test(word))) return word;
  const [, before, inner, after] = EDGES.exec(word)!;
  return inner === '' ? markdownCode(word) : `${before}${markdownCode(inner!)}${after}`;
}

/** A code span of any content, on one line. https://github.github.com/gfm/#code-spans */
export function markdownCode(text: string): string {
  const shown = clean(text);
  if (shown === '') return '';
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const room = /^`|`$|^ .* $/.test(shown) ? ' ' : '';
  return `${fence}${room}${shown}${room}${fence}`;
}

/** A table; the cells are Markdown already. https://github.github.com/gfm/#tables-extension- */
export function markdownGrid(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = [titles, ...rows].map((row) => row.map(cell));
  return `${markdownTable(table, { stringLength: stringWidth })}\n`;
}

/** A pipe ends a cell, in code too; one behind a backslash cannot be escaped so that every renderer agrees. */
function cell(markdown: string): string {
  return markdown
    .replace(/\\+\|/g, (found) => found.replace('|', String.raw`\x7c`))
    .replaceAll('|', String.raw`\|`);
}
