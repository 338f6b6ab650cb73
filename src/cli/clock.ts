import { RolecallError } from '../errors.js';

const ISO =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

/**
 * What time it is, epoch seconds: the machine's clock, unless ROLECALL_NOW sets it.
 * @param set value of ROLECALL_NOW
 * @throws RolecallError USAGE when that is no moment
 */
export function readClock(set: string | undefined, machine: () => number = Date.now): number {
  if (set === undefined || set === '') return Math.floor(machine() / 1000);
  const time = ISO.test(set) ? Date.parse(set) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new RolecallError(
      'USAGE',
      `ROLECALL_NOW is ${JSON.stringify(set)}, which is no moment such as 2026-11-23T08:00:00Z`,
    );
  }
  return Math.floor(time / 1000);
}
