import type { Finding, Findings, Kept, Severity } from '../model/finding.js';
import type { RenderContext } from './context.js';
import { aboutNothing, type FindingsAbout } from './finding-about.js';
import { asff } from './findings-asff.js';
import { findingsMarkdown } from './findings-markdown.js';
import { ocsf } from './findings-ocsf.js';
import { sarif } from './findings-sarif.js';
import { findingsSum } from './findings-sum.js';
import { iso, jsonDocumentWith, jsonLines } from './json-text.js';
import { accountInFull, originKind, originName, shortId } from './names.js';
import { alias, originJson } from './session-json.js';
import { page, type Style, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { count, moreEvents } from './words.js';

/** Everything of an answer as one text. */
export function renderFindings(answer: Findings, ctx: RenderContext, about?: FindingsAbout): string {
  return [...findingsText(answer, ctx, about)].join('');
}

/**
 * The same piece by piece, one finding in memory at a time. JSON: `rolecall/findings/v1`; ndjson: `rolecall/finding/v1`,
 * one a line.
 * @param about what the formats for other programs say beside the findings
 * @throws RolecallError USAGE for a finding about no account that ASFF has nowhere to show
 */
export function* findingsText(
  answer: Findings,
  ctx: RenderContext,
  about: FindingsAbout = aboutNothing,
): Generator<string> {
  switch (ctx.format) {
    case 'markdown':
      return yield* findingsMarkdown(answer, ctx, about);
    case 'sarif':
      return yield* sarif(answer, about);
    case 'asff':
      return yield* asff(answer, about);
    case 'ocsf':
      return yield* ocsf(answer, about);
    case 'json':
      return yield* findingsDocument(answer, ctx);
    case 'ndjson':
      for (const finding of answer.findings) yield jsonLines([findingJson(finding, ctx)]);
      return;
    default: {
      const style = styleOf(ctx);
      for (const finding of answer.findings) yield page([...findingLines(finding, style), '']);
      yield page(
        findingsSum(answer).flatMap(({ text, isFault }) => {
          const shown = style.clean(text);
          return hang('', isFault ? style.paint.yellow(shown) : shown, style.width);
        }),
      );
    }
  }
}

function findingsDocument(answer: Findings, ctx: RenderContext): Generator<string> {
  const { total, acknowledged, excepted, detectors, unjudged, looked, problems } = answer;
  const head = {
    schema: 'rolecall/findings/v1',
    total,
    acknowledged,
    excepted,
    detectors,
    unjudged,
    looked,
    problems,
  };
  return jsonDocumentWith(head, 'findings', answer.findings, (finding) => findingJson(finding, ctx));
}

/** `rolecall/finding/v1` on one line, without its end. */
export function findingLine(finding: Finding, ctx: Pick<RenderContext, 'account'>): string {
  return jsonLines([findingJson(finding, ctx)]).trimEnd();
}

/** `rolecall/finding/v1` */
export function findingJson(finding: Finding, ctx: Pick<RenderContext, 'account'>): Record<string, unknown> {
  return {
    schema: 'rolecall/finding/v1',
    id: finding.id,
    detector: finding.detector,
    severity: finding.severity,
    title: finding.title,
    detail: finding.detail,
    session: finding.session,
    sessions: finding.sessions,
    origin: finding.origin && originJson(finding.origin, ctx.account),
    accountId: finding.accountId,
    account: alias(finding.accountId, ctx.account),
    role: finding.roleArn,
    depth: finding.depth,
    time: iso(finding.time),
    last: iso(finding.last),
    evidence: finding.evidence,
    fingerprint: finding.fingerprint,
    ...keptJson(finding.kept),
  };
}

/** Keys of a finding that is kept; none of one that is not. */
function keptJson(kept: Kept | null): Record<string, unknown> {
  if (kept === null) return {};
  const { firstSeen, lastSeen, isNew, opened, status, why, until } = kept;
  return { new: isNew, status, why, until, opened, firstSeen: iso(firstSeen), lastSeen: iso(lastSeen) };
}

/** When it was first found and whether that was just now; why it is not open any more. */
function keptLines({ kept }: Finding, style: Style): string[] {
  if (kept === null) return [];
  const { clock, clean, paint } = style;
  const { status, why, until, firstSeen, lastSeen, opened } = kept;
  const again = opened > 1 ? `, found ${opened} times` : '';
  if (status === 'closed')
    return wrapped(`closed ${clock.moment(lastSeen)}: ${clean(why)}`, style, paint.green);
  const lines = [`  ${paint.dim(`first found ${clock.moment(firstSeen)}${again}`)}`];
  if (status === 'open') return lines;
  return [
    ...lines,
    ...wrapped(`acknowledged ${until === null ? '' : `until ${until}`}: ${clean(why)}`, style),
  ];
}

function findingLines(finding: Finding, style: Style): string[] {
  const { clean, clock, paint, glyph } = style;
  const severity = painted(finding.severity, style);
  const repeated = finding.sessions > 1 ? `, ${count(finding.sessions, 'session')}` : '';
  const lines = [
    `${severity}  ${paint.bold(finding.detector)}  ${paint.dim(shortId(finding.id, style))}${finding.kept?.isNew === true ? `  ${paint.bold(paint.yellow('NEW'))}` : ''}`,
    ...wrapped(clean(finding.title), style),
    ...finding.detail.flatMap((each) => wrapped(clean(each), style, paint.dim)),
    `  ${clock.span(finding.time, finding.last)}${repeated}`,
  ];
  const where = [
    finding.accountId === null ? '' : `account ${accountInFull(finding.accountId, style)}`,
    finding.session === null ? '' : `session ${paint.cyan(shortId(finding.session, style))}`,
    finding.origin === null
      ? ''
      : finding.origin.kind === 'unobserved'
        ? 'origin not observed'
        : `${originKind(finding.origin.kind, style)} ${originName(finding.origin, style)}`,
  ].filter((text) => text !== '');
  lines.push(...wrapped(where.join(` ${glyph.dot} `), style));
  const [first] = finding.evidence;
  if (first !== undefined) {
    const more = moreEvents(finding.evidence.length, 1);
    lines.push(`  ${paint.dim(`event ${clean(first)} ${more}`.trimEnd())}`);
  }
  lines.push(...keptLines(finding, style));
  return lines;
}

function wrapped(text: string, style: Style, paint = (line: string) => line): string[] {
  return hang('', text, style.width - 2).map((line) => `  ${paint(line)}`);
}

function painted(severity: Severity, { paint }: Style): string {
  const word = severity.toUpperCase();
  if (severity === 'critical' || severity === 'high') return paint.bold(paint.red(word));
  return severity === 'medium' ? paint.yellow(word) : paint.dim(word);
}
