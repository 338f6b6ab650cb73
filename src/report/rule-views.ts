import type { RenderContext } from './context.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { page, type Style, sections, styleOf } from './style.js';
import { fields, hang } from './text-fit.js';

/** What a rule in SQL asks, and what it has to answer. */
export interface RuleViews {
  views: Readonly<Record<string, { rows: string; columns: Readonly<Record<string, string>> }>>;
  /** Columns of the answer. */
  answer: Readonly<Record<string, string>>;
}

/** JSON: `rolecall/rule-views/v1`; ndjson: `rolecall/rule-view/v1`, one view a line. */
export function renderRuleViews({ views, answer }: RuleViews, ctx: RenderContext): string {
  if (ctx.format === 'ndjson')
    return jsonLines(
      Object.entries(views).map(([name, view]) => ({ schema: 'rolecall/rule-view/v1', name, ...view })),
    );
  if (ctx.format === 'json') return jsonDocument({ schema: 'rolecall/rule-views/v1', views, answer });
  const style = styleOf(ctx);
  const part = (name: string, says: string, columns: Readonly<Record<string, string>>) => [
    ...hang(`${style.paint.bold(name)}  `, says, style.width),
    ...columnLines(columns, style),
  ];
  return page(
    sections([
      ...Object.entries(views).map(([name, { rows, columns }]) => part(name, rows, columns)),
      part('the answer', 'columns that the SELECT of a rule may have', answer),
    ]),
  );
}

function columnLines(columns: Readonly<Record<string, string>>, { width, paint }: Style): string[] {
  return fields(Object.entries(columns), { indent: 2, width, key: paint.cyan });
}
