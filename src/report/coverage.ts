import type { Coverage, CoverageRow } from '../model/answers.js';
import type { RenderContext } from './context.js';
import { coverageJson, coverageLines } from './coverage-json.js';
import { stripLines } from './coverage-strip.js';
import { gapLines, hoursIn } from './gaps.js';
import { type Column, grid } from './grid.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { accountInFull } from './names.js';
import { damagedFiles, problemLines } from './problems.js';
import { page, type Style, sections, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { count, number } from './words.js';

const MOST_GAPS = 40;
const MOST_DAMAGED = 20;

/** What the store has seen, and what it has not. JSON: `rolecall/coverage/v1`. */
export function renderCoverage(coverage: Coverage, ctx: RenderContext): string {
  if (ctx.format === 'json') return jsonDocument(coverageJson(coverage, ctx.account));
  if (ctx.format === 'ndjson') return jsonLines(coverageLines(coverage, ctx.account));
  const style = styleOf(ctx);
  const { rows, gaps, window } = coverage;
  return page(
    sections([
      titleLines(coverage, style),
      grid(columns(coverage, style), rows, {
        width: style.width,
        indent: 2,
        ellipsis: style.glyph.ellipsis,
        title: style.paint.dim,
      }),
      window === null ? [] : stripLines(rows, window, style),
      gapSection(gaps, rows, style),
      damagedSection(coverage, style),
    ]),
  );
}

function titleLines({ window, records, objects }: Coverage, style: Style): string[] {
  const amount = `${count(records, 'record')} from ${count(objects, 'file')}`;
  const span = window === null ? 'the store is empty' : style.clock.window(window.from, window.to);
  return [style.paint.bold(`Coverage: ${amount}`), ...hang('  ', style.paint.dim(span), style.width)];
}

function columns({ window, rows }: Coverage, style: Style): Column<CoverageRow>[] {
  const { clock, paint } = style;
  const hours = window === null ? null : hoursIn(window);
  const utc = rows.every(({ first, last }) => clock.offset(first) === 'UTC' && clock.offset(last) === 'UTC');
  const moment = (time: number) => (utc ? clock.stamp(time) : clock.moment(time));
  return [
    {
      title: 'account',
      drop: 0,
      least: 12,
      text: ({ accountId }) => accountInFull(accountId, style),
      paint: paint.bold,
    },
    { title: 'region', drop: 0, least: 9, text: ({ region }) => style.clean(region) },
    {
      title: 'hours seen',
      drop: 0,
      align: 'right',
      text: (row) =>
        hours === null ? number(row.hours.length) : `${number(row.hours.length)} of ${number(hours)}`,
      paint: (text, row) => (hours !== null && row.hours.length < hours ? paint.yellow(text) : text),
    },
    { title: 'records', drop: 0, align: 'right', text: ({ records }) => number(records) },
    { title: utc ? 'first (UTC)' : 'first', drop: 1, text: ({ first }) => moment(first) },
    { title: utc ? 'last (UTC)' : 'last', drop: 2, text: ({ last }) => moment(last) },
  ];
}

function gapSection(gaps: Coverage['gaps'], rows: readonly CoverageRow[], style: Style): string[] {
  if (gaps.length === 0) return rows.length === 0 ? [] : [`${style.paint.bold('Gaps')}  none`];
  return [
    style.paint.bold(`Gaps: ${number(gaps.length)}`),
    ...gapLines(gaps, MOST_GAPS, '--format json lists all', style),
  ];
}

function damagedSection({ damaged }: Coverage, style: Style): string[] {
  if (damaged.length === 0) return [];
  const title = `Not read completely: ${damagedFiles({ damaged })}`;
  return [style.paint.bold(style.paint.yellow(title)), ...problemLines(damaged, MOST_DAMAGED, style)];
}
