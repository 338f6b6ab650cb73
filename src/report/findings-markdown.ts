import type { DetectorFacts } from '../model/detector.js';
import type { Finding, Findings } from '../model/finding.js';
import type { RenderContext } from './context.js';
import { bounded, type FindingsAbout, factsById, lifeOf, sentences } from './finding-about.js';
import { findingsSum } from './findings-sum.js';
import { markdownCode, markdownGrid, markdownText } from './markdown.js';
import { accountInFull, originKind, originName } from './names.js';
import { type Style, styleOf } from './style.js';
import { count } from './words.js';

/** Rows of the overview: so many findings are held at once. */
const mostRows = 50;

/** A document for a ticket or a wiki: an overview, a section for each finding, and what to do. */
export function* findingsMarkdown(
  answer: Findings,
  ctx: RenderContext,
  about: FindingsAbout,
): Generator<string> {
  const style = styleOf({ ...ctx, unicode: true, color: false });
  const facts = factsById(about);
  const [first, others] = ahead(answer.findings, mostRows);
  const many = first.length > 1 ? `\n${overview(first, style)}` : '';
  const { window } = about;
  const when = window === null ? 'Everything in the store' : style.clock.window(window.from, window.to);
  yield `# ${count(answer.total, 'finding')}\n\n${when}.\n${many}`;
  for (const findings of [first, others])
    for (const finding of findings) yield section(finding, facts.get(finding.detector), style);
  const sum = findingsSum(answer).map(({ text }) => `\n${markdownText(bounded(text, 4000))}\n`);
  yield `\n---\n${sum.join('')}`;
}

/** The first few of a list that is read once, and the others. */
function ahead<T>(items: Iterable<T>, most: number): [first: T[], others: Iterable<T>] {
  const iterator = items[Symbol.iterator]();
  const first: T[] = [];
  while (first.length < most) {
    const next = iterator.next();
    if (next.done === true) break;
    first.push(next.value);
  }
  return [first, { [Symbol.iterator]: () => iterator }];
}

function overview(findings: readonly Finding[], style: Style): string {
  const rows = findings.map((finding) => [
    finding.severity,
    markdownText(finding.detector),
    finding.accountId === null ? '' : markdownText(accountInFull(finding.accountId, style)),
    originOf(finding, style),
    style.clock.moment(finding.time),
  ]);
  const grid = markdownGrid(['severity', 'detector', 'account', 'behind it', 'since'], rows);
  return findings.length < mostRows ? grid : `${grid}\nThese are the first ${mostRows}.\n`;
}

function section(finding: Finding, facts: DetectorFacts | undefined, style: Style): string {
  const { clock } = style;
  const life = lifeOf(finding);
  const [title, ...detail] = sentences(finding);
  const marks = [life.isNew === true ? 'new' : '', life.state === 'open' ? '' : life.state].filter(Boolean);
  const repeated = finding.sessions > 1 ? `, in ${count(finding.sessions, 'session')}` : '';
  const items: [string, string | null][] = [
    ['When', `${clock.span(finding.time, finding.last)}${repeated}`],
    ['Account', finding.accountId && markdownText(accountInFull(finding.accountId, style))],
    ['Role', finding.roleArn && markdownCode(finding.roleArn)],
    ['Behind it', originOf(finding, style) || null],
    ['Session', finding.session && markdownCode(finding.session)],
    ['Events', finding.evidence.map((id) => markdownCode(bounded(id, 256))).join(', ') || null],
    ['Fingerprint', markdownCode(finding.fingerprint)],
    ['Reason', life.why && markdownText(bounded(life.why, 1000))],
  ];
  const triage = facts?.triage ?? [];
  return [
    `\n## ${finding.severity.toUpperCase()}: ${markdownText(finding.detector)}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}\n`,
    ...[title!, ...detail].map((text) => `\n${markdownText(bounded(text, 4000))}\n`),
    '\n',
    ...items.flatMap(([name, value]) => (value === null ? [] : [`- **${name}:** ${value}\n`])),
    ...(triage.length === 0 ? [] : ['\nWhat to do:\n\n']),
    ...triage.map((text, at) => `${at + 1}. ${markdownText(text)}\n`),
  ].join('');
}

function originOf({ origin }: Finding, style: Style): string {
  if (origin === null) return '';
  if (origin.kind === 'unobserved') return 'origin not observed';
  return `${markdownText(originKind(origin.kind, style))} ${markdownText(bounded(originName(origin, style), 500))}`;
}
