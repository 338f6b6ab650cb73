import { type Channel, type Patience, persistently, Undelivered } from '../alerts/index.js';
import type { TargetDeliveries } from '../model/delivery.js';
import { countDue, type DueDelivery, markDelivered, markFailed, nextDelivery } from '../store/deliveries.js';
import type { Sqlite } from '../store/open.js';

/** So many refused in one run, and it is not the findings that are wrong. */
const mostRefused = 5;

interface Delivering {
  patience: Patience;
  /** On the clock of `performance`: nothing but the first is begun after it. */
  end: number;
  signal: AbortSignal | undefined;
}

/**
 * Sends what is due to one target, one after the other, until nothing is left, the target fails for good, a stop was
 * asked for or its time is over. Each arrival is written down before the next is sent.
 */
export async function deliverTo(
  db: Sqlite,
  channel: Channel,
  { patience, end, signal }: Delivering,
): Promise<TargetDeliveries> {
  const { hash, label } = channel.target;
  const refused: string[] = [];
  let delivered = 0;
  let problem: TargetDeliveries['problem'] = null;
  while (signal?.aborted !== true && refused.length < mostRefused) {
    if (delivered + refused.length > 0 && performance.now() >= end) break;
    const due = nextDelivery(db, hash, refused);
    if (due === null) break;
    const failure = await attempt(db, channel, due, patience, signal);
    if (failure === null) delivered++;
    else if (failure === 'stopped') break;
    else {
      problem ??= failure.problem;
      if (!failure.refused) break;
      refused.push(due.id);
    }
  }
  return { target: label, delivered, due: countDue(db, hash), problem };
}

type Failure = { problem: NonNullable<TargetDeliveries['problem']>; refused: boolean };

/** Null when it arrived. */
async function attempt(
  db: Sqlite,
  channel: Channel,
  { id, payload, attempts: before }: DueDelivery,
  patience: Patience,
  signal: AbortSignal | undefined,
): Promise<Failure | 'stopped' | null> {
  let attempts = before;
  const once = async () => {
    attempts++;
    await channel.send(payload, { id, number: attempts });
    markDelivered(db, id, { at: Math.floor(Date.now() / 1000), attempts });
  };
  try {
    await persistently(once, patience, signal);
    return null;
  } catch (error) {
    if (!(error instanceof Undelivered)) {
      // Between two attempts: they are counted, for the next run to go on.
      if (signal?.aborted !== true || error !== signal.reason) throw error;
      markFailed(db, id, { attempts, error: 'stopped', refused: false });
      return 'stopped';
    }
    const refused = error.fault === 'content';
    const tries = attempts - before;
    const reason = tries > 1 ? `${error.message}, ${tries} times` : error.message;
    markFailed(db, id, { attempts, error: reason, refused });
    return { problem: { reason, remedy: error.remedy }, refused };
  }
}
