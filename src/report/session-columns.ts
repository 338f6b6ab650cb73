import type { Session } from '../model/session.js';
import { type Column, grid } from './grid.js';
import { doubt } from './link-words.js';
import { atAccount, originName, roleName, shortId } from './names.js';
import type { Style } from './style.js';
import { number, yesNo } from './words.js';

/** Sessions as a table, a line each. The zone is named in the title of the time. */
export function sessionGrid(sessions: readonly Session[], style: Style, indent = 0): string[] {
  return grid(sessionColumns(sessions, style), sessions, {
    width: style.width,
    indent,
    ellipsis: style.glyph.ellipsis,
    title: style.paint.dim,
  });
}

function sessionColumns(sessions: readonly Session[], style: Style): Column<Session>[] {
  const { paint, clock, clean } = style;
  const utc = sessions.every(({ issuedAt }) => clock.offset(issuedAt) === 'UTC');
  const moment = (time: number) => (utc ? clock.stamp(time) : clock.moment(time));
  return [
    { title: 'id', drop: 0, text: ({ id }) => shortId(id, style), paint: paint.cyan },
    { title: utc ? 'issued (UTC)' : 'issued', drop: 0, text: ({ issuedAt }) => moment(issuedAt) },
    {
      title: utc ? 'expires (UTC)' : 'expires',
      drop: 9,
      text: ({ expiresAt }) => moment(expiresAt),
      paint: paint.dim,
    },
    {
      title: 'role',
      drop: 0,
      least: 14,
      text: (session) => roleName(session, style),
      paint: paint.bold,
    },
    { title: 'account', drop: 0, least: 9, text: ({ accountId }) => atAccount(accountId, style) },
    { title: 'origin', drop: 1, least: 14, text: ({ origin }) => originName(origin, style) },
    { title: 'session name', drop: 5, least: 10, text: ({ sessionName }) => clean(sessionName) },
    { title: 'calls', drop: 0, align: 'right', text: ({ calls }) => number(calls) },
    {
      title: 'denied',
      drop: 2,
      align: 'right',
      text: ({ denied }) => (denied > 0 ? number(denied) : ''),
      paint: paint.red,
    },
    { title: 'depth', drop: 6, align: 'right', text: ({ depth }) => (depth === null ? '?' : number(depth)) },
    { title: 'mfa', drop: 8, text: ({ mfa }) => yesNo(mfa) },
    { title: 'from', drop: 7, least: 15, text: fromText(style) },
    {
      title: 'link',
      drop: 3,
      least: 9,
      text: ({ link }) => (link.confidence === 'exact' ? '' : (doubt(link, style) ?? '')),
      paint: (text, { link }) => (link.confidence === 'strong' ? paint.dim(text) : paint.yellow(text)),
    },
  ];
}

function fromText(style: Style): (session: Session) => string {
  return ({ sourceIps }) => {
    const [first, ...others] = sourceIps;
    if (first === undefined) return '';
    return others.length === 0 ? style.clean(first) : `${style.clean(first)} +${number(others.length)}`;
  };
}
