import type { IssuanceName } from './record.js';

export type SessionKind = 'assumed-role' | 'session-token' | 'federated-user' | 'assumed-root';

export type OriginKind =
  | 'identity-center-user'
  | 'saml-user'
  | 'web-identity'
  | 'iam-user'
  | 'root'
  | 'aws-service'
  | 'external-account'
  | 'roles-anywhere'
  | 'cognito'
  | 'unobserved';

/** The first identity of a chain: a person, a CI job, a service, another company's account, a certificate. */
export interface Origin {
  kind: OriginKind;
  /** What names it: user name, OIDC subject, service principal, account id, certificate subject. */
  id: string;
  accountId: string | null;
  /** Identity Center `userId`, OIDC provider, SAML provider, instance or pod: whatever else tells which one. */
  detail: string | null;
}

export type LinkMethod =
  /** The caller's key is the key another issuance handed out. */
  | 'issued-key'
  /** Two copies of one cross-account call: the caller is in the fuller copy. */
  | 'shared-event'
  /** The issuance record itself names its origin (user, OIDC subject, service, …). */
  | 'issuance'
  | 'principal-time'
  | 'principal-window'
  | 'switch-from'
  | 'sign-in-session'
  | 'none';

export type Confidence = 'exact' | 'strong' | 'ambiguous' | 'unobserved';

export type UnobservedReason =
  | 'source account not collected'
  | 'before the collected window'
  | 'not in the collected logs'
  | 'workload credentials (expected)'
  | 'response missing'
  | 'hidden';

/** Why a session is joined to its parent or origin, and how sure that is. */
export interface Link {
  method: LinkMethod;
  confidence: Confidence;
  /** Event ids that show it. */
  evidence: string[];
  /** Session ids, sorted; more than one only when ambiguous. */
  candidates: string[];
  /** Set when `confidence` is `unobserved`. */
  reason: UnobservedReason | null;
}

/** One credential: what was issued, and everything done with it. Times are epoch seconds. */
export interface Session {
  /** 16 characters of lower-case base32; any unique prefix names the session. */
  id: string;
  kind: SessionKind;
  accessKeyId: string | null;
  principalId: string | null;
  /** With its path where any record told it. Null for session tokens, federated users and root. */
  roleArn: string | null;
  /** Account that the credential acts in. */
  accountId: string | null;
  sessionName: string | null;
  sourceIdentity: string | null;
  issuedAt: number;
  expiresAt: number;
  /** Where `expiresAt` comes from; `assumed` is one hour, or the last use if that is later; `revoked` cuts it short. */
  expiry: 'response' | 'duration' | 'assumed' | 'revoked';
  firstUsedAt: number | null;
  lastUsedAt: number | null;
  calls: number;
  denied: number;
  /** Null when no record tells: a session that was never used, with a caller that does not show it. */
  mfa: boolean | null;
  sourceIps: string[];
  parent: { id: string; accessKeyId: string | null } | null;
  link: Link;
  origin: Origin;
  /** Role assumptions from the origin; 0 for a session token, null when the origin is unobserved. */
  depth: number | null;
  /** Session ids from the first after the origin to this one. */
  chain: string[];
  issuance: SessionIssuance | null;
}

export interface SessionIssuance {
  eventId: string;
  eventName: IssuanceName;
  externalId: string | null;
  sourceIp: string | null;
  userAgent: string | null;
  region: string;
}

/** A session restricted to a question's window. */
export interface HeldSession extends Session {
  /** Part of `[issuedAt, expiresAt)` inside the window; null when only used inside it. */
  held: { from: number; to: number } | null;
  /** Calls inside the window; null when it was only held. */
  used: { calls: number; denied: number; first: number; last: number } | null;
  /** Null when the question is not about administrators. */
  adminBy: AdminBy | null;
}

/** What says that a session was an administrator's: the strongest of them. Times are epoch seconds. */
export interface AdminBy {
  /** The permissions of its role, by records; else its role's name, by the policy or by the built-in list. */
  from: 'evidence' | 'policy' | 'built-in';
  /** The pattern that names its role; null when none does. */
  pattern: string | null;
  /** What the records say of the role's permissions while the session was held or used. */
  permissions: 'admin' | 'not-admin' | 'unknown';
  /** Since when that was so; null: since before the records about it, or `unknown`. */
  since: number | null;
  /** Until when; null: until the end of the records, or `unknown`. */
  until: number | null;
  /** Event ids that show the beginning and the end. */
  evidence: string[];
}
