import type { DatedChange, RoleSnapshot } from '../model/iam.js';
import { type AdminSpan, adminSpans, spansWithin } from '../policy/permissions.js';
import { firstSeen } from '../store/coverage.js';
import { allChanges, permissionChanges } from '../store/iam.js';
import type { Sqlite } from '../store/open.js';

/** Account and name of a role, its path dropped. */
export interface RoleName {
  accountId: string;
  name: string;
}

/** A key for a role in a map. No account id holds a blank. */
export function roleKey({ accountId, name }: RoleName): string {
  return `${accountId} ${name}`;
}

/** Account and name in the ARN of a role; null when it is none. */
export function roleNameOf(arn: string | null): RoleName | null {
  const [, , service, , accountId, ...rest] = arn?.split(':') ?? [];
  const resource = rest.join(':');
  if (service !== 'iam' || accountId === undefined || !resource.startsWith('role/')) return null;
  return { accountId, name: resource.slice(resource.lastIndexOf('/') + 1) };
}

/** Which roles were administrators, and when, by what the records (and snapshots of IAM) show of their permissions. */
export class AdminRoles {
  private readonly changes: Map<string, DatedChange[]>;
  private readonly policies: Map<string, DatedChange[]>;
  private readonly spans = new Map<string, AdminSpan[]>();

  /** @param snapshots by `roleKey`, each list by time */
  constructor(
    private readonly store: Sqlite,
    private readonly snapshots: ReadonlyMap<string, readonly RoleSnapshot[]> = new Map(),
  ) {
    this.changes = groupBy(permissionChanges(store), roleKey);
    this.policies = groupBy(allChanges(store, 'policy'), ({ name }) => name);
  }

  /**
   * What is known of a role at some moment of `[from, to)`. What was so before the first evidence counts as far back as
   * there are records of the account.
   */
  within(role: RoleName, from: number, to: number): AdminSpan[] {
    const known = spansWithin(this.spansOf(role), from, to);
    const [first] = known;
    if (first === undefined || first.from !== null) return known;
    const seen = firstSeen(this.store, role.accountId) ?? Infinity;
    return spansWithin([{ ...first, from: seen }], from, to).length === 0 ? known.slice(1) : known;
  }

  private spansOf(role: RoleName): AdminSpan[] {
    const key = roleKey(role);
    let spans = this.spans.get(key);
    if (spans === undefined) {
      const changes = this.changes.get(key) ?? [];
      spans = adminSpans({ changes, policies: this.policies, snapshots: this.snapshots.get(key) ?? [] });
      this.spans.set(key, spans);
    }
    return spans;
  }
}

function groupBy<T>(list: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of list) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
