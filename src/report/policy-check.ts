import type { PatternUse, PolicyCheck } from '../model/policy-check.js';
import type { RenderContext } from './context.js';
import { grid } from './grid.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { principalText } from './names.js';
import { page, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { count, number } from './words.js';

/** JSON: `rolecall/policy-check/v1`; ndjson: `rolecall/policy-pattern/v1`, one a line. */
export function renderPolicyCheck(check: PolicyCheck, ctx: RenderContext): string {
  if (ctx.format === 'json') return jsonDocument({ schema: 'rolecall/policy-check/v1', ...check });
  if (ctx.format === 'ndjson')
    return jsonLines(check.patterns.map((each) => ({ schema: 'rolecall/policy-pattern/v1', ...each })));
  const style = styleOf(ctx);
  const { clean, paint } = style;
  const parts = [
    count(check.accounts, 'account'),
    count(check.roles, 'role'),
    count(check.detectors, 'detector setting'),
  ];
  const lines = hang('', `${clean(check.file)} is sound: ${parts.join(', ')}.`, style.width);
  if (!check.store)
    return page([
      ...lines,
      ...hang('', 'There is no store yet to hold its patterns against: run `rolecall ingest`.', style.width),
    ]);
  const rows = grid<PatternUse>(
    [
      { title: 'where', drop: 1, least: 12, text: ({ key }) => clean(key), paint: paint.dim },
      { title: 'pattern', drop: 0, least: 30, text: ({ pattern }) => clean(pattern), paint: paint.bold },
      {
        title: 'means',
        drop: 0,
        align: 'right',
        text: ({ matches, outside }) => (matches > 0 ? number(matches) : outside ? 'outside' : 'nothing'),
        paint: (text, { matches, outside }) => (matches === 0 && !outside ? paint.yellow(text) : text),
      },
      {
        title: 'such as',
        drop: 2,
        least: 12,
        text: ({ examples }) => (examples[0] === undefined ? '' : principalText(examples[0], style)),
      },
    ],
    check.patterns,
    { width: style.width, ellipsis: style.glyph.ellipsis, title: paint.dim },
  );
  return page(rows.length === 0 ? lines : [...lines, '', ...rows]);
}
