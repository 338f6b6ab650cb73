import type { Origin, Session } from './session.js';

/** Equal calls of one session or identity, folded. Times are epoch seconds. */
export interface Deed {
  /** IAM's name of the action: `iam:CreateUser`. */
  action: string;
  eventSource: string;
  eventName: string;
  region: string;
  accountId: string;
  /** Null when the call succeeded. */
  errorCode: string | null;
  /** The call was refused for want of permission. */
  denied: boolean;
  readOnly: boolean | null;
  /** The service that made the call for the session. */
  invokedBy: string | null;
  count: number;
  first: number;
  last: number;
  /** Event id of the first. */
  eventId: string;
}

/** Somebody who may have assumed a role: as much as the records show. */
export type SceneCaller =
  /** An IAM role or user, or root. */
  | { kind: 'principal'; arn: string }
  /** Only the other account is known. */
  | { kind: 'account'; accountId: string }
  | { kind: 'service'; name: string }
  /** Came with a token or an assertion instead of AWS credentials. */
  | { kind: 'federated'; origin: Origin }
  | { kind: 'unknown' };

/** How a session came to be. */
export interface Assumption {
  /** More than one only when the link is ambiguous. */
  callers: SceneCaller[];
  /** Account of the caller; null when no record tells. */
  callerAccountId: string | null;
  at: number;
  eventName: string;
  /** Event ids of the issuance's copies. */
  evidence: string[];
  /** `sha256:…`, or null when the request had none. */
  externalId: string | null;
  sourceIdentity: string | null;
}

/** What a detector looks at: a session in its chain, or an identity that acted without a role. */
export interface Scene {
  /** Null for an identity without a role. */
  session: Session | null;
  /** Who is behind it. */
  origin: Origin;
  /** Sessions from the first after the origin to the one before this. */
  above: Session[];
  /** How many sessions of the chain after its first came from the console's "switch role". */
  switches: number;
  /** Null when no record shows how the session came to be, or when there is no session. */
  assumption: Assumption | null;
  accountId: string | null;
  roleArn: string | null;
  /** By the time of the first. */
  deeds: Deed[];
}
