import type { Finding, Findings, Severity } from '../model/finding.js';
import type { RenderContext } from './context.js';
import { iso, jsonDocument, jsonLines } from './json-text.js';
import { accountInFull, originKind, originName, shortId } from './names.js';
import { alias, originJson } from './session-json.js';
import { page, type Style, sections, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { count, number } from './words.js';

/** JSON: `rolecall/findings/v1`; ndjson: `rolecall/finding/v1`, one a line. */
export function renderFindings(answer: Findings, ctx: RenderContext): string {
  const json = () => answer.findings.map((finding) => findingJson(finding, ctx));
  if (ctx.format === 'ndjson') return jsonLines(json());
  if (ctx.format === 'json') {
    const { excepted, detectors, unjudged, looked } = answer;
    return jsonDocument({
      schema: 'rolecall/findings/v1',
      findings: json(),
      excepted,
      detectors,
      unjudged,
      looked,
    });
  }
  const style = styleOf(ctx);
  return page(
    sections([...answer.findings.map((finding) => findingLines(finding, style)), sum(answer, style)]),
  );
}

/** `rolecall/finding/v1` on one line, without its end. */
export function findingLine(finding: Finding, ctx: Pick<RenderContext, 'account'>): string {
  return jsonLines([findingJson(finding, ctx)]).trimEnd();
}

function findingJson(finding: Finding, ctx: Pick<RenderContext, 'account'>): Record<string, unknown> {
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
  };
}

function findingLines(finding: Finding, style: Style): string[] {
  const { clean, clock, paint, glyph } = style;
  const severity = painted(finding.severity, style);
  const repeated = finding.sessions > 1 ? `, ${count(finding.sessions, 'session')}` : '';
  const lines = [
    `${severity}  ${paint.bold(finding.detector)}`,
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
  const [first, ...others] = finding.evidence;
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` and ${number(others.length)} more`;
    lines.push(`  ${paint.dim(`event ${clean(first)}${more}`)}`);
  }
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

function sum({ findings, excepted, detectors, unjudged, looked }: Findings, style: Style): string[] {
  const looks = `${count(looked.sessions, 'session')} and ${count(looked.direct, 'identity', 'identities')} without a role`;
  const by = `looked at by ${count(detectors.length, 'detector')}`;
  const lines = hang('', `${count(findings.length, 'finding')}. ${looks}, ${by}.`, style.width);
  for (const { line, reason, until, findings: hidden } of excepted) {
    const text = `${count(hidden, 'finding')} excepted until ${until} by line ${line} of the policy: ${style.clean(reason)}`;
    lines.push(...hang('', text, style.width));
  }
  for (const { detector, reason, sessions } of unjudged) {
    const text = `${detector} could not judge ${count(sessions, 'session')}: ${reason}.`;
    lines.push(...hang('', text, style.width));
  }
  return lines;
}
