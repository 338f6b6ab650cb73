import { RolecallError } from '../errors.js';
import type { FindingsAbout } from '../report/index.js';
import { accountIds, type Policy } from './answering.js';
import type { OptionValues } from './option-values.js';

/**
 * Where findings in ASFF are to be shown: what `--asff-account` and `--asff-region` say.
 * @throws RolecallError USAGE, ACCOUNT_UNKNOWN
 */
export function securityHub(
  options: OptionValues,
  format: string,
  policy: Policy | null,
): FindingsAbout['asff'] {
  const [account, region] = [options.text('asff-account'), options.text('asff-region')];
  const given = account === null ? (region === null ? null : '--asff-region') : '--asff-account';
  if (format !== 'asff' && given !== null) throw new RolecallError('USAGE', `${given} is for --format asff`);
  const ids = accountIds(account === null ? null : [account], policy);
  if (ids !== null && ids.length !== 1)
    throw new RolecallError('USAGE', `--asff-account ${account} names ${ids.length} accounts; one imports`);
  if (region !== null && !/^(?=.{1,16}$)[a-z]+(?:-[a-z]+)+-\d+$/.test(region))
    throw new RolecallError('USAGE', `--asff-region ${region} is no region such as eu-west-1`);
  return { account: ids?.[0] ?? null, region: region ?? 'us-east-1' };
}
