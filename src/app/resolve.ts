import { RolecallError } from '../errors.js';
import { eventIdsByPrefix } from '../store/event-detail.js';
import type { Sqlite } from '../store/open.js';
import { latestSession, sessionsByKey, sessionsByPrefix } from '../store/select-sessions.js';

/** Session ids shown when a prefix names several. */
const shown = 5;

/** Letters and digits that a session id is made of. */
const idPattern = /^[a-z2-7]{1,16}$/;

/**
 * The one session that a text names: an id or a unique prefix of one, an access key, or `latest`.
 * @returns its row number; null when the text is none of these, or names nothing
 * @throws RolecallError ID_AMBIGUOUS
 */
export function sessionNamed(store: Sqlite, text: string): number | null {
  if (text === 'latest') return latestSession(store);
  if (isKey(text)) {
    const found = sessionsByKey(store, text);
    if (found.length > 1)
      throw new RolecallError(
        'ID_AMBIGUOUS',
        `${text} belongs to ${found.length} sessions: see \`rolecall show\``,
      );
    return found[0] ?? null;
  }
  const id = text.toLowerCase();
  if (!idPattern.test(id)) return null;
  const found = sessionsByPrefix(store, id, shown + 1);
  if (found.length <= 1) return found[0]?.sid ?? null;
  const ids = found.slice(0, shown).map((row) => row.id.slice(0, Math.max(8, id.length + 2)));
  const more = found.length > shown ? ', …' : '';
  throw new RolecallError('ID_AMBIGUOUS', `${text} begins several session ids: ${ids.join(', ')}${more}`);
}

/**
 * The one event that a text names: an id, or a unique prefix of at least 8 digits, as answers have them.
 * @returns the whole id; null when the text is none of these, or names nothing
 * @throws RolecallError ID_AMBIGUOUS
 */
export function eventNamed(store: Sqlite, text: string): string | null {
  const id = text.toLowerCase();
  if (isEventId(id)) return id;
  const hex = id.replaceAll('-', '');
  if (!/^[0-9a-f]{8,32}$/.test(hex) || !isEventId(spelt(id))) return null;
  const found = eventIdsByPrefix(store, hex, shown + 1);
  if (found.length <= 1) return found[0] ?? null;
  const more = found.length > shown ? ', …' : '';
  throw new RolecallError(
    'ID_AMBIGUOUS',
    `${text} begins several event ids: ${found.slice(0, shown).join(', ')}${more}`,
  );
}

/** The beginning of a UUID, made whole. */
function spelt(beginning: string): string {
  return `${beginning}${'00000000-0000-0000-0000-000000000000'.slice(beginning.length)}`;
}

export function isEventId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) || text.startsWith('content:');
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
export function isKey(text: string): boolean {
  return /^(?:ASIA|AKIA|ABIA|ACCA)[A-Z0-9]{8,}$/.test(text);
}

/** @param but why it may exist all the same, as a clause @throws RolecallError ID_UNKNOWN */
export function unknownId(text: string, but: string | null = null): never {
  throw new RolecallError(
    'ID_UNKNOWN',
    `nothing in the store is called ${JSON.stringify(text.slice(0, 200))}${but === null ? '' : `: ${but}`}`,
  );
}
