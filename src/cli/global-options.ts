import { formats } from '../model/format.js';
import type { OptionRow } from './row.js';

export const colorModes = ['auto', 'always', 'never'] as const;
export type ColorMode = (typeof colorModes)[number];

export const defaultStore = 'rolecall.db';
export const defaultPolicy = 'rolecall.yaml';

/** Options of every command, accepted before and after its name. */
export const globalOptions: readonly OptionRow[] = [
  { flags: '--db <file>', help: `the store (default: $ROLECALL_DB, else ${defaultStore})` },
  {
    flags: '--policy <file>',
    help: `names of accounts and roles, and their promises (default: ./${defaultPolicy} when there is one)`,
  },
  { flags: '--format <format>', help: 'how to answer', choices: formats, default: 'table' },
  { flags: '--tz <zone>', help: 'IANA time zone to read and show times in', default: 'UTC' },
  { flags: '--color <when>', help: 'colours', choices: colorModes, default: 'auto' },
  { flags: '--ascii', help: 'draw with ASCII characters only' },
  {
    flags: '--width <n>',
    help: 'columns of a table, 60 to 200 (default: of the terminal, else 100)',
    reads: 'count',
  },
  { flags: '--quiet', help: 'say nothing on stderr but errors' },
  { flags: '--verbose', help: 'say more on stderr: progress in a pipe, where an error came from' },
];

/** Names of the environment's part in an answer, as `--help` lists them. */
export const environment: readonly (readonly [name: string, help: string])[] = [
  ['ROLECALL_DB', 'the store, where --db does not name one'],
  ['ROLECALL_WEBHOOK_SECRET', 'secret that signs webhooks'],
  ['ROLECALL_NOW', 'what time it is (2026-11-23T08:00:00Z): for tests'],
  ['NO_COLOR, FORCE_COLOR', 'without colours, or with; --color comes first'],
];

/** Exit codes as `--help` lists them. */
export const exitCodes: readonly (readonly [code: number, help: string])[] = [
  [0, 'answered, completely'],
  [1, 'findings, or a promise that was not kept'],
  [2, 'could not run'],
  [3, 'answered, but input was unreadable or passed over, or an alert undelivered'],
];
