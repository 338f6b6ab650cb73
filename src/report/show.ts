import type { AccountNames, ActionCount, EventDetail, ShowAnswer } from '../model/answers.js';
import type { RenderContext } from './context.js';
import { iso, jsonDocument, jsonLines } from './json-text.js';
import { withoutSecrets } from './secrets.js';
import { sessionGrid } from './session-columns.js';
import { alias, sessionJson } from './session-json.js';
import { eventPage } from './show-event.js';
import { sessionPage } from './show-session.js';
import { page, type Style, sections, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { count, number } from './words.js';

type ListAnswer = Extract<ShowAnswer, { kind: 'list' }>;

/** One page about anything. JSON: `rolecall/show/v1`; ndjson: the same on one line, a list as its sessions. */
export function renderShow(answer: ShowAnswer, ctx: RenderContext): string {
  if (ctx.format === 'json') return jsonDocument(showJson(answer, ctx.account));
  if (ctx.format === 'ndjson') {
    return jsonLines(
      answer.kind === 'list'
        ? answer.sessions.map((session) => sessionJson(session, ctx.account))
        : [showJson(answer, ctx.account)],
    );
  }
  const style = styleOf(ctx);
  return page(showLines(answer, style));
}

function showLines(answer: ShowAnswer, style: Style): string[] {
  if (answer.kind === 'session') return sessionPage(answer, style);
  return answer.kind === 'event' ? eventPage(answer, style) : listPage(answer, style);
}

function listPage({ what, sessions, omitted }: ListAnswer, style: Style): string[] {
  const total = sessions.length + omitted;
  const title = hang('', `${style.paint.bold(style.clean(what))}  ${count(total, 'session')}`, style.width);
  const more = omitted > 0 ? [`${number(omitted)} more left out`] : [];
  return sections([title, sessionGrid(sessions, style), more]);
}

function showJson(answer: ShowAnswer, names: AccountNames) {
  const schema = 'rolecall/show/v1';
  switch (answer.kind) {
    case 'session':
      return {
        schema,
        kind: answer.kind,
        session: sessionJson(answer.session, names),
        children: answer.children.map((child) => sessionJson(child, names)),
        actions: answer.actions.map(actionJson),
      };
    case 'event':
      return {
        schema,
        kind: answer.kind,
        event: eventJson(answer.event, names),
        session: answer.session && sessionJson(answer.session, names),
        issued: answer.issued && sessionJson(answer.issued, names),
        raw: withoutSecrets(answer.raw),
      };
    case 'list':
      return {
        schema,
        kind: answer.kind,
        what: answer.what,
        sessions: answer.sessions.map((session) => sessionJson(session, names)),
        omitted: answer.omitted,
      };
  }
}

function actionJson(action: ActionCount) {
  return {
    eventSource: action.eventSource,
    eventName: action.eventName,
    calls: action.calls,
    denied: action.denied,
    first: iso(action.first),
    last: iso(action.last),
  };
}

/** `rolecall/event/v1` */
function eventJson(event: EventDetail, names: AccountNames) {
  return {
    schema: 'rolecall/event/v1',
    eventId: event.eventId,
    time: iso(event.time),
    eventSource: event.eventSource,
    eventName: event.eventName,
    region: event.region,
    accountId: event.accountId,
    account: alias(event.accountId, names),
    errorCode: event.errorCode,
    readOnly: event.readOnly,
    principalId: event.principalId,
    arn: event.arn,
    identityType: event.identityType,
    accessKeyId: event.accessKeyId,
    invokedBy: event.invokedBy,
    sourceIp: event.sourceIp,
    userAgent: event.userAgent,
    counted: event.counted,
    calls: event.calls,
    source: event.source,
    record: event.record,
  };
}
