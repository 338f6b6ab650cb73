import { withoutSecrets } from './secrets.js';

// Legal in JSON text, but obeyed by terminals and read as the end of a line by some readers.
const UNSEEN =
  /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

/** One JSON document, indented. */
export function jsonDocument(value: unknown): string {
  return `${escaped(JSON.stringify(value, null, 2))}\n`;
}

/** One JSON document, indented, whose long list comes piece by piece and last. */
export function* jsonDocumentWith<T>(
  head: Record<string, unknown>,
  key: string,
  items: Iterable<T>,
  json: (item: T) => unknown,
): Generator<string> {
  const opening = JSON.stringify(head, null, 2).replace(/\n\}$/, '');
  yield `${escaped(opening)},\n  ${JSON.stringify(key)}: [`;
  let first = true;
  for (const item of items) {
    const text = JSON.stringify(json(item), null, 2).replaceAll('\n', '\n    ');
    yield `${first ? '' : ','}\n    ${escaped(text)}`;
    first = false;
  }
  yield first ? ']\n}\n' : '\n  ]\n}\n';
}

/** One object per line; '' for none. */
export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${jsonText(value)}\n`).join('');
}

/** A value on one line, without the end of it. */
export function jsonText(value: unknown): string {
  return escaped(JSON.stringify(value));
}

/** A raw record as indented JSON, one element per line, secrets taken out. */
export function rawJsonLines(raw: unknown): string[] {
  return escaped(JSON.stringify(withoutSecrets(raw), null, 2) ?? 'null').split('\n');
}

// These characters occur inside strings alone, where an escape means the same: one for each UTF-16 unit.
function escaped(json: string): string {
  return json.replace(UNSEEN, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Epoch seconds as ISO 8601, UTC: `2026-11-17T10:00:12Z`; null stays null, and so does what is no time. */
export function iso(epoch: number | null | undefined): string | null {
  const time = new Date(epoch === null || epoch === undefined ? Number.NaN : Math.floor(epoch) * 1000);
  return Number.isNaN(time.getTime()) ? null : time.toISOString().replace(/\.\d+Z$/, 'Z');
}
