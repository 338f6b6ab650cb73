import type { Coverage } from '../model/answers.js';
import { duration } from './clock.js';
import { accountInFull } from './names.js';
import type { Style } from './style.js';
import { hang } from './text-fit.js';
import { number } from './words.js';

/** `no records from prod (222222222222) af-south-1 between … (2 h)`, one for each gap, then how many more. */
export function gapLines(gaps: Coverage['gaps'], most: number, more: string, style: Style): string[] {
  const lines = gaps
    .slice(0, most)
    .flatMap((gap) => hang('  ', style.paint.yellow(gapSentence(gap, style)), style.width));
  const left = gaps.length - most;
  return left > 0 ? [...lines, ...hang('  ', `and ${number(left)} more gaps; ${more}`, style.width)] : lines;
}

/** `no records from prod (222222222222) af-south-1 between … (2 h)` */
export function gapSentence({ accountId, region, from, to }: Coverage['gaps'][number], style: Style): string {
  const place = `${accountInFull(accountId, style)} ${style.clean(region)}`;
  return `no records from ${place} between ${style.clock.span(from, to)} (${duration(to - from)})`;
}

/** Whole hours of a window, begun ones counted. */
export function hoursIn({ from, to }: { from: number; to: number }): number {
  return Math.max(0, Math.ceil(to / 3600) - Math.floor(from / 3600));
}
