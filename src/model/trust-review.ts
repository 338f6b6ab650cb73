import type { TrustPrincipal, TrustWeakness } from './trust.js';

/** What shows something about a role: a record, or an export of IAM. */
export interface TrustEvidence {
  kind: 'event' | 'export';
  /** Event id, or name of the export's file. */
  name: string;
  /** Epoch seconds. */
  at: number;
}

/** A time in which a role had one trust policy. Times are epoch seconds. */
export interface TrustPeriod {
  /** Null: since before the first evidence. */
  from: number | null;
  /** Null: as far as is known, it still has it. */
  to: number | null;
  /** What shows the policy. */
  shown: TrustEvidence;
  /** What shows the end; null when `to` is. */
  ended: TrustEvidence | null;
  /** When the change before it was made is not known: no record shows it, an export does. */
  unseen: boolean;
  /** JSON; null where it is not known what it says. */
  document: string | null;
  weaknesses: TrustWeakness[];
}

/** Somebody whom a role trusts, in a time without a gap. */
export interface TrustedSpan {
  principal: TrustPrincipal;
  from: number | null;
  to: number | null;
  /** What shows the first policy that lets them in. */
  shown: TrustEvidence;
  ended: TrustEvidence | null;
  /** They come from another account, or with a token or assertion. */
  outside: boolean;
  /** Condition keys of the last policy that hold whichever way they come in, as written, sorted. */
  conditions: string[];
}

export interface RoleTrust {
  accountId: string;
  /** Without path. */
  name: string;
  /** With its path where anything told it. */
  arn: string;
  /** By time; those that touch the window. */
  periods: TrustPeriod[];
  /** In the order of time, then of the documents. */
  trusted: TrustedSpan[];
}

/** What trust policies say. */
export interface TrustReview {
  /** By account and name. */
  roles: RoleTrust[];
  /** Exports and records that it rests on. */
  exports: number;
  changes: number;
  /** Names of exports that were cut. */
  incomplete: string[];
}
