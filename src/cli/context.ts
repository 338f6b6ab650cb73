import type { Readable } from 'node:stream';
import pc from 'picocolors';
import type { Format } from '../model/format.js';
import { readClock } from './clock.js';
import { type ColorMode, defaultPolicy, defaultStore } from './global-options.js';
import type { OptionValues } from './option-values.js';
import { type Environment, type StreamFacts, tableWidth, wantsColor, wantsUnicode } from './terminal.js';

/** The world around a run, as far as commands may know it. */
export interface Surroundings {
  env: Environment;
  platform: string;
  stdin: Readable;
  stdout: StreamFacts;
  stderr: StreamFacts & { stream: NodeJS.WritableStream };
  /** How this program was started, to print commands that can be copied. */
  invokedAs: string;
}

/** What every command gets: the global options, understood. */
export interface Context extends Surroundings {
  /** Of this rolecall. */
  version: string;
  db: string;
  /** The store was named on the command line. */
  dbGiven: boolean;
  policyPath: string;
  /** The policy was named on the command line: it must exist. */
  policyGiven: boolean;
  format: Format;
  tz: string;
  /** Epoch seconds. */
  now: number;
  width: number;
  unicode: boolean;
  /** For stdout. */
  color: boolean;
  /** For stderr. */
  paint: ReturnType<typeof pc.createColors>;
  quiet: boolean;
  verbose: boolean;
  /** One line on stderr, unless --quiet. */
  note: (line: string) => void;
}

/** @throws RolecallError USAGE for a clock that cannot be read */
export function understandContext(options: OptionValues, around: Surroundings, version: string): Context {
  const { env, stdout, stderr } = around;
  const mode = options.text('color') as ColorMode;
  const quiet = options.given('quiet');
  return {
    ...around,
    version,
    db: options.text('db') ?? (env.ROLECALL_DB || defaultStore),
    dbGiven: options.text('db') !== null,
    policyPath: options.text('policy') ?? defaultPolicy,
    policyGiven: options.text('policy') !== null,
    format: options.text('format') as Format,
    tz: options.text('tz') ?? 'UTC',
    now: readClock(env.ROLECALL_NOW),
    width: tableWidth(options.count('width'), stdout),
    unicode: wantsUnicode(options.given('ascii'), env, stdout, around.platform),
    color: wantsColor(mode, env, stdout),
    paint: pc.createColors(wantsColor(mode, env, stderr)),
    quiet,
    verbose: options.given('verbose'),
    note: (line) => {
      if (!quiet) stderr.stream.write(`${line}\n`);
    },
  };
}
