import { acknowledge } from '../../app/acknowledge.js';
import { openStoreToKeep } from '../../app/open.js';
import { exit, RolecallError } from '../../errors.js';
import { dayOf, isDay } from '../../model/day.js';
import { renderAcknowledged } from '../../report/index.js';
import { preparePolicy } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall ack`: hides findings until a day, with the reason, or shows them again. */
export const act: Act = async (findings, options, context) => {
  const [reason, until, undo] = [options.text('reason'), options.text('until'), options.given('undo')];
  if (undo && (reason !== null || until !== null))
    throw new RolecallError('USAGE', '--undo takes neither a reason nor a day');
  if (!undo && (reason === null || reason.trim() === ''))
    throw new RolecallError('USAGE', 'why? ack needs --reason, for whoever reads this next');
  if (until !== null && !isDay(until))
    throw new RolecallError('USAGE', `--until ${JSON.stringify(until)} is no day such as 2026-12-31`);
  if (until !== null && until < dayOf(context.now))
    throw new RolecallError(
      'USAGE',
      `--until ${until} is past; the last day may be ${dayOf(context.now)} or later`,
    );
  const { report } = preparePolicy(context);
  const store = openStoreToKeep(context.db);
  const answer = acknowledge(store, { findings, reason: undo ? null : reason, until, now: context.now });
  return { text: renderAcknowledged(answer, report), exit: exit.ok };
};
