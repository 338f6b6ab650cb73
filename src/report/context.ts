import type { AccountNames } from '../model/answers.js';

/** How an answer is to be written. */
export interface RenderContext {
  /** `table` for people, `json` one document, `ndjson` one object per line. */
  format: 'table' | 'json' | 'ndjson';
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
