import type { Trust, TrustCondition, TrustStatement } from '../model/trust.js';
import { matchAction } from './action.js';

export type Conditions = ReadonlyMap<string, readonly TrustCondition[]>;

/** An allowing statement through which a role can be assumed. */
export interface WayIn {
  /** Index in the document, from 0. */
  index: number;
  statement: TrustStatement;
  /** What denying statements ask of everybody. */
  asked: Conditions;
}

const assumptions = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];

/** The ways into a role: a statement that lets somebody only tag a session, say, is none. */
export function waysIn(trust: Trust): WayIn[] {
  const denials = trust.statements.flatMap(denialOf);
  const known = new Map<string, Conditions>();
  return trust.statements.flatMap((statement, index) => {
    const opened = statement.effect === 'Allow' ? covered(statement) : [];
    if (opened.length === 0) return [];
    const which = opened.join();
    const asked = known.get(which) ?? askedFor(opened, denials);
    known.set(which, asked);
    return [{ index, statement, asked }];
  });
}

function covered({ actions }: TrustStatement): string[] {
  return assumptions.filter((assumption) => actions.some((action) => matchAction(action, assumption)));
}

interface Denial {
  closed: string[];
  key: string;
  /** The condition that is met wherever the denial's is not. */
  asks: TrustCondition;
}

/**
 * `Deny` unless a condition holds asks for the same as a condition on every allowing statement. A request without the
 * key is denied too: the opposite of "equals" holds where there is nothing to compare.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function denialOf(statement: TrustStatement): Denial[] {
  const { effect, principals, except, conditions } = statement;
  const everybody = except.length === 0 && principals.some(({ kind }) => kind === 'anyone');
  if (effect !== 'Deny' || !everybody) return [];
  // Services have no organization: they are often left out of the denial.
  const keys = [...conditions].filter(([key]) => key !== 'aws:principalisawsservice');
  const [key, [only, ...more]] = keys[0] ?? ['', []];
  if (keys.length !== 1 || only === undefined || more.length > 0) return [];
  if (!only.operator.includes('not')) return [];
  const asks = { ...only, operator: only.operator.replace('not', ''), optional: false };
  return [{ closed: covered(statement), key, asks }];
}

function askedFor(opened: readonly string[], denials: readonly Denial[]): Conditions {
  const asked = new Map<string, TrustCondition[]>();
  for (const { closed, key, asks } of denials) {
    if (!narrows(key, asks) || !opened.every((assumption) => closed.includes(assumption))) continue;
    const others = asked.get(key);
    if (others === undefined) asked.set(key, [asks]);
    else others.push(asks);
  }
  return asked;
}

/** True when nobody comes in this way without meeting a condition on one of the keys that says which ones. */
export function narrowed(way: WayIn, keys: (key: string) => boolean): boolean {
  return [way.statement.conditions, way.asked].some((conditions) =>
    [...conditions].some(([key, all]) => keys(key) && all.some((condition) => narrows(key, condition))),
  );
}

/** Values of the conditions on a key that narrow, whoever asks for them. */
export function narrowingValues(way: WayIn, key: string): string[] {
  const conditions = [...(way.statement.conditions.get(key) ?? []), ...(way.asked.get(key) ?? [])];
  return conditions.filter((condition) => narrows(key, condition)).flatMap(({ values }) => values);
}

/** True when the way has no condition at all. */
export function isOpen({ statement, asked }: WayIn): boolean {
  return statement.conditions.size === 0 && asked.size === 0;
}

function narrows(key: string, { operator, optional, values }: TrustCondition): boolean {
  // `Null` asks for some value, whichever.
  if (optional || operator.includes('not') || operator === 'null') return false;
  const globs = operator.endsWith('like') || operator === 'arnequals';
  return values.every((value) => !isWide(key, value, globs));
}

/** One wide value among several is enough for everybody. */
function isWide(key: string, value: string, globs: boolean): boolean {
  if (/^(?:0\.0\.0\.0|::)\/0$/.test(value)) return true;
  if (!globs) return false;
  if (/^[*?]*$/.test(value)) return true;
  if (key === 'aws:principalarn') return /[*?]/.test(value.split(':')[4] ?? '*');
  return /^aws:principal(?:org|account)/.test(key) && /[*?]/.test(value.split('/')[0]!);
}
