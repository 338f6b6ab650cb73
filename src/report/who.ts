import type { Who } from '../model/answers.js';
import type { Session } from '../model/session.js';
import type { RenderContext } from './context.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { page, type Style, sections, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { closingLines, whoCoverageLines } from './who-coverage.js';
import { whoJson, whoLines } from './who-json.js';
import { originLines } from './who-origin.js';
import { attemptLines, directLines } from './who-others.js';
import { questionLines } from './who-question.js';
import { knownSessions } from './who-session.js';
import { callsText, count, number } from './words.js';

/**
 * Who held or used a role. JSON: `rolecall/who/v1`.
 * @param who `lineage` are sessions on the way to those of the answers: with them a chain names its steps by role,
 *   without them by id
 */
export function renderWho(who: Who & { lineage?: readonly Session[] }, ctx: RenderContext): string {
  if (ctx.format === 'json') return jsonDocument(whoJson(who, ctx.account));
  if (ctx.format === 'ndjson') return jsonLines(whoLines(who, ctx.account));
  const style = styleOf(ctx);
  const known = knownSessions(who);
  return page(
    sections([
      questionLines(who, style),
      summaryLines(who, style),
      ...who.answers.map((answer) => originLines(answer, who, known, style)),
      attemptLines(who.attempts, style),
      directLines(who.direct, style),
      whoCoverageLines(who, style),
      closingLines(who, style),
    ]),
  );
}

/** The answer in one line: how many, how often. */
function summaryLines({ answers }: Who, style: Style): string[] {
  if (answers.length === 0) return [style.paint.bold('Nobody, in the logs collected.')];
  const sessions = answers.reduce((sum, answer) => sum + answer.sessions.length, 0);
  const used = answers.flatMap((answer) => (answer.used === null ? [] : [answer.used]));
  const calls = used.reduce((sum, each) => sum + each.calls, 0);
  const denied = used.reduce((sum, each) => sum + each.denied, 0);
  const unused = answers.length - used.length;
  const text = [
    `${number(answers.length)} held it, in ${count(sessions, 'session')}`,
    used.length === 0 ? 'nobody used it' : callsText(calls, denied),
    ...(unused > 0 && used.length > 0 ? [`${number(unused)} never used it`] : []),
  ].join('; ');
  return hang('', style.paint.bold(text), style.width);
}
