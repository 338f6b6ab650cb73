import type { ChainAnswer, TimelineEntry } from '../model/answers.js';
import { type Column, grid } from './grid.js';
import { actionText, atAccount, shortId } from './names.js';
import type { Style } from './style.js';
import { count, number } from './words.js';

/** What was done along the chain, in order of time, a heading for each day. */
export function timelineLines(answer: ChainAnswer, style: Style): string[] {
  const { paint } = style;
  const { timeline, timelineOmitted } = answer;
  const title = paint.bold('Time line');
  const omitted =
    timelineOmitted > 0
      ? [`  ${count(timelineOmitted, 'more entry', 'more entries')}; --limit shows more`]
      : [];
  if (timeline.length === 0 && omitted.length === 0) return [`${title}  no calls in the logs`];
  const rows = grid(timelineColumns(style, answer.focus), timeline, {
    width: style.width,
    indent: 2,
    ellipsis: style.glyph.ellipsis,
    title: null,
  });
  let before = '';
  const lines = rows.flatMap((row, at) => {
    const { time } = timeline[at]!;
    const day = `${style.clock.day(time)} ${style.clock.offset(time)}`;
    if (day === before) return [row];
    before = day;
    return [paint.dim(day), row];
  });
  return [title, ...lines, ...omitted];
}

function timelineColumns(style: Style, focus: string): Column<TimelineEntry>[] {
  const { paint, glyph, clock, clean } = style;
  const failed = (text: string, { errorCode }: TimelineEntry) =>
    errorCode === null ? text : paint.red(text);
  return [
    { title: 'time', drop: 0, text: ({ time }) => clock.time(time) },
    {
      title: 'session',
      drop: 0,
      text: ({ sessionId }) => shortId(sessionId, style),
      paint: (text, { sessionId }) => (sessionId === focus ? paint.bold(paint.cyan(text)) : paint.cyan(text)),
    },
    {
      title: 'call',
      drop: 0,
      least: 20,
      text: (entry) => {
        const action = actionText(entry.eventSource, entry.eventName, style);
        return entry.count > 1 ? `${action} ${glyph.times}${number(entry.count)}` : action;
      },
      paint: failed,
    },
    {
      title: 'outcome',
      drop: 0,
      least: 11,
      text: ({ issued, errorCode }) =>
        [clean(errorCode), issued === null ? '' : `${glyph.issued} ${shortId(issued, style)}`]
          .filter((text) => text !== '')
          .join(' '),
      paint: (text, { errorCode }) => (errorCode === null ? paint.green(text) : paint.red(text)),
    },
    {
      title: 'account',
      drop: 1,
      least: 8,
      text: ({ accountId }) => atAccount(accountId, style),
      paint: paint.dim,
    },
    { title: 'region', drop: 2, least: 9, text: ({ region }) => clean(region), paint: paint.dim },
    { title: 'from', drop: 3, least: 15, text: ({ sourceIp }) => clean(sourceIp), paint: paint.dim },
    { title: 'event', drop: 4, text: ({ eventId }) => shortId(eventId, style), paint: paint.dim },
  ];
}
