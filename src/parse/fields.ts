/** The own properties of one JSON object; a value counts only with the type its reader expects. */
export type Fields = Readonly<Record<string, unknown>>;

/** Characters kept of any text of a record; a longer one is cut here. CloudTrail itself caps most values far below. */
export const longestText = 1024;

/** What CloudTrail writes in place of a value that it will not show. */
export const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

const none: Fields = Object.freeze({});

/** True for an object as `JSON.parse` makes them: nothing can be inherited by it but what every object has. */
export function isFields(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The object's fields; an empty object for null, text, lists and anything else. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : none;
}

/** Text that is not empty, cut to `longestText`; null for anything else. */
export function text(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  return value.length > longestText ? cut(value) : value;
}

/** Like `text`, and null for what CloudTrail hides. */
export function told(value: unknown): string | null {
  return value === hidden ? null : text(value);
}

/** `true`, `false`, and the same as text; null for anything else. */
export function flag(value: unknown): boolean | null {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return null;
}

/** A list's first entries, at most `most` of them; an empty list for anything else. */
export function entries(value: unknown, most = 100): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  return value.length > most ? value.slice(0, most) : value;
}

/** A copy: a mere slice would keep the whole of a huge text in memory. Never ends inside a surrogate pair. */
function cut(value: string): string {
  const last = value.charCodeAt(longestText - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? longestText - 1 : longestText;
  return Buffer.from(value.slice(0, end), 'utf16le').toString('utf16le');
}
