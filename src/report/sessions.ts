import type { Session } from '../model/session.js';
import type { RenderContext } from './context.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { sessionGrid } from './session-columns.js';
import { sessionJson } from './session-json.js';
import { page, styleOf } from './style.js';
import { count, number } from './words.js';

/** A list of sessions; `total` counts those that a limit left out too. */
export interface SessionList {
  sessions: Session[];
  total: number;
}

/** JSON: `rolecall/sessions/v1`; ndjson: `rolecall/session/v1`, one a line. */
export function renderSessions({ sessions, total }: SessionList, ctx: RenderContext): string {
  const json = () => sessions.map((session) => sessionJson(session, ctx.account));
  if (ctx.format === 'json') return jsonDocument({ schema: 'rolecall/sessions/v1', total, sessions: json() });
  if (ctx.format === 'ndjson') return jsonLines(json());
  const style = styleOf(ctx);
  if (sessions.length === 0 && total === 0) return page(['No sessions.']);
  const sum =
    total > sessions.length
      ? `${number(sessions.length)} of ${count(total, 'session')}; --limit ${total} shows all`
      : count(sessions.length, 'session');
  return page([...sessionGrid(sessions, style), ...(sessions.length > 0 ? [''] : []), sum]);
}
