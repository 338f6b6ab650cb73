import type { Refused } from '../model/scene.js';
import { callerKey } from './say.js';

/** What lies within one window. */
interface Within {
  attempts: number;
  /** Different callers. */
  callers: number;
}

/**
 * Splits attempts where more than `window` seconds lie between two, and keeps the runs in which some window of that
 * length has enough of them: what goes on is one burst.
 * @param attempts by the time of the first
 */
export function bursts(
  attempts: readonly Refused[],
  window: number,
  enough: (within: Within) => boolean,
): Refused[][] {
  return runs(attempts, window).filter((run) => {
    const callers = new Map<string, number>();
    const count = (attempt: Refused, by: number) => {
      const key = callerKey(attempt.caller);
      const left = (callers.get(key) ?? 0) + by;
      if (left === 0) callers.delete(key);
      else callers.set(key, left);
      sum += by;
    };
    let [sum, from] = [0, 0];
    return run.some((attempt) => {
      count(attempt, attempt.count);
      for (; attempt.first - run[from]!.first >= window; from++) count(run[from]!, -run[from]!.count);
      return enough({ attempts: sum, callers: callers.size });
    });
  });
}

function runs(attempts: readonly Refused[], window: number): Refused[][] {
  const found: Refused[][] = [];
  for (const attempt of attempts) {
    const run = found.at(-1);
    if (run !== undefined && attempt.first - run.at(-1)!.last <= window) run.push(attempt);
    else found.push([attempt]);
  }
  return found;
}
