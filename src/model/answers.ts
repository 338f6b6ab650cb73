import type { DigestProblem, DigestSummary } from './digest.js';
import type { Problem } from './record.js';
import type { HeldSession, Origin, Session } from './session.js';

/** Half-open `[from, to)`, epoch seconds; `tz` is how people want it shown. */
export interface Window {
  from: number;
  to: number;
  tz: string;
}

/** Names for account ids, from the policy file; identity function without one. */
export type AccountNames = (accountId: string | null) => string | null;

/** What asking a query engine for logs took. */
export interface EngineUse {
  queries: number;
  scannedBytes: number;
  /** US dollars, at the price of most regions. */
  dollars: number;
  /** What the table cannot show: clauses without full stop. */
  missing: string[];
}

export interface IngestSummary {
  objects: { seen: number; read: number; skipped: number; failed: number };
  /** `read` = `stored` + `duplicate` + `rejected`. */
  records: { read: number; stored: number; duplicate: number; rejected: number };
  sessions: { new: number; changed: number };
  /** Bytes read from the sources, compressed as they lie there. */
  bytes: number;
  seconds: number;
  /** Objects passed over because they are no CloudTrail logs, by kind: `CloudTrail-Digest` → 12. */
  passedOver: Record<string, number>;
  problems: Problem[];
  /** Null when digests were not asked for. */
  digests: DigestSummary | null;
  /** Null when no query engine was asked. */
  engine: EngineUse | null;
  /** Earliest and latest event time among the records in the store, epoch seconds. */
  window: { from: number; to: number } | null;
}

/** One hour of one account and region, as seen. */
export interface CoverageRow {
  accountId: string;
  region: string;
  /** First and last event, epoch seconds. */
  first: number;
  last: number;
  records: number;
  /** Hours (epoch seconds of their start) with at least one record, inside the window asked for. */
  hours: number[];
}

export interface Coverage {
  /** Asked for, or what the store spans. */
  window: { from: number; to: number } | null;
  rows: CoverageRow[];
  /** Runs of whole hours without any record, and not proven to have none, of an account and region that has records elsewhere in the store. */
  gaps: { accountId: string; region: string; from: number; to: number }[];
  /** Hours (epoch seconds of their start) all of whose logs are here, as CloudTrail's digests prove. */
  proven: { accountId: string; region: string; hours: number[] }[];
  /** Digests of the window that hold, and what the others show to be wrong. */
  digests: { verified: number; problems: DigestProblem[] };
  /** Objects that could not be read completely, from the ledger. */
  damaged: Problem[];
  records: number;
  objects: number;
  /** How many of the objects are answers of a query engine, and no files. */
  queried: number;
}

export interface WhoAnswer {
  origin: Origin;
  sessions: HeldSession[];
  /** Span of the sessions' held intervals within the window. */
  held: { from: number; to: number } | null;
  used: { calls: number; denied: number; first: number; last: number } | null;
}

/** Somebody who acted in the account without a role: IAM user, root, or a user's session token. */
export interface DirectAccess {
  kind: 'iam-user' | 'root' | 'federated-user';
  id: string;
  accountId: string;
  /** Distinct access keys used, sorted. */
  accessKeyIds: string[];
  calls: number;
  denied: number;
  first: number;
  last: number;
  mfa: boolean;
  sourceIps: string[];
}

/** Failed attempts to assume the role asked about. */
export interface DeniedAttempt {
  caller: string;
  roleArn: string;
  attempts: number;
  first: number;
  last: number;
  errorCode: string;
  eventId: string;
}

export interface Who {
  question: {
    account: string | null;
    accountIds: string[];
    role: string | null;
    /** Patterns the role name stood for, and who said so. */
    roleMeaning: {
      patterns: string[];
      from: 'policy' | 'built-in' | 'given';
      /** ARNs of roles that the records show as administrators at some moment of the window; null: not asked about. */
      byEvidence: string[] | null;
    };
    /** How the time was understood, in words. */
    when: string;
  };
  window: Window;
  answers: WhoAnswer[];
  /** Sessions outside the answers that are on the way to one of them. */
  lineage: Session[];
  attempts: DeniedAttempt[];
  direct: DirectAccess[];
  coverage: Coverage;
}

/** One call on a chain's time line. */
export interface TimelineEntry {
  time: number;
  sessionId: string;
  eventId: string;
  eventSource: string;
  eventName: string;
  region: string;
  accountId: string;
  errorCode: string | null;
  sourceIp: string | null;
  /** Consecutive equal calls folded into one entry. */
  count: number;
  /** Session that this call handed out, if it is an issuance. */
  issued: string | null;
}

/** `chain`: up to the origin and down to everything derived. */
export interface ChainAnswer {
  origin: Origin;
  /** The session asked about. */
  focus: string;
  /** Root-first; children ordered by issue time. */
  root: ChainNode;
  timeline: TimelineEntry[];
  /** Entries left out because of a limit. */
  timelineOmitted: number;
}

export interface ChainNode {
  session: Session;
  children: ChainNode[];
}

/** `show`: one page about anything. */
export type ShowAnswer =
  | { kind: 'session'; session: Session; children: Session[]; actions: ActionCount[] }
  | {
      kind: 'event';
      event: EventDetail;
      session: Session | null;
      issued: Session | null;
      raw: unknown | null;
    }
  | { kind: 'list'; what: string; sessions: Session[]; omitted: number };

export interface ActionCount {
  eventSource: string;
  eventName: string;
  calls: number;
  denied: number;
  first: number;
  last: number;
}

export interface EventDetail {
  eventId: string;
  time: number;
  eventSource: string;
  eventName: string;
  region: string;
  accountId: string;
  errorCode: string | null;
  readOnly: boolean | null;
  principalId: string | null;
  arn: string | null;
  identityType: string;
  accessKeyId: string | null;
  invokedBy: string | null;
  sourceIp: string | null;
  userAgent: string | null;
  /** False when another copy of the same call, or a revision, is the one that counts. */
  counted: boolean;
  /** Calls that it stands for: more than one where equal calls of an hour came as their sum, by the first of them. */
  calls: number;
  /** Where the raw record lies: object name and record number (from 1). */
  source: string;
  record: number;
}
