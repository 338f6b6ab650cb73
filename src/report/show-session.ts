import type { ActionCount } from '../model/answers.js';
import type { Session } from '../model/session.js';
import { duration } from './clock.js';
import { type Column, grid } from './grid.js';
import { methodWords, paintedDoubt } from './link-words.js';
import { accountInFull, actionText, originKind, originName, roleAt, sessionKind, shortId } from './names.js';
import { sessionGrid } from './session-columns.js';
import { type Style, sections } from './style.js';
import { fields, hang } from './text-fit.js';
import { callsText, count, number, yesNo } from './words.js';

const KEY_WIDTH = 15;

const expiries: ReadonlyMap<string, string> = new Map<Session['expiry'], string>([
  ['response', 'as the response says'],
  ['duration', 'from the duration asked for'],
  ['assumed', 'assumed: no record says'],
  ['revoked', "cut short: the role's sessions were revoked"],
]);

/** One page about a session. */
export function sessionPage(
  answer: { session: Session; children: readonly Session[]; actions: readonly ActionCount[] },
  style: Style,
): string[] {
  const { session, children, actions } = answer;
  const { paint } = style;
  const title = `${paint.bold('Session')} ${paint.bold(paint.cyan(style.clean(session.id)))}  ${roleAt(session, style)}`;
  const group = (name: string, rows: readonly (readonly [string, string | null])[]) => [
    paint.bold(name),
    ...fields(rows, { indent: 2, width: style.width, key: paint.dim, keyWidth: KEY_WIDTH }),
  ];
  return sections([
    hang('', title, style.width),
    group('Identity', identityRows(session, style)),
    group('Held and used', useRows(session, style)),
    group('Origin and link', linkRows(session, style)),
    session.issuance === null
      ? [`${paint.bold('Issuance')}  not in the logs`]
      : group('Issuance', issuanceRows(session.issuance, style)),
    children.length === 0
      ? [`${paint.bold('Sessions derived')}  none`]
      : [paint.bold(`Sessions derived: ${number(children.length)}`), ...sessionGrid(children, style, 2)],
    actions.length === 0
      ? [`${paint.bold('Calls')}  none in the logs`]
      : [paint.bold('Calls, most frequent first'), ...actionGrid(actions, style)],
  ]);
}

function identityRows(session: Session, style: Style): [string, string][] {
  const { clean } = style;
  return [
    ['kind', sessionKind(session.kind, style)],
    ['role', clean(session.roleArn)],
    ['account', accountInFull(session.accountId, style)],
    ['session name', clean(session.sessionName)],
    ['source identity', clean(session.sourceIdentity)],
    ['principal', clean(session.principalId)],
    ['access key', clean(session.accessKeyId)],
  ];
}

function useRows(session: Session, style: Style): [string, string][] {
  const { clock, clean, paint } = style;
  const { issuedAt, expiresAt, firstUsedAt, lastUsedAt, calls, denied } = session;
  const expiry = expiries.get(session.expiry) ?? clean(session.expiry);
  const span = firstUsedAt === null || lastUsedAt === null ? '' : `, ${clock.span(firstUsedAt, lastUsedAt)}`;
  const used = calls === 0 ? paint.dim('never') : `${callsText(calls, denied)}${span}`;
  return [
    ['held', `${clock.span(issuedAt, expiresAt)} (${duration(expiresAt - issuedAt)}); end ${expiry}`],
    ['used', denied > 0 ? paint.red(used) : used],
    ['from', session.sourceIps.map(clean).join(', ') || 'address not known'],
    ['MFA', yesNo(session.mfa)],
  ];
}

function linkRows(session: Session, style: Style): [string, string][] {
  const { clean, paint } = style;
  const { origin, parent, link, depth, chain } = session;
  const kind = originKind(origin.kind, style);
  const name = originName(origin, style);
  const sure = paintedDoubt(session, style) ?? `exact: ${methodWords(link, style)}`;
  const hops = depth === null ? 'not known' : `${count(depth, 'assumption')} from the origin`;
  return [
    ['origin', kind === name ? paint.yellow(name) : `${paint.green(name)}, ${kind}`],
    ['of account', accountInFull(origin.accountId, style)],
    ['detail', clean(origin.detail)],
    ['depth', hops],
    ['chain', chain.map((id) => shortId(id, style)).join(` ${style.glyph.arrow} `)],
    [
      'parent',
      parent === null ? 'none: it comes from the origin' : `${clean(parent.id)} ${clean(parent.accessKeyId)}`,
    ],
    ['link', sure],
    ['candidates', link.candidates.length > 1 ? link.candidates.map(clean).join(', ') : ''],
    ['evidence', link.evidence.map(clean).join(', ')],
  ];
}

function issuanceRows(issuance: NonNullable<Session['issuance']>, style: Style): [string, string][] {
  const { clean } = style;
  return [
    ['call', clean(issuance.eventName)],
    ['event', clean(issuance.eventId)],
    ['region', clean(issuance.region)],
    ['from', clean(issuance.sourceIp)],
    ['user agent', clean(issuance.userAgent)],
    ['external id', clean(issuance.externalId) || 'none'],
  ];
}

function actionGrid(actions: readonly ActionCount[], style: Style): string[] {
  const { clock, paint } = style;
  const columns: Column<ActionCount>[] = [
    {
      title: 'call',
      drop: 0,
      least: 20,
      text: ({ eventSource, eventName }) => actionText(eventSource, eventName, style),
    },
    { title: 'times', drop: 0, align: 'right', text: ({ calls }) => number(calls) },
    {
      title: 'denied',
      drop: 0,
      align: 'right',
      text: ({ denied }) => (denied > 0 ? number(denied) : ''),
      paint: paint.red,
    },
    { title: 'first', drop: 1, text: ({ first }) => clock.moment(first) },
    { title: 'last', drop: 2, text: ({ last }) => clock.moment(last) },
  ];
  return grid(columns, actions, {
    width: style.width,
    indent: 2,
    ellipsis: style.glyph.ellipsis,
    title: paint.dim,
  });
}
