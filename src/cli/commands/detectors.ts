import { describeDetector, describeDetectors } from '../../app/detectors.js';
import { exit, RolecallError } from '../../errors.js';
import { renderDetector, renderDetectors } from '../../report/index.js';
import { preparePolicy } from '../answering.js';
import type { Act } from '../row.js';

/** `rolecall detectors list` and `rolecall detectors explain <id>`. */
export const act: Act = async ([verb, id, ...rest], _options, context) => {
  const { policy, report } = preparePolicy(context);
  if (verb === 'list' && id === undefined)
    return { text: renderDetectors(describeDetectors(policy), report), exit: exit.ok };
  if (verb === 'explain' && id !== undefined && rest.length === 0)
    return { text: renderDetector(describeDetector(id, policy), report), exit: exit.ok };
  throw new RolecallError('USAGE', 'detectors takes "list", or "explain" and the id of one');
};
