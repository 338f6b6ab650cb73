import type { AthenaPlan } from '../model/athena-plan.js';
import type { RenderContext } from './context.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { page, type Style, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { bytesText, count, number } from './words.js';

/** What an ingest from Athena would ask. JSON: `rolecall/athena-plan/v1`. */
export function renderAthenaPlan(plan: AthenaPlan, ctx: RenderContext): string {
  const json = { schema: 'rolecall/athena-plan/v1', ...plan };
  if (ctx.format === 'json') return jsonDocument(json);
  if (ctx.format === 'ndjson') return jsonLines([json]);
  return page(planLines(plan, styleOf(ctx)));
}

function planLines(plan: AthenaPlan, style: Style): string[] {
  const { paint, clean, width } = style;
  const { queries, skipped, missing, sql } = plan;
  const before = skipped > 0 ? `, ${number(skipped)} skipped (in the store for good)` : '';
  const lines = [
    ...hang(
      '',
      paint.bold(
        `${count(queries.length, 'query', 'queries')} to ${clean(plan.table)}${before}; none was sent`,
      ),
      width,
    ),
    ...hang('estimate: ', estimateText(plan), width),
    ...missing.flatMap((each) => hang('cannot show: ', clean(each), width)),
  ];
  for (const { name, partitions, params } of queries) {
    lines.push('', paint.cyan(clean(name)));
    lines.push(...partitions.flatMap((each) => hang('  reads ', clean(each), width)));
    lines.push(...hang('  values ', params.map((each) => `'${clean(each)}'`).join(', '), width));
  }
  // To be pasted: as it is sent, whatever the width.
  return sql === null ? lines : [...lines, '', ...sql.trimEnd().split('\n')];
}

function estimateText({ estimate }: AthenaPlan): string {
  if (estimate === null)
    return 'not known; --max-scan and --max-cost keep it within bounds, and a first day tells about the others';
  const basis =
    estimate.basis === 'ledger'
      ? 'by what days of this table took before'
      : "by the size of the first day's objects";
  return `about ${bytesText(estimate.bytes)} scanned, ${dollarsText(estimate.dollars)}, ${basis}`;
}

/** `0.06 USD`; never nothing for something. */
export function dollarsText(dollars: number): string {
  return dollars > 0 && dollars < 0.01 ? 'less than 0.01 USD' : `${dollars.toFixed(2)} USD`;
}
