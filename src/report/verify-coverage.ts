import type { Coverage } from '../model/answers.js';
import { gapLines } from './gaps.js';
import { problemLines } from './problems.js';
import type { Style } from './style.js';
import { count } from './words.js';

const mostGaps = 4;

/** What the logs do not show: a promise that was kept as far as they reach may have been broken beyond. */
export function unseenLines({ gaps, damaged, rows }: Coverage, style: Style): string[] {
  const lines = [
    ...gapLines(gaps, mostGaps, '`rolecall coverage` lists them', style),
    ...(damaged.length === 0
      ? []
      : [
          `  ${style.paint.yellow(`${count(damaged.length, 'file')} could not be read completely`)}`,
          ...problemLines(damaged, 4, style),
        ]),
    ...(rows.length === 0 ? [style.paint.yellow('  the store has no records of this window')] : []),
  ];
  return lines.length === 0 ? [] : [style.paint.bold('What the logs do not show'), ...lines];
}
