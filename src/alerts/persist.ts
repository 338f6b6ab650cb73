import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { Undelivered } from './undelivered.js';

/** How hard one delivery is tried. */
export interface Patience {
  /** All attempts together. */
  attempts: number;
  /** Milliseconds before the second; each pause is up to twice the one before, with as much left to chance again. */
  pause: number;
  /** Seconds that a receiver may ask to be left alone for; who asks for more is asked again by the next run. */
  longestWait: number;
}

export const usualPatience: Patience = { attempts: 5, pause: 500, longestWait: 60 };

const longestPause = 30_000;

/**
 * Makes attempts until one succeeds, one says that more are of no use, or there were enough.
 * @param attempt gets 1, 2, …
 * @throws Undelivered of the last attempt; the signal's reason when it was aborted between two attempts
 */
export async function persistently(
  attempt: (number: number) => Promise<void>,
  { attempts, pause, longestWait }: Patience,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stop = signal === undefined ? {} : { signal };
  let arrived = false;
  const once = async (number: number) => {
    await attempt(number);
    arrived = true;
  };
  const mayPass = (error: Error): error is Undelivered =>
    error instanceof Undelivered && error.fault === 'passing' && error.wait <= longestWait;
  try {
    await pRetry(once, {
      retries: attempts - 1,
      minTimeout: pause,
      maxTimeout: longestPause,
      randomize: true,
      ...stop,
      shouldRetry: ({ error }) => mayPass(error),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (!mayPass(error) || error.wait === 0 || retriesLeft === 0) return;
        await sleep(error.wait * 1000, undefined, stop).catch(() => signal?.throwIfAborted());
      },
    });
  } catch (error) {
    // A stop asked for while the last attempt was under way does not take its success back.
    if (!arrived) throw error;
  }
}
