import { detect } from '../../app/detect.js';
import { exit } from '../../errors.js';
import { atLeast, type Severity } from '../../model/finding.js';
import { renderFindings } from '../../report/index.js';
import { prepare, windowAsked } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall detect`: exit 1 when something is at or above --fail-on. */
export const act: Act = async (_args, options, context) => {
  const asked = windowAsked(options, context);
  const { store, policy, report } = prepare(context);
  const answer = detect(store, { policy, window: asked?.window ?? null, only: options.list('only') });
  const limit = options.text('fail-on') as Severity | 'never';
  const failed = limit !== 'never' && answer.findings.some(({ severity }) => atLeast(severity, limit));
  if (policy === null && context.format === 'table')
    context.note('No policy: detectors that compare with what was promised found nothing to compare with.');
  return { text: renderFindings(answer, report), exit: failed ? exit.findings : exit.ok };
};
