import { mostEvidence } from '../model/finding.js';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number with separators: `48,112`. */
export function number(value: number): string {
  return grouped.format(value);
}

/** `1 call`, `2 calls`, `1,204 calls`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** `14 calls, 2 denied`; the denied are left out when there are none. */
export function callsText(calls: number, denied: number): string {
  return denied > 0 ? `${count(calls, 'call')}, ${number(denied)} denied` : count(calls, 'call');
}

/** The first few of a list: `a, b, c and 4 more`. */
export function some(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${number(items.length - most)} more` : shown;
}

/**
 * How many events there are beside those shown: `and 4 more`. Of many events the earliest are kept alone, so a full list
 * tells no more than how many there are at least.
 * @param all how many event ids are kept
 */
export function moreEvents(all: number, shown: number): string {
  if (all <= shown) return '';
  return `and ${all < mostEvidence ? '' : 'at least '}${number(all - shown)} more`;
}

/** Decimal units: `980 bytes`, `2.1 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `yes`, `no`, or that no record tells. */
export function yesNo(value: boolean | null): string {
  if (value === null) return 'not known';
  return value ? 'yes' : 'no';
}
