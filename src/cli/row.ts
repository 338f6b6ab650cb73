import type { furtherFormats } from '../model/format.js';
import type { Context } from './context.js';
import type { OptionValues } from './option-values.js';

/** One argument of a command. */
export interface ArgumentRow {
  /** As shown in usage, without brackets. */
  name: string;
  help: string;
  /** Takes one or more words. */
  many?: boolean;
}

/** How the text after an option is read. */
export type Reading =
  /** As written. */
  | 'text'
  /** A whole number, at least 0. */
  | 'count'
  /** Parts between commas; the option may be repeated. */
  | 'list'
  /** As written; the option may be repeated. */
  | 'each';

/** One option: everything that parsing, `--help` and the tests know about it. */
export interface OptionRow {
  /** As commander writes them: `--limit <n>`; no `<…>` makes a switch. */
  flags: string;
  help: string;
  /** `text` unless said otherwise; of no account for a switch. */
  reads?: Reading;
  /** The only words allowed. */
  choices?: readonly string[];
  default?: string | number;
}

export interface Example {
  /** What follows `rolecall `. */
  line: string;
  /** What it answers. */
  says: string;
}

/** What a command came to. */
export interface Outcome {
  /** For stdout; '' for none. Pieces are written as the reader takes them. */
  text: string | Iterable<string>;
  /** Exit code, see `exit` in errors.ts. */
  exit: number;
}

/** A command's work: asks the application, renders the answer. Never touches a stream for data. */
export type Act = (args: readonly string[], options: OptionValues, context: Context) => Promise<Outcome>;

/** One command of the program. */
export interface CommandRow {
  /** Also the name of its file in `commands/`. */
  name: string;
  /** One line, for the list of commands. */
  summary: string;
  /** What else its `--help` says, before the options. */
  about: string;
  arguments: readonly ArgumentRow[];
  options: readonly OptionRow[];
  /** Formats that it knows beside table, json and ndjson. */
  formats?: readonly (typeof furtherFormats)[number][];
  examples: readonly Example[];
  /** Brings in the command and all it needs: `--help` of any command comes without. */
  load: () => Promise<{ act: Act }>;
}
