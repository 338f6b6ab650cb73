/**
 * Makes the first Ctrl-C a request to stop and leaves the second to the system, which ends the process at once.
 * Call `done` when the work is over.
 */
export function onInterrupt(first: () => void): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const stop = () => {
    done();
    controller.abort();
    first();
  };
  const done = () => {
    for (const signal of signals) process.off(signal, stop);
  };
  for (const signal of signals) process.on(signal, stop);
  return { signal: controller.signal, done };
}

/** What shells expect of a program ended by Ctrl-C: 128 + SIGINT. */
export const interrupted = 130;
