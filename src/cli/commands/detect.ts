import { detectWithRules } from '../../app/detect-rules.js';
import { exit } from '../../errors.js';
import { atLeast, type DetectorProblem, type Severity } from '../../model/finding.js';
import { renderFindings } from '../../report/index.js';
import { prepare, ruleSeconds, rulesAsked, windowAsked } from '../answering.js';
import { visible } from '../failure.js';
import type { Act } from '../row.js';

/** `rolecall detect`: exit 1 when something is at or above --fail-on, else 3 when a rule could not look at everything. */
export const act: Act = async (_args, options, context) => {
  const asked = windowAsked(options, context);
  const seconds = ruleSeconds(options);
  const rules = await rulesAsked(options, context);
  const { store, policy, report } = prepare(context, rules ?? 'built-in');
  const question = { policy, window: asked?.window ?? null, only: options.list('only') };
  const answer = await detectWithRules(store, question, rules, seconds);
  const limit = options.text('fail-on') as Severity | 'never';
  const failed = limit !== 'never' && answer.findings.some(({ severity }) => atLeast(severity, limit));
  if (policy === null && context.format === 'table')
    context.note('No policy: detectors that compare with what was promised found nothing to compare with.');
  for (const problem of answer.problems) context.note(visible(problemText(problem)));
  const complete = answer.problems.length === 0 ? exit.ok : exit.incomplete;
  return { text: renderFindings(answer, report), exit: failed ? exit.findings : complete };
};

function problemText({ detector, reason, session, times }: DetectorProblem): string {
  const where = session === null ? '' : ` (first at session ${session.slice(0, 8)})`;
  return `rule ${detector} failed ${times === 1 ? 'once' : `${times} times`}${where}: ${reason}`;
}
