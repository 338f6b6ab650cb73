import { coverage } from '../app/coverage.js';
import { usualSeconds } from '../app/detect-rules.js';
import { type KnownDetectors, loadPolicy, openStore, openStoreToKeep } from '../app/open.js';
import { loadRules, type Rules } from '../app/rules.js';
import { formatTime, understandWindow } from '../app/when.js';
import { readZone } from '../app/when-zone.js';
import { RolecallError } from '../errors.js';
import type { Window } from '../model/answers.js';
import { accountNames, resolveAccount } from '../policy/index.js';
import type { ReportContext } from '../report/index.js';
import type { Context } from './context.js';
import { visible } from './failure.js';
import type { OptionValues } from './option-values.js';

export type Policy = NonNullable<ReturnType<typeof loadPolicy>>;
export type Store = ReturnType<typeof openStore>;

/** What a command needs to answer a question from the store. */
export interface Answering {
  store: Store;
  policy: Policy | null;
  report: ReportContext;
}

/**
 * @param known detectors that the policy may name; all that are run, where any are
 * @throws RolecallError TIMEZONE_UNKNOWN, POLICY_*, DB_*
 */
export function prepare(context: Context, known: KnownDetectors = 'any'): Answering {
  const { policy, report } = preparePolicy(context, known);
  return { store: openStore(context.db), policy, report };
}

/**
 * The same with a store that can be written. One that cannot be still answers; then nothing is kept.
 * @throws RolecallError TIMEZONE_UNKNOWN, POLICY_*, DB_*
 */
export function prepareToKeep(context: Context, known: KnownDetectors): Answering & { keeps: boolean } {
  const { policy, report } = preparePolicy(context, known);
  try {
    return { store: openStoreToKeep(context.db), policy, report, keeps: true };
  } catch (error) {
    if (!(error instanceof RolecallError) || error.code !== 'DB_UNWRITABLE') throw error;
    context.note(`${context.db} cannot be written: nothing of this answer is kept in it.`);
    return { store: openStore(context.db), policy, report, keeps: false };
  }
}

/** The part of `prepare` that needs no store yet. */
export function preparePolicy(context: Context, known: KnownDetectors = 'any'): Omit<Answering, 'store'> {
  readZone(context.tz);
  const policy = loadPolicy(context.policyPath, context.policyGiven, known);
  const { format, width, color, unicode, tz } = context;
  return { policy, report: { format, width, color, unicode, tz, account: accountNames(policy) } };
}

/**
 * The user's own detectors in --rules; null when it was left out.
 * @param folder instead of what the option says
 * @throws RolecallError RULES_MISSING, RULE_INVALID
 */
export async function rulesAsked(
  options: OptionValues,
  context: Context,
  folder = options.text('rules'),
): Promise<Rules | null> {
  if (folder === null) return null;
  const rules = await loadRules(folder);
  for (const name of rules.passedOver)
    context.note(
      `passed over ${visible(name)} in ${folder}: a rule is called my-rule.ts, my-rule.js or my-rule.sql`,
    );
  return rules;
}

/**
 * Seconds that a question of a rule in SQL may take.
 * @throws RolecallError USAGE
 */
export function ruleSeconds(options: OptionValues): number {
  const seconds = options.count('rule-timeout') ?? usualSeconds;
  if (seconds < 1 || seconds > 86_400)
    throw new RolecallError('USAGE', `--rule-timeout is ${seconds}; it may be 1 to 86400 seconds`);
  return seconds;
}

/** Account ids behind the words of a list option; null when it was left out. */
export function accountIds(words: string[] | null, policy: Policy | null): string[] | null {
  return words === null ? null : [...new Set(words.flatMap((word) => resolveAccount(word, policy)))];
}

/** The window asked for, and the same in words; null when no time was given. */
export function windowAsked(
  options: OptionValues,
  context: Pick<Context, 'now' | 'tz'>,
): { window: Window; text: string } | null {
  const names = ['on', 'at', 'from', 'to', 'last'] as const;
  const given = names.flatMap((name) => {
    const text = options.text(name);
    return text === null ? [] : [[name, text] as const];
  });
  return given.length === 0 ? null : understandWindow(Object.fromEntries(given), context.now, context.tz);
}

/** From the first record in the store to the last; the last day for a store without any. */
export function wholeWindow(
  store: Store,
  context: Pick<Context, 'now' | 'tz'>,
): { window: Window; text: string } {
  const { window } = coverage(store, { window: null, accounts: null, regions: null });
  if (window === null) return understandWindow({ last: '24h' }, context.now, context.tz);
  const [from, to] = [formatTime(window.from, 'UTC'), formatTime(window.to + 1, 'UTC')];
  return understandWindow({ from, to }, context.now, context.tz);
}
