import { createHash } from 'node:crypto';
import {
  type Actor,
  actorKey,
  type Call,
  callKey,
  type Identity,
  identityKey,
  isDenial,
} from '../model/identity.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** Caches are dropped when they reach this many entries: memory stays flat however long the ingest runs. */
const cacheLimit = 30_000;

/** A call's row, and whether the call was denied. */
export interface CallRow {
  id: number;
  denied: boolean;
  /** Small hash of the recipient account: copies of one event in two accounts start at different slots. */
  salt: number;
}

export interface ActorRow {
  id: number;
  identity: number;
}

class Cache<V> extends Map<string, V> {
  remember(key: string, value: V): V {
    if (this.size >= cacheLimit) this.clear();
    this.set(key, value);
    return value;
  }
}

/** Fields of an identity that are mostly empty and kept as one JSON text. */
const rare = [
  'ec2RoleDelivery',
  'fromConsole',
  'assumedRoot',
  'webProvider',
  'webSubject',
  'identityProvider',
  'onBehalfOfUser',
  'identityStoreArn',
  'signInSessionArn',
] as const satisfies readonly (keyof Identity)[];

/** JSON of an object's non-empty values, or null when there are none. */
export function compact(values: Record<string, unknown>): string | null {
  const kept = Object.entries(values).filter(
    ([, value]) => value !== null && value !== false && value !== undefined,
  );
  return kept.length === 0 ? null : JSON.stringify(Object.fromEntries(kept));
}

/** Gives the row ids of the parts that repeat, making rows as needed. */
export class Interner {
  /** Session identities made since the last `takeNewIdentities`. */
  private fresh: number[] = [];
  private freshIssuers: number[] = [];
  private readonly calls = new Cache<CallRow>();
  private readonly actors = new Cache<ActorRow>();
  private readonly identities = new Cache<number>();
  private readonly principals = new Cache<number>();
  private readonly issuers = new Cache<number>();

  constructor(private readonly db: Sqlite) {}

  /** Row ids of identities and of issuers made since the last time this was asked. */
  takeFresh(): { identities: number[]; issuers: number[] } {
    const fresh = { identities: this.fresh, issuers: this.freshIssuers };
    this.fresh = [];
    this.freshIssuers = [];
    return fresh;
  }

  /** After a rollback what was remembered may not be there. */
  forget(): void {
    for (const cache of [this.calls, this.actors, this.identities, this.principals, this.issuers])
      cache.clear();
    this.takeFresh();
  }

