import type { DetectorFacts } from '../model/detector.js';
import type { RenderContext } from './context.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { page, type Style, sections, styleOf } from './style.js';
import { hang } from './text-fit.js';

/** JSON: `rolecall/detectors/v1`; ndjson: `rolecall/detector/v1`, one a line. */
export function renderDetectors(all: readonly DetectorFacts[], ctx: RenderContext): string {
  if (ctx.format === 'ndjson') return jsonLines(all.map(detectorJson));
  if (ctx.format === 'json')
    return jsonDocument({ schema: 'rolecall/detectors/v1', detectors: all.map(detectorJson) });
  const style = styleOf(ctx);
  const { paint, width, clean } = style;
  const names = all.map(({ id, enabled }) => (enabled ? id : `${id} (off)`));
  const room = Math.max(...names.map((name) => name.length));
  const rows = all.flatMap(({ severity, summary }, at) =>
    hang(`${paint.bold(names[at]!.padEnd(room))}  ${severity.padEnd(8)}  `, clean(summary), width),
  );
  return page([...rows, '', '`rolecall detectors explain <id>` tells more about one.']);
}

/** One detector in full. JSON: `rolecall/detector/v1`. */
export function renderDetector(detector: DetectorFacts, ctx: RenderContext): string {
  if (ctx.format === 'ndjson') return jsonLines([detectorJson(detector)]);
  if (ctx.format === 'json') return jsonDocument(detectorJson(detector));
  const style = styleOf(ctx);
  const { bold } = style.paint;
  return page(
    sections([
      [`${bold(detector.id)}  ${detector.severity}${detector.enabled ? '' : ', switched off by the policy'}`],
      hang('', `Fires when ${style.clean(detector.summary)}.`, style.width),
      detector.file === null
        ? []
        : hang('', `A rule of your own: ${style.clean(detector.file)}`, style.width),
      list(
        'Techniques',
        Object.entries(detector.attack).map(([id, name]) => `${id} ${name}`.trim()),
        style,
      ),
      list('Cannot see', detector.cannotSee, style),
      list('Harmless when', detector.falsePositives, style),
      list('What to do', detector.triage, style),
      list(
        'Options',
        Object.entries(detector.options).map(
          ([name, { default: value, help }]) => `${name} (${JSON.stringify(value)}): ${help}`,
        ),
        style,
      ),
    ]),
  );
}

function detectorJson(detector: DetectorFacts): Record<string, unknown> {
  return { schema: 'rolecall/detector/v1', ...detector };
}

function list(title: string, items: readonly string[], style: Style): string[] {
  if (items.length === 0) return [];
  return [
    style.paint.bold(title),
    ...items.flatMap((item) => hang(`  ${style.glyph.bullet} `, style.clean(item), style.width)),
  ];
}
