import type { Coverage } from '../model/answers.js';
import type { Problem } from '../model/record.js';
import type { Style } from './style.js';
import { hang } from './text-fit.js';
import { count, number } from './words.js';

/** `2 files`: one that has several problems counts once. */
export function damagedFiles({ damaged }: Pick<Coverage, 'damaged'>): string {
  return count(new Set(damaged.map(({ source }) => source)).size, 'file');
}

/** One line or more for each problem, then how many more there are. */
export function problemLines(problems: readonly Problem[], most: number, style: Style): string[] {
  const lines = problems.slice(0, most).flatMap(({ source, at, reason }) => {
    const place = [source, at].map(style.clean).filter((text) => text !== '');
    return hang('  ', [...place, style.clean(reason)].join(': '), style.width);
  });
  const more = problems.length - most;
  return more > 0 ? [...lines, `  and ${number(more)} more; --format json lists all`] : lines;
}
