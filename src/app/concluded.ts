import type { SessionFacts } from '../model/facts.js';
import type { Session } from '../model/session.js';

/** A session with what it was concluded from. */
export interface Concluded {
  session: Session;
  facts: SessionFacts;
  /** Tokens of what the store was asked for it beyond its own rows, as `touched` in the store has them. */
  asked: readonly string[];
}
