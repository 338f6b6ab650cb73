import type { SessionKind } from './session.js';

/** A granted issuance record, as far as joining it to uses needs. Times are epoch seconds. */
export interface IssuedFact {
  /** Event key in the store. */
  ref: number;
  eventId: string;
  name: string;
  kind: SessionKind;
  at: number;
  accessKeyId: string | null;
  principal: string | null;
  /** Equal for the copies of one call. */
  shared: string | null;
  /** How much of the caller the record shows: the copy with the most is asked who the caller was. */
  fullness: number;
}

/** An identity that acts with an issued credential. */
export interface UseFact {
  ref: number;
  kind: SessionKind;
  accessKeyId: string | null;
  principal: string | null;
  createdAt: number | null;
}

/** How an identity came to be part of its session. */
export type Tie =
  /** It signs with the issued key. */
  | 'issued-key'
  /** Same principal, and created in the second of the issuance or the one before. */
  | 'principal-time'
  /** Nothing issued is known: the session is known from such identities alone. */
  | 'uses';

/** One credential: the records that issued it and the identities that used it. */
export interface CredentialGroup {
  /** Derived from what the records say, never from their order. */
  naturalKey: string;
  kind: SessionKind;
  principal: string | null;
  /** Issue time, or the creation date that the uses show; null when neither is known. */
  at: number | null;
  /** Fullest first. */
  issued: number[];
  uses: { ref: number; tie: Tie }[];
  /** Natural keys of credentials that the uses may belong to; set only when several (or a contested one) fit. */
  candidates: string[];
}
