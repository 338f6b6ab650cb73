import type { Exposure, IamChange } from './iam.js';
import type { Actor, Call } from './identity.js';

/** How an issuance hands out credentials, or tells who is behind one that follows. */
export type IssuanceName =
  | 'AssumeRole'
  | 'AssumeRoleWithSAML'
  | 'AssumeRoleWithWebIdentity'
  | 'AssumeRoot'
  | 'GetSessionToken'
  | 'GetFederationToken'
  /** Roles Anywhere CreateSession. */
  | 'CreateSession'
  /** signin; the record's own identity is the session in the target role. */
  | 'SwitchRole'
  /** Identity Center portal and CLI: followed by AssumeRoleWithSAML in the member account. No key. */
  | 'GetRoleCredentials'
  | 'Federate'
  /** signin, `aws login` and agents. No key. */
  | 'CreateOAuth2Token'
  /** eks-auth; followed by AssumeRole by pods.eks.amazonaws.com. No key. */
  | 'AssumeRoleForPodIdentity';

/** The facts of one issuance record. Never holds a token; an ExternalId only as a hash. */
export interface Issuance {
  name: IssuanceName;
  /** False when the call failed (`errorCode` set): an attempt, which never makes a session. */
  granted: boolean;
  /** `responseElements.credentials.accessKeyId`. */
  issuedKey: string | null;
  /** Epoch seconds, from the response's `expiration`. */
  expiresAt: number | null;
  /** Requested duration in seconds. */
  durationSeconds: number | null;
  /**
   * `principalId` that the issued session will show: `assumedRoleUser.assumedRoleId`, the federated user's id,
   * the caller's own for GetSessionToken, the target account for AssumeRoot. Null where the record does not say.
   */
  principalId: string | null;
  /** Role assumed, as requested (keeps the path), or rebuilt from `assumedRoleUser`/`resources`; null when unknown. */
  roleArn: string | null;
  /** Role session name, or the federated user's name. */
  sessionName: string | null;
  /** Account that the issued credential acts in. */
  targetAccountId: string | null;
  sourceIdentity: string | null;
  /** `sha256:<hex>` of the ExternalId. */
  externalIdHash: string | null;
  /** The request carried an MFA serial number. */
  mfa: boolean;
  /** SAML subject, web identity `sub`, certificate subject. */
  subject: string | null;
  /** SAML issuer/provider ARN, OIDC provider, trust anchor. */
  provider: string | null;
  audience: string | null;
  /** SwitchRole: ARN of the session or user that switched. */
  switchFrom: string | null;
  /** CreateOAuth2Token: ties `aws login` sessions to the one that authorised them. */
  signInSessionArn: string | null;
  /** GetRoleCredentials/Federate: permission set role name. Pod identity: `<cluster>/<namespace>/<service account>` when told. */
  detail: string | null;
  sharedEventId: string | null;
  requestId: string | null;
}

/** IAM's "revoke active sessions": credentials of the role issued before `before` are worthless from `eventTime` on. */
export interface Revocation {
  accountId: string;
  roleName: string;
  /** Epoch seconds: the `aws:TokenIssueTime` limit in the policy. */
  before: number;
}

/** One CloudTrail record, reduced to what rolecall keeps. */
export interface CloudTrailRecord {
  /** As written; a record without one gets `content:<32 hex>` derived from its content. */
  eventId: string;
  /** Epoch seconds, UTC. */
  time: number;
  call: Call;
  actor: Actor;
  sharedEventId: string | null;
  requestId: string | null;
  issuance: Issuance | null;
  revocation: Revocation | null;
  change: IamChange | null;
  exposure: Exposure | null;
  /** ARNs that a data event, or a call that changes something, worked on or tried to. */
  targets: readonly string[];
  /** `addendum.originalEventID` when the record revises an earlier one that has another id. */
  revises: string | null;
}

/** Something that could not be read, and where. */
export interface Problem {
  /** Object name (path, URI, `-`). */
  source: string;
  /** `record 17`, `byte 1024`, `line 3`, or '' for the object as a whole. */
  at: string;
  /** A sentence without trailing full stop. */
  reason: string;
}
