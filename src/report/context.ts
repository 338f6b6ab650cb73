import type { AccountNames } from '../model/answers.js';
import type { Format } from '../model/format.js';

/** How an answer is to be written. */
export interface RenderContext {
  /** Answers that do not have the format are tables. */
  format: Format;
  /** Columns; kept between 60 and 200. Tables only. */
  width: number;
  /** SGR colours. Tables only. */
  color: boolean;
  /** False: nothing but ASCII leaves, whatever the records say. Tables only. */
  unicode: boolean;
  /** IANA zone that tables show times in; JSON is always UTC. */
  tz: string;
  account: AccountNames;
}
