import { existsSync } from 'node:fs';
import { checkPolicy } from '../../app/check-policy.js';
import { loadPolicy, openStore } from '../../app/open.js';
import { policyStarter } from '../../app/policy-starter.js';
import { exit, RolecallError } from '../../errors.js';
import { accountNames, policySchema } from '../../policy/index.js';
import { renderPolicyCheck } from '../../report/index.js';
import { preparePolicy, rulesAsked } from '../answering.js';
import type { Context } from '../context.js';
import type { Act } from '../row.js';

/** `rolecall policy init`, `rolecall policy check` and `rolecall policy schema`. */
export const act: Act = async ([verb, ...rest], options, context) => {
  if (rest.length > 0) throw new RolecallError('USAGE', `policy ${verb} takes nothing more`);
  const [iam, accounts] = [options.list('iam') ?? [], options.text('accounts-file')];
  if (verb === 'init') {
    // Documents alone are enough; without them there has to be a store.
    const store = iam.length > 0 || accounts !== null ? storeIfAny(context) : openStore(context.db);
    return { text: policyStarter(store, { iam, accounts }), exit: exit.ok };
  }
  if (iam.length > 0 || accounts !== null)
    throw new RolecallError('USAGE', '--iam and --accounts-file are for "policy init"');
  if (verb === 'schema') return { text: `${JSON.stringify(policySchema, null, 2)}\n`, exit: exit.ok };
  if (verb !== 'check') throw new RolecallError('USAGE', 'policy takes "init", "check" or "schema"');
  const rules = await rulesAsked(options, context);
  const { report } = preparePolicy(context);
  // Without a file there is nothing to check: here it has to be there.
  const policy = loadPolicy(context.policyPath, true, rules ?? 'built-in')!;
  const check = checkPolicy(policy, storeIfAny(context));
  return { text: renderPolicyCheck(check, { ...report, account: accountNames(policy) }), exit: exit.ok };
};

function storeIfAny(context: Context): ReturnType<typeof openStore> | null {
  return context.dbGiven || existsSync(context.db) ? openStore(context.db) : null;
}
