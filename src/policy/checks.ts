import type { Path, PolicyDocument, PolicyProblem } from './document.js';
import { quoted, where } from './explain.js';
import { nearest } from './nearest.js';
import { originFault } from './origin.js';
import { isAccountId, isFault, type PatternFault, parsePattern } from './pattern.js';

export interface CheckOptions {
  /** Ids of the detectors there are; without it any well-formed id is taken. */
  detectorIds?: readonly string[];
}

type Values = Record<string, unknown>;
type Check = (text: string) => PatternFault | null;

/**
 * What the schema cannot see: ids used twice, patterns that mean nothing, aliases and detectors that do not exist.
 * Values of the wrong type are passed over: the schema has named them.
 */
export function checkMeaning(document: PolicyDocument, options: CheckOptions): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const top = entries(document.value);
  const section = (name: string) => top.find(([key]) => key === name)?.[1];
  const aliases = new Set(entries(section('accounts')).map(([alias]) => alias));
  const report = (path: Path, fault: PatternFault, which: 'key' | 'value' = 'value') =>
    problems.push({
      ...document.locate(path, which),
      message: `${where(path)}${fault.fault} (${fault.remedy})`,
    });
  const check = (path: Path, value: unknown, rule: Check) => {
    const fault = typeof value === 'string' ? rule(value) : null;
    if (fault !== null) report(path, fault);
  };
  const checkEach = (path: Path, value: unknown, rule: Check) =>
    list(value).forEach((item, i) => {
      check([...path, i], item, rule);
    });
  const principal: Check = (text) => principalFault(text, aliases);
  const role: Check = (text) => roleFault(text, aliases);

  for (const [path, fault] of repeatedIds(section('accounts'))) report(path, fault);
  for (const [name, promise] of entries(section('roles'))) {
    const keys = object(promise);
    checkEach(['roles', name, 'match'], keys.match, role);
    checkEach(['roles', name, 'callers'], keys.callers, principal);
    checkEach(['roles', name, 'origins'], keys.origins, originFault);
  }
  checkEach(['breakGlass'], section('breakGlass'), principal);
  list(section('never')).forEach((edge, i) => {
    check(['never', i, 'from'], object(edge).from, principal);
    check(['never', i, 'to'], object(edge).to, role);
  });
  for (const [id, settings] of entries(section('detectors'))) {
    const fault = detectorFault(id, options.detectorIds);
    if (fault !== null) report(['detectors', id], fault, 'key');
    list(object(settings).exceptions).forEach((exception, i) => {
      const path = ['detectors', id, 'exceptions', i];
      const keys = object(exception);
      check([...path, 'role'], keys.role, role);
      check([...path, 'caller'], keys.caller, principal);
      check([...path, 'origin'], keys.origin, originFault);
      check([...path, 'account'], keys.account, (text) => accountFault(text, aliases));
    });
  }
  return problems;
}

function repeatedIds(accounts: unknown): [Path, PatternFault][] {
  const owners = new Map<string, string>();
  const found: [Path, PatternFault][] = [];
  for (const [alias, account] of entries(accounts)) {
    const id = object(account).id;
    if (typeof id !== 'string') continue;
    const owner = owners.get(id);
    if (owner === undefined) owners.set(id, alias);
    else {
      const fault = `${quoted(id)} is already the id of ${quoted(owner)}`;
      found.push([['accounts', alias, 'id'], { fault, remedy: 'one alias for each account' }]);
    }
  }
  return found;
}

function roleFault(text: string, aliases: Set<string>): PatternFault | null {
  const parsed = parsePattern(text);
  if (isFault(parsed) || parsed.kind === 'role') return principalFault(text, aliases);
  return {
    fault: `${quoted(text)} names no role`,
    remedy: 'account:role/name, such as "prod:role/deploy-*"',
  };
}

function principalFault(text: string, aliases: Set<string>): PatternFault | null {
  const parsed = parsePattern(text);
  if (isFault(parsed)) return { fault: `${quoted(text)}: ${parsed.fault}`, remedy: parsed.remedy };
  return /[*?]/.test(parsed.account) ? null : accountFault(parsed.account, aliases);
}

function accountFault(account: string, aliases: Set<string>): PatternFault | null {
  if (isAccountId(account) || aliases.has(account)) return null;
  const near = nearest(account, aliases)[0];
  const known =
    aliases.size === 0 ? 'accounts: names none' : `accounts: names ${[...aliases].slice(0, 20).join(', ')}`;
  return {
    fault: `unknown account ${quoted(account)}`,
    remedy: near === undefined ? known : `did you mean ${quoted(near)}? ${known}`,
  };
}

function detectorFault(id: string, known: readonly string[] | undefined): PatternFault | null {
  if (known === undefined || known.includes(id)) return null;
  const near = nearest(id, known)[0];
  return {
    fault: `there is no detector ${quoted(id)}`,
    remedy: near === undefined ? 'see `rolecall detectors`' : `did you mean ${quoted(near)}?`,
  };
}

function object(value: unknown): Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {};
}

function entries(value: unknown): [string, unknown][] {
  return Object.entries(object(value));
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
