/** One of CloudTrail's digests: which log files a trail delivered in an hour. Times are epoch seconds. */
export interface Digest {
  account: string;
  start: number;
  end: number;
  /** Where CloudTrail put it: the signature holds for that place alone. */
  bucket: string;
  object: string;
  /** Null where a chain begins. */
  previous: { object: string; hash: string; signature: string } | null;
  /** Names the key that it is signed with. */
  fingerprint: string;
  logs: { object: string; hash: string }[];
  /** What the signature is of: `verify` needs no more. */
  signed: string;
  /** SHA-256 of the digest itself, unpacked, hex. */
  hash: string;
}

export type DigestReason =
  | 'missing'
  | 'altered'
  | 'misplaced'
  | 'bad-signature'
  | 'unknown-key'
  | 'gap'
  | 'unread';

/** What digests show to be wrong. `key` is the name of the log or digest in question. */
export interface DigestProblem {
  key: string;
  reason: DigestReason;
}

export interface DigestSummary {
  /** Digests that are signed, in their chain, and agree with every log they list. */
  verified: number;
  /** Digests that cannot be judged: nothing beside them holds their signature, and none follows that does. */
  unproven: number;
  problems: DigestProblem[];
}
