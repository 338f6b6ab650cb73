import { detect } from '../../app/detect.js';
import { detectKept } from '../../app/detect-kept.js';
import { exit, RolecallError } from '../../errors.js';
import { atLeast, type Severity } from '../../model/finding.js';
import { findingsText } from '../../report/index.js';
import { prepareToKeep, windowAsked } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall detect`: exit 1 when something is at or above --fail-on. */
export const act: Act = async (_args, options, context) => {
  const asked = windowAsked(options, context);
  const [newOnly, closed] = [options.given('new'), options.given('closed')];
  if (newOnly && closed) throw new RolecallError('USAGE', '--new and --closed exclude each other');
  const { store, policy, report, keeps } = prepareToKeep(context);
  const question = { policy, window: asked?.window ?? null, only: options.list('only') };
  if (!keeps && (newOnly || closed))
    throw new RolecallError(
      'DB_UNWRITABLE',
      `what is new or closed is kept in ${context.db}, which cannot be written`,
    );
  const answer = keeps
    ? detectKept(store, {
        ...question,
        now: context.now,
        version: context.version,
        status: closed ? 'closed' : 'open',
        newOnly,
        full: options.given('full'),
      })
    : detect(store, question);
  const limit = options.text('fail-on') as Severity | 'never';
  const failed = limit !== 'never' && !closed && answer.worst !== null && atLeast(answer.worst, limit);
  if (policy === null && context.format === 'table')
    context.note('No policy: detectors that compare with what was promised found nothing to compare with.');
  return { text: findingsText(answer, report), exit: failed ? exit.findings : exit.ok };
};
