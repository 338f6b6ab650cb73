import { detect } from '../../app/detect.js';
import { exit } from '../../errors.js';
import { atLeast, type Severity } from '../../model/finding.js';
import { renderFindings } from '../../report/index.js';
import { understandAlerts } from '../alerting.js';
import { prepare, windowAsked } from '../answering.js';
import { deliverAlerts } from '../delivering.js';
import type { Act } from '../row.js';

/** `rolecall detect`: exit 1 when something is at or above --fail-on, 3 when an alert could not be delivered. */
export const act: Act = async (_args, options, context) => {
  const asked = windowAsked(options, context);
  const { store, policy, report } = prepare(context);
  const alerting = understandAlerts(options.list('alert'), options, context, report);
  const answer = detect(store, { policy, window: asked?.window ?? null, only: options.list('only') });
  const limit = options.text('fail-on') as Severity | 'never';
  const failed = limit !== 'never' && answer.findings.some(({ severity }) => atLeast(severity, limit));
  if (policy === null && context.format === 'table')
    context.note('No policy: detectors that compare with what was promised found nothing to compare with.');
  const undelivered = alerting && (await deliverAlerts(answer.findings, alerting, context));
  const text = alerting?.onStdout === true ? '' : renderFindings(answer, report);
  return { text, exit: undelivered ?? (failed ? exit.findings : exit.ok) };
};
