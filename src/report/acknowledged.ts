import type { Finding } from '../model/finding.js';
import type { RenderContext } from './context.js';
import { findingJson } from './findings.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { shortId } from './names.js';
import { page, styleOf } from './style.js';
import { hang } from './text-fit.js';

/** JSON: `rolecall/acknowledged/v1`; ndjson: `rolecall/finding/v1`, one a line. */
export function renderAcknowledged(findings: readonly Finding[], ctx: RenderContext): string {
  const json = findings.map((finding) => findingJson(finding, ctx));
  if (ctx.format === 'ndjson') return jsonLines(json);
  if (ctx.format === 'json') return jsonDocument({ schema: 'rolecall/acknowledged/v1', findings: json });
  const style = styleOf(ctx);
  return page(
    findings.flatMap(({ id, detector, kept }) => {
      const held = kept?.status === 'acknowledged';
      const until = kept?.until == null ? '' : ` until ${kept.until}`;
      const what = held ? `acknowledged${until}: ${style.clean(kept?.why)}` : (kept?.status ?? 'open');
      return hang(`${shortId(id, style)}  `, `${detector} ${what}`, style.width);
    }),
  );
}
