import { existsSync } from 'node:fs';
import { checkPolicy } from '../../app/check-policy.js';
import { loadPolicy, openStore } from '../../app/open.js';
import { exit, RolecallError } from '../../errors.js';
import { accountNames, policySchema } from '../../policy/index.js';
import { renderPolicyCheck } from '../../report/index.js';
import { preparePolicy, rulesAsked } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall policy check` and `rolecall policy schema`. */
export const act: Act = async ([verb, ...rest], options, context) => {
  if (rest.length > 0) throw new RolecallError('USAGE', `policy ${verb} takes nothing more`);
  if (verb === 'schema') return { text: `${JSON.stringify(policySchema, null, 2)}\n`, exit: exit.ok };
  if (verb !== 'check') throw new RolecallError('USAGE', 'policy takes "check" or "schema"');
  const rules = await rulesAsked(options, context);
  const { report } = preparePolicy(context);
  // Without a file there is nothing to check: here it has to be there.
  const policy = loadPolicy(context.policyPath, true, rules ?? 'built-in')!;
  const store = context.dbGiven || existsSync(context.db) ? openStore(context.db) : null;
  const check = checkPolicy(policy, store);
  return { text: renderPolicyCheck(check, { ...report, account: accountNames(policy) }), exit: exit.ok };
};
