/** A moment at which partitions begin: a day, or an hour of it. */
export interface Moment {
  /** `YYYY-MM-DD` */
  day: string;
  /** 0 to 23 */
  hour: number;
}

/** How a partition column writes a date: a pattern of Java's DateTimeFormatter, as far as dates need it. */
export interface DayPattern {
  pattern: string;
  write(moment: Moment): string;
  /** The day that a text begins at; null when the text is not of this pattern. */
  read(text: string): string | null;
  /** Whether the order of texts is the order of time. */
  sorted: boolean;
  /** The smallest part that it tells apart. */
  unit: 'year' | 'month' | 'day' | 'hour';
}

const units = { y: 'year', u: 'year', M: 'month', d: 'day', H: 'hour' } as const;
const order = 'yMdH';

/**
 * Reads such a pattern; null where it has other letters, or is not one of a date.
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
export function dayPattern(pattern: string): DayPattern | null {
  const parts = [...pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g)];
  if (parts.map(([part]) => part).join('') !== pattern) return null;
  const letters: string[] = [];
  const writers: ((moment: Moment) => string)[] = [];
  let shape = '';
  for (const [part, literal, letter] of parts) {
    if (letter === undefined) {
      const text = literal === undefined ? part : literal === '' ? "'" : literal.replaceAll("''", "'");
      writers.push(() => text);
      shape += text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
      continue;
    }
    const width = part.length;
    if (!Object.hasOwn(units, letter) || width === 3 || width > 4) return null;
    const one = letter === 'u' ? 'y' : letter;
    // A year of two digits and a month's name are not understood.
    if (one === 'y' ? width === 2 : width > 2) return null;
    letters.push(width === 1 && one !== 'y' ? `${one}!` : one);
    writers.push((moment) => partOf(moment, one).padStart(one === 'y' ? 4 : width, '0'));
    shape += one === 'y' ? '(?<y>\\d{4})' : `(?<${one}>\\d{${width === 1 ? '1,2' : '2'}})`;
  }
  const kinds = letters.map((letter) => letter[0]!);
  if (!kinds.includes('y') || new Set(kinds).size !== kinds.length) return null;
  const smallest = kinds.toSorted((a, b) => order.indexOf(b) - order.indexOf(a))[0] as keyof typeof units;
  const whole = new RegExp(`^${shape}$`);
  return {
    pattern,
    write: (moment) => writers.map((write) => write(moment)).join(''),
    read(text) {
      const { y, M = '1', d = '1' } = whole.exec(text)?.groups ?? {};
      return y === undefined ? null : `${y}-${M.padStart(2, '0')}-${d.padStart(2, '0')}`;
    },
    // Not sorted when a part is not padded, or a smaller one stands before a greater one.
    sorted: letters.join('') === order.slice(0, letters.length),
    unit: units[smallest],
  };
}

function partOf({ day, hour }: Moment, letter: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return String({ y: year, M: month, d: date, H: hour }[letter]);
}
