import { type Check, checkGroups, type Verdict, type Verification } from '../model/verification.js';
import type { RenderContext } from './context.js';
import { iso, jsonDocument, jsonLines } from './json-text.js';
import { page, type Style, sections, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { unseenLines } from './verify-coverage.js';
import { count } from './words.js';

const words: Record<Verdict, string> = { pass: 'PASS', fail: 'FAIL', 'no-evidence': 'NO EVIDENCE' };
const column = 13;

/** JSON: `rolecall/verify/v1`; ndjson: `rolecall/check/v1`, one a line, the review last. */
export function renderVerify(answer: Verification, ctx: RenderContext): string {
  if (ctx.format === 'json') return jsonDocument(verifyJson(answer));
  if (ctx.format === 'ndjson')
    return jsonLines([
      ...answer.groups.flatMap(({ group, checks }) => checks.map((check) => checkJson(check, group))),
      ...answer.review.map((check) => checkJson(check, 'review')),
    ]);
  const style = styleOf(ctx);
  const { paint } = style;
  return page(
    sections([
      head(answer, style),
      ...answer.groups.map(({ group, checks }) => [
        paint.bold(checkGroups[group]),
        ...checks.flatMap((check) => checkLines(check, style)),
      ]),
      [paint.bold('Review in six points'), ...answer.review.flatMap((check) => reviewLines(check, style))],
      unseenLines(answer.coverage, style),
      hang('', sum(answer), style.width),
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

function head({ policy, window }: Verification, style: Style): string[] {
  const { clock, clean, paint } = style;
  const when = window === null ? 'everything in the store' : clock.span(window.from, window.to);
  return [paint.bold(`${clean(policy)} against the logs`), `  when  ${when}`];
}

function checkLines(check: Check, style: Style): string[] {
  const { clean, paint, glyph, width } = style;
  const under = ' '.repeat(column + 2);
  const [event, ...others] = check.evidence;
  const place = [
    check.line === null ? '' : `line ${check.line}`,
    event === undefined
      ? ''
      : `event ${clean(event)}${others.length > 0 ? ` and ${others.length} more` : ''}`,
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
  const word = words[verdict].padEnd(column);
  if (verdict === 'fail') return paint.bold(paint.red(word));
  return verdict === 'pass' ? paint.green(word) : paint.yellow(word);
}

function sum({ counts, looked }: Verification): string {
  return `${counts.pass} pass, ${counts.fail} fail, ${counts['no-evidence']} without evidence; ${count(looked.sessions, 'session')} and ${count(looked.direct, 'identity', 'identities')} without a role.`;
}
