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
  /** Of somebody without a role: it was done with a session token, and that session's own scene has it, too. */
  inSession: boolean;
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

/** From where, and with which program, calls were made. Times are epoch seconds. */
export interface Client {
  /** As the record has it: an address, the name of a service, `AWS Internal`; '' when it has none. */
  address: string;
  userAgent: string;
  /** The service that made the calls for the session. */
  invokedBy: string | null;
  /** The credentials were those of a console session. */
  console: boolean;
  calls: number;
  first: number;
  last: number;
  /** Event id of the first. */
  eventId: string;
}

/** A caller and the role that it assumed, and what the logs before that know of the two. */
export interface Edge {
  /** Stands for the caller: a role without its session, a user, an account, a token's provider and kind of subject. */
  caller: string;
  /** When the last session before this one was issued to the same caller in the same role; null when none was. */
  previous: number | null;
  /** Days (epoch seconds / 86,400) on which the role's account has records, in order. */
  days: readonly number[];
}

/** Refused attempts to assume one role by one principal within a minute. Times are epoch seconds. */
export interface Refused {
  /** A role without its session, a user, an account, … */
  caller: SceneCaller;
  /** Null when the record does not name the role. */
  roleArn: string | null;
  count: number;
  first: number;
  last: number;
  /** Event id of the first. */
  eventId: string;
}

/** Everything that was refused to one principal, or at one role (then the scene names it). */
export interface Refusals {
  of: 'caller' | 'role';
  /** By the time of the first. */
  attempts: readonly Refused[];
}

/** A principal that an access key was issued to, or that signed with it. */
export interface KeyHolder {
  principalId: string;
  /** `userIdentity.type`, or the name of the call that issued the key. */
  as: string;
  accountId: string | null;
  time: number;
  eventId: string;
}

/** An access key that the records show with more than one principal. */
export interface SharedKey {
  accessKeyId: string;
  /** By time. */
  holders: readonly KeyHolder[];
}

/** A session of a role, and how it came to be. */
export interface TrustUse {
  session: Session;
  assumption: Assumption | null;
}

/** A trust policy that a role was given, by whom, and who held the role in the week after. Times are epoch seconds. */
export interface TrustGiven {
  at: number;
  eventId: string;
  /** The role was made with it; else it took the place of another. */
  created: boolean;
  /** JSON; null where the record does not show it. */
  document: string | null;
  /** The policy before; null when the role was new, or where no record shows it. */
  previous: string | null;
  /** Who called IAM: a role without its session, a user, a service. */
  caller: SceneCaller;
  /** Id of the session that the caller acted in. */
  sessionId: string | null;
  /** The service that made the call for the caller. */
  invokedBy: string | null;
  /** By the time of issue; of a busy role the first ones. */
  uses: TrustUse[];
}

/** What a detector looks at: a session in its chain, an identity that acted without a role, or neither of the two. */
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
  /** Where a session's calls came from, by the time of the first. */
  clients: Client[];
  /** Where the sessions of the same principal came from that were issued in the two days before: for instances. */
  clientsBefore: Pick<Client, 'address' | 'userAgent'>[];
  /** Null unless a record shows who assumed the role. */
  edge: Edge | null;
  /** Set in a scene about refused attempts: it has no session and no deeds. */
  refusals: Refusals | null;
  /** Set in a scene about an access key: it has no session and no deeds. */
  sharedKey: SharedKey | null;
  /** Set in a scene about a role's trust policy: its origin is who gave it; it has no session and no deeds. */
  trust: TrustGiven | null;
}

/** A scene in which nothing happens. */
export const emptyScene: Scene = {
  session: null,
  origin: { kind: 'unobserved', id: '', accountId: null, detail: null },
  above: [],
  switches: 0,
  assumption: null,
  accountId: null,
  roleArn: null,
  deeds: [],
  clients: [],
  clientsBefore: [],
  edge: null,
  refusals: null,
  sharedKey: null,
  trust: null,
};
