import type { Check, CheckGroup } from '../model/verification.js';
import type { RolePromise } from '../policy/policy.js';
import type { Tally } from './verify-tally.js';

/** An entry of `roles:`, and which roles it means. */
export interface RoleOf {
  role: RolePromise;
  group: CheckGroup;
  means(arn: string | null): boolean;
}

/** Head of a check of this role. */
export function headOf(
  { role }: RoleOf,
  key: string,
  promise: string,
): Pick<Check, 'id' | 'line' | 'promise'> {
  return { id: `roles.${role.name}.${key}`, line: role.line, promise };
}

/** `2 sessions`, with a verb if one is given. */
export function times(n: number, one: string, many: string, verb = ''): string {
  return `${n} ${n === 1 ? one : many}${verb === '' ? '' : ` ${verb}`}`;
}

export function doubtful({ doubts, kept }: Tally): string {
  return `${doubts.length} of ${doubts.length + kept} cannot be confirmed from these logs`;
}
