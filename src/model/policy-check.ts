/** One pattern of a policy, and what it means in the store. */
export interface PatternUse {
  /** Where it stands: `roles.admin.match`. */
  key: string;
  pattern: string;
  matches: number;
  /** It is about somebody else's account, whose principals no log here names. */
  outside: boolean;
  /** The first few ARNs. */
  examples: string[];
}

/** A policy that is sound, held against the store. */
export interface PolicyCheck {
  file: string;
  accounts: number;
  roles: number;
  /** Entries under `detectors:`. */
  detectors: number;
  /** False: there was no store to hold it against. */
  store: boolean;
  patterns: PatternUse[];
}