  private readonly findCall = () =>
    prepared<{ id: number }>(
      this.db,
      `SELECT id FROM call WHERE event_source = ? AND event_name = ? AND region = ? AND account = ?
     AND error_code = ? AND read_only = ? AND event_type = ?`,
    );
  private readonly addCall = () =>
    prepared(
      this.db,
      `INSERT INTO call (event_source, event_name, region, account, error_code, read_only, event_type, denied)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );

  call(c: Call): CallRow {
    const key = callKey(c);
    const known = this.calls.get(key);
    if (known) return known;
    const readOnly = c.readOnly === null ? -1 : Number(c.readOnly);
    const parts = [
      c.eventSource,
      c.eventName,
      c.region,
      c.recipientAccountId,
      c.errorCode ?? '',
      readOnly,
      c.eventType,
    ];
    const denied = isDenial(c.errorCode);
    const id =
      this.findCall().get(...parts)?.id ??
      Number(this.addCall().run(...parts, Number(denied)).lastInsertRowid);
    return this.calls.remember(key, { id, denied, salt: small(c.recipientAccountId) });
  }

  private readonly findPrincipal = () =>
    prepared<{ id: number }>(this.db, 'SELECT id FROM principal WHERE text = ?');
  private readonly addPrincipal = () => prepared(this.db, 'INSERT INTO principal (text) VALUES (?)');

  principal(text: string | null): number | null {
    if (text === null) return null;
    return (
      this.principals.get(text) ??
      this.principals.remember(
        text,
        this.findPrincipal().get(text)?.id ?? Number(this.addPrincipal().run(text).lastInsertRowid),
      )
    );
  }

  private readonly findIssuer = () =>
    prepared<{ id: number }>(this.db, 'SELECT id FROM issuer WHERE arn = ? AND role_id = ? AND type = ?');
  private readonly addIssuer = () =>
    prepared(this.db, 'INSERT INTO issuer (type, arn, role_id, account, name) VALUES (?, ?, ?, ?, ?)');

  /** Row of a role (or user, or root) that issues sessions; null when neither ARN nor id is known. */
  issuer(type: string | null, arn: string | null, roleId: string | null): number | null {
    if (arn === null && roleId === null) return null;
    const key = JSON.stringify([type, arn, roleId]);
    const known = this.issuers.get(key);
    if (known !== undefined) return known;
    const parts = [arn ?? '', roleId ?? '', type ?? 'Role'];
    let id = this.findIssuer().get(...parts)?.id;
    if (id === undefined) {
      const { account, name } = arnParts(arn ?? '');
      id = Number(this.addIssuer().run(parts[2], parts[0], parts[1], account, name).lastInsertRowid);
      this.freshIssuers.push(id);
    }
    return this.issuers.remember(key, id);
  }

  private readonly findIdentity = () =>
    prepared<{ id: number }>(this.db, 'SELECT id FROM identity WHERE hash = ?');
  private readonly addIdentity = () =>
    prepared(
      this.db,
      `INSERT INTO identity (hash, type, access_key_id, principal, arn, account, user_name, invoked_by, issuer,
       created_at, mfa, source_identity, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );

  private identity(i: Identity): number {
    const key = identityKey(i);
    const known = this.identities.get(key);
    if (known !== undefined) return known;
    const hash = createHash('sha256').update(key).digest().subarray(0, 16);
    let id = this.findIdentity().get(hash)?.id;
    if (id === undefined) {
      const issuer = this.issuer(i.issuerType, i.issuerArn, i.issuerId);
      id = Number(
        this.addIdentity().run(
          hash,
          i.type,
          i.accessKeyId,
          this.principal(i.principalId),
          i.arn !== null && i.arn === sessionArn(i) ? null : i.arn,
          i.accountId,
          i.userName,
          i.invokedBy,
          issuer,
          i.createdAt,
          i.mfa === null ? null : Number(i.mfa),
          i.sourceIdentity,
          compact(Object.fromEntries(rare.map((field) => [field, i[field]]))),
        ).lastInsertRowid,
      );
      this.fresh.push(id);
    }
    return this.identities.remember(key, id);
  }

  private readonly findClient = () =>
    prepared<{ id: number }>(this.db, 'SELECT id FROM client WHERE source_ip = ? AND user_agent = ?');
  private readonly addClient = () =>
    prepared(this.db, 'INSERT INTO client (source_ip, user_agent) VALUES (?, ?)');
  private readonly findActor = () =>
    prepared<{ id: number }>(this.db, 'SELECT id FROM actor WHERE identity = ? AND client = ?');
  private readonly addActor = () => prepared(this.db, 'INSERT INTO actor (identity, client) VALUES (?, ?)');

  actor(a: Actor): ActorRow {
    const key = actorKey(a);
    const known = this.actors.get(key);
    if (known) return known;
    const identity = this.identity(a.identity);
    const client = [a.sourceIp ?? '', a.userAgent ?? ''] as const;
    const clientId =
      this.findClient().get(...client)?.id ?? Number(this.addClient().run(...client).lastInsertRowid);
    const id =
      this.findActor().get(identity, clientId)?.id ??
      Number(this.addActor().run(identity, clientId).lastInsertRowid);
    return this.actors.remember(key, { id, identity });
  }
}

/** ARN that a role session shows, from its issuer and principal: it drops the role's path. */
export function sessionArn(i: Pick<Identity, 'issuerArn' | 'issuerType' | 'principalId'>): string | null {
  if (i.issuerType !== 'Role' || i.issuerArn === null || i.principalId === null) return null;
  const [, partition, , , account] = i.issuerArn.split(':');
  const name = i.issuerArn.slice(i.issuerArn.lastIndexOf('/') + 1);
  const session = i.principalId.slice(i.principalId.indexOf(':') + 1);
  return `arn:${partition}:sts::${account}:assumed-role/${name}/${session}`;
}

function arnParts(arn: string): { account: string | null; name: string | null } {
  const account = arn.split(':')[4] ?? '';
  return { account: account === '' ? null : account, name: arn.slice(arn.lastIndexOf('/') + 1) || null };
}

function small(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0;
  return hash >>> 0;
}
