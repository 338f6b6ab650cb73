import { importIam } from '../../app/import-iam.js';
import { understandWindow } from '../../app/when.js';
import { exit } from '../../errors.js';
import { renderIamImport } from '../../report/index.js';
import { preparePolicy } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall iam`: exit 3 when an export was cut, or something in it could not be kept. */
export const act: Act = async (files, options, context) => {
  const { report } = preparePolicy(context);
  const told = options.text('as-of');
  const asOf = told === null ? null : understandWindow({ at: told }, context.now, context.tz).window.from;
  const exports = importIam({ db: context.db, files, asOf });
  const whole = exports.every(({ snapshot, problems }) => snapshot.complete && problems.length === 0);
  return { text: renderIamImport(exports, report), exit: whole ? exit.ok : exit.incomplete };
};
