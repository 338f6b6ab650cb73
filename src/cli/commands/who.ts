import { who } from '../../app/who.js';
import { exit, RolecallError } from '../../errors.js';
import { renderWho } from '../../report/index.js';
import { prepare, wholeWindow, windowAsked } from '../answering.js';
import { refuseAthenaOptions } from '../athena-options.js';
import type { Act } from '../row.js';

/** `rolecall who`: without a time, about everything in the store. */
export const act: Act = async (args, options, context) => {
  if (options.text('source') !== null) return (await import('../who-athena.js')).act(args, options, context);
  refuseAthenaOptions(options, 'no --source names a table: the store is asked');
  const aws = ['profile', 'region', 'role-arn'].find((name) => options.text(name) !== null);
  if (aws !== undefined)
    throw new RolecallError(
      'USAGE',
      `--${aws} is how to reach a table that --source names, and none is named`,
    );
  const asked = windowAsked(options, context);
  const { store, policy, report } = prepare(context);
  const { window, text } = asked ?? wholeWindow(store, context);
  const [account, role] = [options.text('account'), options.text('role')];
  const answer = who(store, { account, role, window, when: text, policy });
  return { text: renderWho(answer, report), exit: exit.ok };
};
