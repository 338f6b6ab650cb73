import type { IngestSummary } from '../model/answers.js';
import { dollarsText } from './athena-plan.js';
import type { RenderContext } from './context.js';
import { problemJson } from './coverage-json.js';
import { digestLines, digestProblemJson } from './digests.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { problemLines } from './problems.js';
import { spanJson } from './session-json.js';
import { page, type Style, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { bytesText, count, number } from './words.js';

const MOST_PROBLEMS = 20;

/** What an ingest came to. JSON: `rolecall/ingest/v1`. */
export function renderIngest(summary: IngestSummary, ctx: RenderContext): string {
  if (ctx.format === 'json') return jsonDocument(ingestJson(summary));
  if (ctx.format === 'ndjson') return jsonLines([ingestJson(summary)]);
  const style = styleOf(ctx);
  return page(ingestLines(summary, style));
}

function ingestJson(summary: IngestSummary) {
  const { objects, records, sessions } = summary;
  return {
    schema: 'rolecall/ingest/v1',
    objects: { seen: objects.seen, read: objects.read, skipped: objects.skipped, failed: objects.failed },
    records: {
      read: records.read,
      stored: records.stored,
      duplicate: records.duplicate,
      rejected: records.rejected,
    },
    sessions: { new: sessions.new, changed: sessions.changed },
    bytes: summary.bytes,
    seconds: summary.seconds,
    problems: summary.problems.map(problemJson),
    digests: summary.digests && {
      verified: summary.digests.verified,
      unproven: summary.digests.unproven,
      problems: summary.digests.problems.map(digestProblemJson),
    },
    athena: summary.engine && {
      queries: summary.engine.queries,
      scannedBytes: summary.engine.scannedBytes,
      dollars: summary.engine.dollars,
      missing: summary.engine.missing,
    },
    passedOver: Object.fromEntries(passedOver(summary)),
    window: summary.window && spanJson(summary.window),
  };
}

function ingestLines(summary: IngestSummary, style: Style): string[] {
  const { objects, records, sessions, window, engine } = summary;
  const { paint } = style;
  const unit = engine === null ? 'file' : 'day';
  const wrong = (text: string, amount: number) => (amount > 0 ? paint.red(text) : text);
  const files = [
    `${count(objects.read, unit)} read`,
    ...(objects.skipped > 0 ? [`${number(objects.skipped)} skipped (already in the store)`] : []),
    ...(objects.failed > 0 ? [wrong(`${number(objects.failed)} failed`, objects.failed)] : []),
  ];
  const sum = [
    `${number(records.stored)} stored`,
    `${number(records.duplicate)} duplicate`,
    wrong(`${number(records.rejected)} rejected`, records.rejected),
  ];
  const over = passedOver(summary).map(([kind, amount]) => `${number(amount)} ${style.clean(kind)}`);
  const lines = [
    paint.bold(files.join(', ')),
    `${count(records.read, 'record')}: ${sum.join(' + ')}`,
    `${count(sessions.new, 'session')} new, ${number(sessions.changed)} changed`,
    engine === null
      ? `${bytesText(summary.bytes)} in ${summary.seconds.toFixed(1)} s`
      : `${bytesText(engine.scannedBytes)} scanned by ${count(engine.queries, 'query', 'queries')}, ${dollarsText(engine.dollars)}, in ${summary.seconds.toFixed(1)} s`,
    window === null
      ? 'the store holds no records yet'
      : `the store now spans ${style.clock.span(window.from, window.to)}`,
    ...(over.length > 0 ? [paint.dim(`passed over, as they are no logs: ${over.join(', ')}`)] : []),
  ].flatMap((line) => hang('', line, style.width));
  const blind = engine?.missing ?? [];
  for (const each of blind)
    lines.push(...hang(paint.yellow('this table cannot show: '), style.clean(each), style.width));
  if (blind.length > 0)
    lines.push(...hang('', '`rolecall athena ddl` prints the statement of a table that can.', style.width));
  if (summary.digests !== null) lines.push('', ...digestLines(summary.digests, style));
  if (summary.problems.length === 0) return lines;
  const title = paint.yellow(count(summary.problems.length, 'problem'));
  return [...lines, '', title, ...problemLines(summary.problems, MOST_PROBLEMS, style)];
}

function passedOver(summary: IngestSummary): [kind: string, amount: number][] {
  return Object.entries(summary.passedOver).sort(([a], [b]) => (a < b ? -1 : 1));
}
