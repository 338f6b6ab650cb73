import type { Coverage } from '../model/answers.js';
import { gapSentence } from './gaps.js';
import { damagedFiles, problemLines } from './problems.js';
import type { Style } from './style.js';
import { hang } from './text-fit.js';
import { number } from './words.js';

const mostGaps = 4;

/**
 * What the logs do not show, one sentence each: a promise that was kept as far as they reach may have been broken
 * beyond.
 */
export function unseenSentences({ gaps, damaged, rows }: Coverage, style: Style): string[] {
  const more = gaps.length - mostGaps;
  return [
    ...gaps.slice(0, mostGaps).map((gap) => gapSentence(gap, style)),
    ...(more > 0 ? [`and ${number(more)} more gaps; \`rolecall coverage\` lists them`] : []),
    ...(damaged.length === 0 ? [] : [`${damagedFiles({ damaged })} could not be read completely`]),
    ...(rows.length === 0 ? ['the store has no records of this window'] : []),
  ];
}

/** The same for a table, with the first files that could not be read. */
export function unseenLines(coverage: Coverage, style: Style): string[] {
  const sentences = unseenSentences(coverage, style);
  if (sentences.length === 0) return [];
  return [
    style.paint.bold('What the logs do not show'),
    ...sentences.flatMap((text) => hang('  ', style.paint.yellow(text), style.width)),
    ...problemLines(coverage.damaged, 4, style),
  ];
}
