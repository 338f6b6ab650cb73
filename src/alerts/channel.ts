import type { Finding } from '../model/finding.js';
import type { RenderContext } from '../report/index.js';
import type { Target } from './target.js';

/** A way to one target. */
export interface Channel {
  readonly target: Target;
  /** What there is to send about a finding: kept until it has arrived. */
  readonly payload: (finding: Finding) => string;
  /**
   * One attempt, bounded in time.
   * @throws Undelivered
   */
  readonly send: (payload: string, delivery: Attempt) => Promise<void>;
}

export interface Attempt {
  /** The same for each attempt at the same thing, so that the receiver can drop a repeat. */
  id: string;
  /** 1 for the first. */
  number: number;
}

/** What channels are told about this run. */
export interface ChannelSettings {
  /** Names of accounts, and the zone of times that people read. */
  report: Pick<RenderContext, 'account' | 'tz'>;
  /** Of rolecall itself, for the receiver's log. */
  version: string;
  /** Key of the webhooks' signatures; null when none was given. */
  secret: Buffer | null;
  /** Where `stdout` is: fulfilled when the line was taken. */
  write: (line: string) => Promise<void>;
  /** Milliseconds for a line to be taken; without end when left out: a person may be reading. */
  writeWithin?: number;
  /** Milliseconds for one attempt. */
  timeout?: number;
}
