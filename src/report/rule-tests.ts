import type { RuleFixture, RuleTests } from '../model/rule-test.js';
import type { RenderContext } from './context.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { page, type Style, sections, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { count, number } from './words.js';

/** JSON: `rolecall/rule-tests/v1`; ndjson: `rolecall/rule-fixture/v1`, one a line, then the faults. */
export function renderRuleTests(tests: RuleTests, ctx: RenderContext): string {
  if (ctx.format === 'ndjson')
    return jsonLines([
      ...tests.fixtures.map((each) => ({ schema: 'rolecall/rule-fixture/v1', ...each })),
      ...tests.faults.map((each) => ({ schema: 'rolecall/rule-fault/v1', ...each })),
    ]);
  if (ctx.format === 'json') return jsonDocument({ schema: 'rolecall/rule-tests/v1', ...tests });
  const style = styleOf(ctx);
  const { paint, clean } = style;
  return page(
    sections([
      ...tests.rules.map((rule) => {
        const own = tests.fixtures.filter((fixture) => fixture.rule === rule);
        return [paint.bold(clean(rule)), ...own.flatMap((fixture) => fixtureLines(fixture, style))];
      }),
      tests.faults.flatMap(({ path, reason }) =>
        hang(`${sign(false, style)} `, `${clean(path)}: ${clean(reason)}`, style.width),
      ),
      hang('', sum(tests), style.width),
    ]),
  );
}

function fixtureLines({ verdict, file, passed, found, reason }: RuleFixture, style: Style): string[] {
  const { clean, width } = style;
  const name = clean(file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1));
  const lines = hang(`  ${sign(passed, style)} ${verdict.padEnd(6)}  `, name, width);
  if (passed) return lines;
  const what =
    reason ??
    `it gave ${count(found.length, 'finding')}, and should give ${verdict === 'fires' ? 'one' : 'none'}`;
  return [
    ...lines,
    ...hang('            ', clean(what), width),
    ...found.slice(0, 5).flatMap((title) => hang(`            ${style.glyph.dot} `, clean(title), width)),
  ];
}

function sign(passed: boolean, { unicode, paint }: Style): string {
  return passed ? paint.green(unicode ? '✓' : '+') : paint.red(unicode ? '✗' : 'x');
}

function sum({ rules, fixtures, faults }: RuleTests): string {
  const passed = fixtures.filter((fixture) => fixture.passed).length;
  const failed = fixtures.length - passed;
  const parts = [`${count(rules.length, 'rule')}`, `${count(passed, 'fixture')} passed`];
  if (failed > 0) parts.push(`${number(failed)} failed`);
  if (faults.length > 0) parts.push(count(faults.length, 'fault'));
  return `${parts.join(', ')}.`;
}
