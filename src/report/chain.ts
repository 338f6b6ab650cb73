import type { AccountNames, ChainAnswer, TimelineEntry } from '../model/answers.js';
import { timelineLines } from './chain-timeline.js';
import { sessionsOf, treeLines } from './chain-tree.js';
import type { RenderContext } from './context.js';
import { iso, jsonDocument, jsonLines } from './json-text.js';
import { shortId } from './names.js';
import { alias, originJson, sessionJson } from './session-json.js';
import { page, sections, styleOf } from './style.js';
import { count } from './words.js';

/**
 * A chain from its origin to everything derived. JSON: `rolecall/chain/v1`; its sessions are a flat list, parents
 * first, each naming its parent: readers of JSON limit how deep values nest, and chains have no limit.
 */
export function renderChain(answer: ChainAnswer, ctx: RenderContext): string {
  if (ctx.format === 'json') return jsonDocument(chainJson(answer, ctx.account));
  if (ctx.format === 'ndjson') return jsonLines(chainLines(answer, ctx.account));
  const style = styleOf(ctx);
  const total = sessionsOf(answer.root).length;
  const title = `Chain of ${shortId(answer.focus, style)}: ${count(total, 'session')}`;
  return page(sections([[style.paint.bold(title)], treeLines(answer, style), timelineLines(answer, style)]));
}

function chainJson(answer: ChainAnswer, names: AccountNames) {
  return {
    schema: 'rolecall/chain/v1',
    focus: answer.focus,
    origin: originJson(answer.origin, names),
    sessions: sessionsOf(answer.root).map((session) => sessionJson(session, names)),
    timeline: answer.timeline.map((entry) => entryJson(entry, names)),
    timelineOmitted: answer.timelineOmitted,
  };
}

function chainLines(answer: ChainAnswer, names: AccountNames): object[] {
  return [
    ...sessionsOf(answer.root).map((session) => sessionJson(session, names)),
    ...answer.timeline.map((entry) => ({ schema: 'rolecall/timeline-entry/v1', ...entryJson(entry, names) })),
    ...(answer.timelineOmitted > 0
      ? [{ schema: 'rolecall/timeline-omitted/v1', entries: answer.timelineOmitted }]
      : []),
  ];
}

function entryJson(entry: TimelineEntry, names: AccountNames) {
  return {
    time: iso(entry.time),
    sessionId: entry.sessionId,
    eventId: entry.eventId,
    eventSource: entry.eventSource,
    eventName: entry.eventName,
    region: entry.region,
    accountId: entry.accountId,
    account: alias(entry.accountId, names),
    errorCode: entry.errorCode,
    sourceIp: entry.sourceIp,
    count: entry.count,
    issued: entry.issued,
  };
}
