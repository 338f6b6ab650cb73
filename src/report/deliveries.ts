import type { Deliveries, TargetDeliveries } from '../model/delivery.js';
import type { RenderContext } from './context.js';
import { jsonDocument, jsonLines } from './json-text.js';
import { page } from './style.js';
import { number } from './words.js';

/** JSON: `rolecall/deliveries/v1`; ndjson: `rolecall/target-deliveries/v1`, one target a line. */
export function renderDeliveries({ targets, stopped }: Deliveries, { format }: RenderContext): string {
  if (format === 'json') return jsonDocument({ schema: 'rolecall/deliveries/v1', targets, stopped });
  if (format === 'ndjson')
    return jsonLines(targets.map((each) => ({ schema: 'rolecall/target-deliveries/v1', ...each })));
  return page(targets.flatMap(deliveryLines));
}

/** One target: a line, and one more with the remedy where something went wrong. */
export function deliveryLines({ target, delivered, due, problem }: TargetDeliveries): string[] {
  const counts = [`${number(delivered)} delivered`, ...(due > 0 ? [`${number(due)} still due`] : [])].join(
    ', ',
  );
  if (problem === null) return [`${target}: ${counts}`];
  return [`${target}: ${counts}: ${problem.reason}`, `  ${problem.remedy}`];
}
