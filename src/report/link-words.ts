import type { Link, Session } from '../model/session.js';
import { shortId } from './names.js';
import type { Style } from './style.js';
import { count, some } from './words.js';

/** Why a link that is not exact is believed all the same. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['issued-key', 'signed with the issued key'],
  ['shared-event', 'both accounts logged the call'],
  ['issuance', 'the record names its caller'],
  ['principal-time', 'same principal, created that second'],
  ['principal-window', 'the one session known of that principal then'],
  ['switch-from', 'the console logged the switch'],
  ['sign-in-session', 'same sign-in'],
  ['none', 'no record shows it'],
]);

/** The method of a link, in words. */
export function methodWords(link: Link, style: Style): string {
  return reasons.get(link.method) ?? style.clean(link.method);
}

/** How sure a link is, in words: `ambiguous: 2 candidates`; null for an exact one. */
export function doubt(link: Link, style: Style): string | null {
  if (link.confidence === 'exact') return null;
  if (link.confidence === 'strong') return `strong: ${methodWords(link, style)}`;
  if (link.confidence === 'unobserved')
    return `origin not observed${link.reason === null ? '' : `: ${style.clean(link.reason)}`}`;
  const ids = link.candidates.map((id) => shortId(id, style));
  const named = ids.length === 0 ? '' : ` (${some(ids, 4)})`;
  return `ambiguous: ${count(ids.length, 'candidate')}${named}`;
}

/** The same, coloured by how much it should worry: strong links are as good as sure. */
export function paintedDoubt(session: Session, style: Style): string | null {
  const words = doubt(session.link, style);
  if (words === null) return null;
  return session.link.confidence === 'strong' ? style.paint.dim(words) : style.paint.yellow(words);
}
