/**
 * One change of who may do what, as its record shows it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
 */
export interface IamChange {
  /**
   * `create`: a role came to be, `document` is its trust policy · `trust`: its trust policy was replaced ·
   * `delete`: the entity is gone · `attach`, `detach`: a managed policy, `policy` is its ARN ·
   * `put`, `remove`: an inline policy, `policy` is its name · `policy`: a managed policy got the document, by being
   * made or by a new default version.
   */
  change: 'create' | 'trust' | 'delete' | 'attach' | 'detach' | 'put' | 'remove' | 'policy';
  entity: 'role' | 'user' | 'group' | 'policy';
  /** Account of the entity. */
  accountId: string;
  /** Name without path; of a managed policy its ARN. */
  name: string;
  /** ARN of a managed policy, or name of an inline one. */
  policy: string | null;
  /** Canonical JSON of the policy document; null where the change has none or the record does not show it. */
  document: string | null;
}

/** A call that shows something to others: an ACL, a bucket policy, a shared snapshot. */
export interface Exposure {
  what: 's3-acl' | 's3-policy' | 's3-public-access-block' | 'snapshot' | 'image';
  /** ARN or name of what was exposed; null when the record does not say. */
  resource: string | null;
  /** 12-digit account ids, `*` for everybody, `authenticated` for everybody with an AWS account. */
  to: string[];
}

/** A change with when and by whom it was made. */
export interface DatedChange extends IamChange {
  /** Epoch seconds. */
  at: number;
  eventId: string;
  /** Who made it: row of the identity, and of the session that it acted in. */
  identity: number;
  session: number | null;
  /** The service that made the call for them. */
  invokedBy: string | null;
}

/** Equal calls of one session on one thing, folded. Times are epoch seconds. */
export interface TargetUse {
  /** ARN. */
  target: string;
  eventSource: string;
  eventName: string;
  /** Null when the calls succeeded. */
  errorCode: string | null;
  denied: boolean;
  count: number;
  first: number;
  last: number;
  /** Event id of the first. */
  eventId: string;
}

/** An exposure with when and by whom it was made. */
export interface DatedExposure extends Exposure {
  at: number;
  eventId: string;
  accountId: string;
  identity: number;
  session: number | null;
}

/** What was attached to a role at one moment, as an export of IAM shows it: all of it. */
export interface RoleSnapshot {
  /** Epoch seconds. */
  at: number;
  /** What names the export in an answer, as an event id names a record. */
  evidence: string;
  /** Managed policies, each with the document of its default version where the export has it. */
  attached: readonly { arn: string; document: string | null }[];
  inline: readonly { name: string; document: string | null }[];
}
