import { testAlerts } from '../../app/alert-test.js';
import { errorTable, exit } from '../../errors.js';
import { renderDeliveries } from '../../report/index.js';
import { understandAlerts } from '../alerting.js';
import { preparePolicy } from '../answering.js';
import { failed, sayDeliveries } from '../delivering.js';
import type { Act } from '../row.js';

/** `rolecall alert-test <target…>`: exit 3 when one did not take it. */
export const act: Act = async (args, options, context) => {
  const { report } = preparePolicy(context);
  const { channels, onStdout } = understandAlerts(args, options, context, report)!;
  const deliveries = await testAlerts(channels, context.now);
  const code = failed(deliveries) ? errorTable.ALERT_UNDELIVERED.exit : exit.ok;
  if (!onStdout) return { text: renderDeliveries(deliveries, report), exit: code };
  sayDeliveries(deliveries, context);
  return { text: '', exit: code };
};
