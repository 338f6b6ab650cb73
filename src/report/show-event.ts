import type { EventDetail, ShowAnswer } from '../model/answers.js';
import type { Session } from '../model/session.js';
import { rawJsonLines } from './json-text.js';
import { accountInFull, actionText, originName, roleAt, shortId } from './names.js';
import { type Style, sections } from './style.js';
import { fields, hang } from './text-fit.js';
import { number } from './words.js';

type EventAnswer = Extract<ShowAnswer, { kind: 'event' }>;

const KEY_WIDTH = 13;

/** One page about an event. The raw record is not wrapped, so that it can be copied. */
export function eventPage({ event, session, issued, raw }: EventAnswer, style: Style): string[] {
  const { paint } = style;
  const title = `${paint.bold('Event')} ${paint.bold(paint.cyan(style.clean(event.eventId)))}  ${actionText(event.eventSource, event.eventName, style)}`;
  const group = (name: string, rows: readonly (readonly [string, string | null])[]) => [
    paint.bold(name),
    ...fields(rows, { indent: 2, width: style.width, key: paint.dim, keyWidth: KEY_WIDTH }),
  ];
  return sections([
    hang('', title, style.width),
    group('Call', callRows(event, style)),
    group('Caller', callerRows(event, session, style)),
    group('Result', resultRows(event, issued, style)),
    raw === null
      ? []
      : [paint.bold('Record'), ...rawJsonLines(raw).map((line) => cleanIndented(line, style))],
  ]);
}

function callRows(event: EventDetail, style: Style): [string, string][] {
  const { clean, clock } = style;
  return [
    ['time', clock.moment(event.time)],
    ['account', accountInFull(event.accountId, style)],
    ['region', clean(event.region)],
    ['read only', event.readOnly === null ? 'not said' : event.readOnly ? 'yes' : 'no'],
    ['from', clean(event.sourceIp)],
    ['user agent', clean(event.userAgent)],
    ['record', `${event.record === 0 ? '' : `${number(event.record)} of `}${clean(event.source)}`],
    [
      'stands for',
      event.calls === 1 ? '' : `${number(event.calls)} equal calls within the hour, this one the first`,
    ],
    [
      'counted',
      event.counted ? '' : style.paint.yellow('no: another copy or a revision of this call counts'),
    ],
  ];
}

function callerRows(event: EventDetail, session: Session | null, style: Style): [string, string][] {
  const { clean } = style;
  return [
    ['session', session === null ? 'none known' : sessionText(session, style)],
    ['origin', session === null ? '' : originName(session.origin, style)],
    ['type', clean(event.identityType)],
    ['arn', clean(event.arn)],
    ['principal', clean(event.principalId)],
    ['access key', clean(event.accessKeyId)],
    ['invoked by', clean(event.invokedBy)],
  ];
}

function resultRows(event: EventDetail, issued: Session | null, style: Style): [string, string][] {
  const { clean, paint } = style;
  return [
    ['outcome', event.errorCode === null ? 'succeeded' : paint.red(clean(event.errorCode) || 'failed')],
    ['issued', issued === null ? '' : sessionText(issued, style)],
  ];
}

function sessionText(session: Session, style: Style): string {
  const name = session.sessionName ? ` as ${style.clean(session.sessionName)}` : '';
  return `${style.paint.cyan(shortId(session.id, style))}  ${roleAt(session, style)}${name}`;
}

/** JSON's own indentation stays; the rest of the line is made safe. */
function cleanIndented(line: string, style: Style): string {
  const [, indent, rest] = /^( *)([\s\S]*)$/.exec(line)!;
  return indent + style.clean(rest);
}
