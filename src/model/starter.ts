import type { OriginKind } from './session.js';

/** What a starter policy is written from: who was seen doing what. */
export interface StarterFacts {
  accounts: StarterAccount[];
  /** By `<account> <name>`. */
  roles: StarterRole[];
  /** Regions with records, by how many. */
  regions: { name: string; records: number }[];
  sessions: number;
  /** Of all sessions whose depth is known; 0 when none is. */
  maxDepth: number;
}

export interface StarterAccount {
  id: string;
  /** As the organization calls it; null when nobody told. */
  name: string | null;
  /** False: only callers were seen from there, so it may be somebody else's. */
  own: boolean;
  records: number;
  /** Sessions in it, or taken from it when it is not one's own. */
  sessions: number;
}

/** A role with everything that was seen of it. Counts are of sessions unless said otherwise. */
export interface StarterRole {
  accountId: string;
  /** Without path. */
  name: string;
  sessions: number;
  /** Kind of origin, then its id. */
  origins: Map<OriginKind, Map<string, number>>;
  /** ARNs of roles and users, and ids of accounts where only those are known. */
  callers: Map<string, number>;
  /** Taken by somebody no record names. */
  unknownCallers: number;
  /** Taken by an AWS service. */
  serviceCallers: number;
  /** Taken with a token or assertion. */
  federated: number;
  /** Taken from another account. */
  crossAccount: number;
  /** With an ExternalId. */
  externalIds: number;
  /** Action → calls that were not refused. */
  actions: Map<string, number>;
  /** Kinds of calls that only read, that wrote, and that do not say. */
  reads: number;
  writes: number;
  unclear: number;
  /** Null where one is not known. */
  maxDepth: number | null;
  /** No session was seen: an export of IAM shows that others are trusted. */
  trustOnly: boolean;
}
