import { deliver } from '../app/deliver.js';
import { errorTable } from '../errors.js';
import type { Deliveries } from '../model/delivery.js';
import type { Finding } from '../model/finding.js';
import { deliveryLines } from '../report/index.js';
import type { Alerting } from './alerting.js';
import type { Context } from './context.js';
import { visible } from './failure.js';
import { interrupted, onInterrupt } from './interrupt.js';

/**
 * Delivers, and says on stderr what came of it.
 * @returns the exit code that it calls for; null when everything was told
 */
export async function deliverAlerts(
  findings: Iterable<Finding>,
  { channels, least }: Alerting,
  context: Context,
): Promise<number | null> {
  const { signal, done } = onInterrupt(() => {
    context.note('stopping after what is being sent; Ctrl-C again to end at once');
  });
  try {
    const opening = ({ kept }: Finding) => kept?.opened ?? 1;
    const deliveries = await deliver({ db: context.db, findings, channels, least, opening, signal });
    sayDeliveries(deliveries, context);
    if (!failed(deliveries)) return deliveries.stopped ? interrupted : null;
    context.note(errorTable.ALERT_UNDELIVERED.remedy);
    return deliveries.stopped ? interrupted : errorTable.ALERT_UNDELIVERED.exit;
  } finally {
    done();
  }
}

/** True when something is still due, or did not arrive. */
export function failed({ targets }: Deliveries): boolean {
  return targets.some(({ due, problem }) => due > 0 || problem !== null);
}

/** Each target on stderr; what went wrong is said with --quiet too. */
export function sayDeliveries({ targets }: Deliveries, context: Context): void {
  for (const target of targets) {
    const text = deliveryLines(target).map((line) => visible(line));
    if (target.problem === null) for (const line of text) context.note(line);
    else context.stderr.stream.write(`${text.join('\n')}\n`);
  }
}
