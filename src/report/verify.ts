import type { Check, Verdict, Verification } from '../model/verification.js';
import type { RenderContext } from './context.js';
import { iso, jsonDocument, jsonLines } from './json-text.js';
import { page, type Style, sections, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { unseenLines } from './verify-coverage.js';
import { verifyHtml } from './verify-html.js';
import { verifyMarkdown } from './verify-markdown.js';
import { verdictWords, verifiedWhat, verifySections } from './verify-words.js';
import { moreEvents } from './words.js';

const column = 13;

/** Table, markdown and html for people. JSON: `rolecall/verify/v1`; ndjson: `rolecall/check/v1`, one a line, the review last. */
export function renderVerify(answer: Verification, ctx: RenderContext): string {
  if (ctx.format === 'json') return jsonDocument(verifyJson(answer));
  if (ctx.format === 'markdown') return verifyMarkdown(answer, ctx);
  if (ctx.format === 'html') return verifyHtml(answer, ctx);
  if (ctx.format === 'ndjson')
    return jsonLines([
      ...answer.groups.flatMap(({ group, checks }) => checks.map((check) => checkJson(check, group))),
      ...answer.review.map((check) => checkJson(check, 'review')),
    ]);
  const style = styleOf(ctx);
  const [what, sum] = verifiedWhat(answer, style);
  return page(
    sections([
      hang('', what!, style.width),
      ...verifySections(answer).map(({ heading, checks }) => [
        style.paint.bold(heading),
        ...checks.flatMap((check) =>
          answer.review.includes(check) ? reviewLines(check, style) : checkLines(check, style),
        ),
      ]),
      unseenLines(answer.coverage, style),
      hang('', sum!, style.width),
    ]),
  );
}

function verifyJson(answer: Verification): Record<string, unknown> {
  const { policy, window, groups, review, counts, looked, coverage } = answer;
  return {
    schema: 'rolecall/verify/v1',
    policy,
    window: window && { from: iso(window.from), to: iso(window.to), tz: window.tz },
    counts,
    checks: groups.flatMap(({ group, checks }) => checks.map((check) => checkJson(check, group))),
    review: review.map((check) => checkJson(check, 'review')),
    looked,
    coverage: {
      records: coverage.records,
      gaps: coverage.gaps.map(({ accountId, region, from, to }) => ({
        accountId,
        region,
        from: iso(from),
        to: iso(to),
      })),
      damaged: coverage.damaged,
    },
  };
}

function checkJson(check: Check, group: string): Record<string, unknown> {
  return { schema: 'rolecall/check/v1', group, ...check };
}

function checkLines(check: Check, style: Style): string[] {
  const { clean, paint, glyph, width } = style;
  const under = ' '.repeat(column + 2);
  const [event] = check.evidence;
  const place = [
    check.line === null ? '' : `line ${check.line}`,
    event === undefined ? '' : `event ${clean(event)} ${moreEvents(check.evidence.length, 1)}`.trimEnd(),
  ].filter((text) => text !== '');
  return [
    ...reviewLines(check, style),
    ...check.detail.flatMap((text) => hang(`${under}${paint.dim(glyph.dot)} `, clean(text), width)),
    ...(place.length === 0
      ? []
      : hang(under, place.join(` ${glyph.dot} `), width).map((line) => paint.dim(line))),
  ];
}

function reviewLines(check: Check, style: Style): string[] {
  const { clean } = style;
  return [
    ...hang(`  ${painted(check.verdict, style)}`, clean(check.promise), style.width),
    ...(check.says === '' ? [] : hang(' '.repeat(column + 2), clean(check.says), style.width)),
  ];
}

function painted(verdict: Verdict, { paint }: Style): string {
  const word = verdictWords[verdict].padEnd(column);
  if (verdict === 'fail') return paint.bold(paint.red(word));
  return verdict === 'pass' ? paint.green(word) : paint.yellow(word);
}
