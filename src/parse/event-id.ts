import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import type { Fields } from './fields.js';

/** CloudTrail's ids are UUIDs of 36 characters; other tools' are not much longer. A longer one is kept as a hash. */
const longestId = 128;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const upperCase = /[A-F]/;

/** An event id as written, UUIDs in lower case, `long:<32 hex>` for one beyond belief; null when it is no id. */
export function eventIdOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  if (value.length === 36) return upperCase.test(value) && uuid.test(value) ? value.toLowerCase() : value;
  return value.length <= longestId ? value : `long:${digest(value)}`;
}

/** The id of a record without one: `content:<32 hex>`, equal for equal content in any order of keys. */
export function contentId(record: Fields): string {
  return `content:${digest(canonicalJson(record))}`;
}

/** Half of a SHA-256, in hex. */
function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 32);
}
