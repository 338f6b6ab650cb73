import { isEmpty } from '../../app/coverage.js';
import { detectKeptWithRules, detectWithRules } from '../../app/detect-rules.js';
import { describeDetectors } from '../../app/detectors.js';
import { exit, RolecallError } from '../../errors.js';
import { atLeast, type DetectorProblem, type Severity } from '../../model/finding.js';
import { type FindingsAbout, findingsText } from '../../report/index.js';
import { understandAlerts } from '../alerting.js';
import { prepareToKeep, ruleSeconds, rulesAsked, windowAsked } from '../answering.js';
import { deliverAlerts } from '../delivering.js';
import { visible } from '../failure.js';
import type { Act } from '../row.js';
import { securityHub } from '../security-hub.js';

/** `rolecall detect`: exit 1 when something is at or above --fail-on, else 3 when a rule failed; 3 when an alert could not be delivered. */
export const act: Act = async (_args, options, context) => {
  const asked = windowAsked(options, context);
  const [newOnly, closed] = [options.given('new'), options.given('closed')];
  if (newOnly && closed) throw new RolecallError('USAGE', '--new and --closed exclude each other');
  if (closed && options.list('alert') !== null)
    throw new RolecallError('USAGE', 'nobody is told of closed findings: leave out --closed or --alert');
  const seconds = ruleSeconds(options);
  const rules = await rulesAsked(options, context);
  const { store, policy, report, keeps } = prepareToKeep(context, rules ?? 'built-in');
  const alerting = understandAlerts(options.list('alert'), options, context, report);
  const asff = securityHub(options, context.format, policy);
  const question = { policy, window: asked?.window ?? null, only: options.list('only') };
  if (!keeps && (newOnly || closed))
    throw new RolecallError(
      'DB_UNWRITABLE',
      `what is new or closed is kept in ${context.db}, which cannot be written`,
    );
  const answer = keeps
    ? await detectKeptWithRules(
        store,
        {
          ...question,
          now: context.now,
          version: context.version,
          status: closed ? 'closed' : 'open',
          newOnly,
          full: options.given('full'),
        },
        rules,
        seconds,
      )
    : await detectWithRules(store, question, rules, seconds);
  const limit = options.text('fail-on') as Severity | 'never';
  const failed = limit !== 'never' && !closed && answer.worst !== null && atLeast(answer.worst, limit);
  if (policy === null && context.format === 'table')
    context.note('No policy: detectors that compare with what was promised found nothing to compare with.');
  if (isEmpty(store)) context.note('The store holds no records: nothing was found because nothing is in it.');
  for (const problem of answer.problems) context.note(visible(problemText(problem)));
  const about: FindingsAbout = {
    version: context.version,
    now: context.now,
    window: question.window,
    detectors: describeDetectors(policy, rules),
    asff,
  };
  const undelivered = alerting && (await deliverAlerts(answer.findings, alerting, context));
  const text = alerting?.onStdout === true ? '' : findingsText(answer, report, about);
  const complete = answer.problems.length === 0 ? exit.ok : exit.incomplete;
  return { text, exit: undelivered ?? (failed ? exit.findings : complete) };
};

function problemText({ detector, reason, session, times }: DetectorProblem): string {
  const where = session === null ? '' : ` (first at session ${session.slice(0, 8)})`;
  return `rule ${detector} failed ${times === 1 ? 'once' : `${times} times`}${where}: ${reason}`;
}
