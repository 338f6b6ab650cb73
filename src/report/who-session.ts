import type { Who } from '../model/answers.js';
import type { AdminBy, HeldSession, Session } from '../model/session.js';
import { duration } from './clock.js';
import { doubt, paintedDoubt } from './link-words.js';
import { isPerson, originName, roleAt, shortId } from './names.js';
import type { Style } from './style.js';
import { fields, hang } from './text-fit.js';
import { count, number, some, yesNo } from './words.js';

/** Sessions by id, to name the steps of a chain. */
export type Known = ReadonlyMap<string, Session>;

/** All sessions that an answer holds. */
export function knownSessions(who: Who & { lineage?: readonly Session[] }): Known {
  const all = [...(who.lineage ?? []), ...who.answers.flatMap(({ sessions }) => sessions)];
  return new Map(all.map((session) => [session.id, session]));
}

/** One session of an answer: a heading, and what there is to say about it below. */
export function heldSessionLines(
  session: HeldSession,
  known: Known,
  style: Style,
  tellWhy = false,
): string[] {
  const { paint } = style;
  const name = session.sessionName ? `  as ${style.clean(session.sessionName)}` : '';
  const heading = `${paint.bold(roleAt(session, style))}${name}`;
  return [
    ...hang(`  ${paint.cyan(shortId(session.id, style))}  `, heading, style.width),
    ...fields(
      [
        ['held', heldText(session, style)],
        ['used', usedText(session, style)],
        ['from', fromText(session, style)],
        ['why', tellWhy && session.adminBy !== null ? whyText(session.adminBy, style) : null],
        ['via', viaText(session, known, style)],
        ['link', linkText(session, known, style)],
      ],
      { indent: 12, width: style.width, key: paint.dim, keyWidth: 4 },
    ),
  ];
}

function heldText(session: HeldSession, style: Style): string {
  const { held, issuedAt, expiresAt, expiry } = session;
  const { clock } = style;
  if (held === null) {
    return `known lifetime is outside the window: ${clock.span(issuedAt, expiresAt)}${expiryNote(expiry)}`;
  }
  const notes = [
    ...(issuedAt < held.from ? [`issued ${clock.moment(issuedAt)}`] : []),
    ...(expiresAt > held.to ? [`expires ${clock.moment(expiresAt)}`] : []),
  ];
  const length = duration(held.to - held.from);
  return `${clock.span(held.from, held.to)} (${[length, ...notes].join('; ')})${expiryNote(expiry)}`;
}

function expiryNote(expiry: Session['expiry']): string {
  if (expiry === 'assumed') return ', end assumed';
  return expiry === 'revoked' ? ', cut short: revoked' : '';
}

function usedText({ used, calls }: HeldSession, style: Style): string {
  const { paint, clock } = style;
  if (used === null) {
    return paint.dim(
      calls > 0 ? `held, not used in the window (${count(calls, 'call')} outside it)` : 'held, never used',
    );
  }
  const denied = used.denied > 0 ? `, ${paint.red(`${number(used.denied)} denied`)}` : '';
  return `${count(used.calls, 'call')}${denied}, ${clock.span(used.first, used.last)}`;
}

function fromText({ sourceIps, mfa, origin }: HeldSession, style: Style): string {
  const from = sourceIps.length === 0 ? 'address not known' : some(sourceIps.map(style.clean), 4);
  const words = `MFA ${yesNo(mfa)}`;
  return `${from}; ${mfa === false && isPerson(origin) ? style.paint.yellow(words) : words}`;
}

/** What says that this was an administrator. */
function whyText({ from, permissions, since, until, evidence, pattern }: AdminBy, style: Style): string {
  const { paint, clock, clean } = style;
  const span =
    since !== null && until !== null
      ? ` ${clock.span(since, until)}`
      : `${since === null ? '' : ` since ${clock.moment(since)}`}${until === null ? '' : ` until ${clock.moment(until)}`}`;
  const events = evidence.length === 0 ? '' : ` (${evidence.map(clean).join(', ')})`;
  if (permissions === 'admin') return `admin by its permissions${span}${events}`;
  const name = `admin by name: ${clean(pattern)}, ${from === 'policy' ? 'in the policy' : 'built in'}`;
  if (permissions === 'unknown') return `${name}; no record shows its permissions`;
  return `${name}; ${paint.yellow(`but not by its permissions${span}`)}${events}`;
}

/** `repo:acme/shop:… → github-actions-deploy @tooling → deployment-role-prod @prod` */
function viaText(session: HeldSession, known: Known, style: Style): string {
  const arrow = ` ${style.paint.dim(style.glyph.arrow)} `;
  const steps = session.chain.slice(0, -1).map((id) => {
    const step = known.get(id);
    return step === undefined ? shortId(id, style) : roleAt(step, style);
  });
  return [originName(session.origin, style), ...steps, roleAt(session, style)].join(arrow);
}

/** Doubts about this link, then about those further up the chain. */
function linkText(session: HeldSession, known: Known, style: Style): string | null {
  const own = paintedDoubt(session, style);
  const above = session.chain.slice(0, -1).flatMap((id) => {
    const step = known.get(id);
    if (step === undefined || step.link.confidence === 'strong') return [];
    const words = doubt(step.link, style);
    return words === null ? [] : [style.paint.yellow(`${shortId(id, style)} is ${words}`)];
  });
  const said = own === null ? above : [own, ...above];
  return said.length === 0 ? null : said.join('; ');
}
