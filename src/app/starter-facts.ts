import type { IamExport, ListedAccount } from '../model/iam-export.js';
import type { Scene } from '../model/scene.js';
import type { StarterAccount, StarterFacts, StarterRole } from '../model/starter.js';
import { letIn } from '../policy/trust-change.js';
import { trustOf } from '../policy/trust-document.js';
import { recordsByPlace } from '../store/coverage.js';
import type { Sqlite } from '../store/open.js';
import { roleKey, roleNameOf } from './admin-roles.js';
import { allScenes } from './all-scenes.js';
import { sessionSource } from './scenes.js';

/** Distinct origins, callers and actions kept of one role. */
const mostKinds = 2_000;

/**
 * What a starter policy is written from.
 * @param store null: there is none, and the documents say all
 */
export function starterFacts(
  store: Sqlite | null,
  documents: { exports: readonly IamExport[]; accounts: readonly ListedAccount[] },
): StarterFacts {
  const facts = new Seen();
  for (const { account, region, records } of store === null ? [] : recordsByPlace(store)) {
    const found = facts.account(account);
    found.own = true;
    found.records += records;
    facts.regions.set(region, (facts.regions.get(region) ?? 0) + records);
  }
  for (const { id, name } of documents.accounts)
    Object.assign(facts.account(id), { own: true, name: name === '' ? null : name });
  for (const { accountId } of documents.exports) facts.account(accountId).own = true;
  if (store !== null) for (const { scene } of allScenes(store, [sessionSource])) facts.session(scene);
  for (const each of documents.exports) facts.export(each);
  return {
    accounts: [...facts.accounts.values()],
    roles: [...facts.roles.values()],
    regions: [...facts.regions].map(([name, records]) => ({ name, records })),
    sessions: facts.sessions,
    maxDepth: facts.maxDepth,
  };
}

class Seen {
  readonly accounts = new Map<string, StarterAccount>();
  readonly roles = new Map<string, StarterRole>();
  readonly regions = new Map<string, number>();
  sessions = 0;
  maxDepth = 0;

  account(id: string): StarterAccount {
    const found = this.accounts.get(id) ?? { id, name: null, own: false, records: 0, sessions: 0 };
    this.accounts.set(id, found);
    return found;
  }

  session(scene: Scene): void {
    const { session, roleArn, assumption, origin, deeds } = scene;
    const named = roleNameOf(roleArn);
    if (session === null || named === null) return;
    this.sessions++;
    this.maxDepth = Math.max(this.maxDepth, session.depth ?? 0);
    this.account(named.accountId).sessions++;
    const role = this.role(named);
    const first = role.sessions++ === 0;
    role.maxDepth =
      session.depth === null || (role.maxDepth === null && !first)
        ? null
        : Math.max(role.maxDepth ?? 0, session.depth);
    const ids = role.origins.get(origin.kind) ?? new Map<string, number>();
    role.origins.set(origin.kind, add(ids, origin.id));
    for (const { action, denied, errorCode, readOnly, count } of deeds) {
      if (denied) continue;
      add(role.actions, action, count);
      if (readOnly === null) role.unclear++;
      else if (readOnly) role.reads++;
      else if (errorCode === null) role.writes++;
    }
    if (assumption === null) role.unknownCallers++;
    else this.taken(role, assumption);
  }

  private taken(role: StarterRole, assumption: NonNullable<Scene['assumption']>): void {
    const { callers, callerAccountId, externalId } = assumption;
    if (externalId !== null) role.externalIds++;
    if (callerAccountId !== null && callerAccountId !== role.accountId) {
      role.crossAccount++;
      const account = this.account(callerAccountId);
      if (!account.own) account.sessions++;
    }
    // Several mean that it is open which of them it was.
    const [caller, ...others] = callers;
    if (caller === undefined || others.length > 0 || caller.kind === 'unknown') role.unknownCallers++;
    else if (caller.kind === 'service') role.serviceCallers++;
    else if (caller.kind === 'federated') role.federated++;
    else add(role.callers, caller.kind === 'account' ? caller.accountId : caller.arn);
  }

  /** Roles that nobody was seen in, and that others may assume. */
  export({ accountId, roles }: IamExport): void {
    for (const { name, trust } of roles) {
      if (this.roles.has(roleKey({ accountId, name }))) continue;
      const trusted = [...letIn(trustOf(trust)).values()].map(({ principal }) => principal);
      const others = trusted.filter((each) => each.accountId !== null && each.accountId !== accountId);
      const federated = trusted.filter(({ kind }) => kind === 'federated');
      if (others.length + federated.length === 0) continue;
      const role = this.role({ accountId, name });
      role.trustOnly = true;
      role.federated = federated.length;
      role.serviceCallers = trusted.filter(({ kind }) => kind === 'service').length;
      for (const { kind, value, accountId: from } of trusted) {
        if (kind === 'role' || kind === 'user') add(role.callers, value);
        else if (kind === 'account' || kind === 'root') add(role.callers, from!);
        else if (kind !== 'service' && kind !== 'federated') role.unknownCallers++;
        if (from !== null) this.account(from);
      }
    }
  }

  private role(named: { accountId: string; name: string }): StarterRole {
    const key = roleKey(named);
    const found = this.roles.get(key) ?? emptyRole(named);
    this.roles.set(key, found);
    return found;
  }
}

function emptyRole(named: { accountId: string; name: string }): StarterRole {
  return {
    ...named,
    sessions: 0,
    origins: new Map(),
    callers: new Map(),
    unknownCallers: 0,
    serviceCallers: 0,
    federated: 0,
    crossAccount: 0,
    externalIds: 0,
    actions: new Map(),
    reads: 0,
    writes: 0,
    unclear: 0,
    maxDepth: null,
    trustOnly: false,
  };
}

function add(counts: Map<string, number>, key: string, by = 1): Map<string, number> {
  const known = counts.get(key);
  if (known !== undefined || counts.size < mostKinds) counts.set(key, (known ?? 0) + by);
  return counts;
}
