import type { Coverage, CoverageRow } from '../model/answers.js';
import type { RenderContext } from './context.js';
import { coverageJson, coverageLines } from './coverage-json.js';
import { stripLines } from './coverage-strip.js';
import { digestProblemLines } from './digests.js';
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
      window === null ? [] : stripLines(rows, window, style, coverage.proven),
      gapSection(gaps, rows, style),
      provenSection(coverage, style),
      digestProblemLines(coverage.digests.problems, MOST_DAMAGED, style),
      damagedSection(coverage, style),
    ]),
  );
}

function titleLines({ window, records, objects, queried }: Coverage, style: Style): string[] {
  const files = objects - queried;
  const from = [
    ...(files > 0 || queried === 0 ? [count(files, 'file')] : []),
    ...(queried > 0 ? [count(queried, 'answer of Athena', 'answers of Athena')] : []),
  ];
  const amount = `${count(records, 'record')} from ${from.join(' and ')}`;
  const span = window === null ? 'the store is empty' : style.clock.window(window.from, window.to);
  return [style.paint.bold(`Coverage: ${amount}`), ...hang('  ', style.paint.dim(span), style.width)];
}

function columns(coverage: Coverage, style: Style): Column<CoverageRow>[] {
  const { window, rows } = coverage;
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
    ...provenColumn(coverage, hours),
    { title: 'records', drop: 0, align: 'right', text: ({ records }) => number(records) },
    { title: utc ? 'first (UTC)' : 'first', drop: 1, text: ({ first }) => moment(first) },
    { title: utc ? 'last (UTC)' : 'last', drop: 2, text: ({ last }) => moment(last) },
  ];
}

/** Only where digests were looked at. */
function provenColumn({ proven }: Coverage, hours: number | null): Column<CoverageRow>[] {
  if (proven.length === 0) return [];
  const sure = new Map(proven.map((place) => [`${place.accountId} ${place.region}`, place.hours.length]));
  return [
    {
      title: 'proven',
      drop: 0,
      align: 'right',
      text: ({ accountId, region }) => {
        const amount = sure.get(`${accountId} ${region}`) ?? 0;
        return amount === hours ? 'all' : number(amount);
      },
    },
  ];
}

function provenSection({ proven, digests }: Coverage, style: Style): string[] {
  if (digests.verified === 0) return [];
  const hours = proven.reduce((sum, place) => sum + place.hours.length, 0);
  const places = count(proven.length, 'account and region', 'accounts and regions');
  const text = `${count(digests.verified, 'digest')} verified: ${count(hours, 'hour')} of ${places} complete, proven by digests; other hours seen may lack logs`;
  return hang('', text, style.width);
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
