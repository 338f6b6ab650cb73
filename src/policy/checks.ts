import type { Path, PolicyDocument, PolicyProblem } from './document.js';
import { quoted, where } from './explain.js';
import { nearest } from './nearest.js';
import { originFault } from './origin.js';
import { isAccountId, isFault, type PatternFault, parsePattern } from './pattern.js';
import type { OptionValue } from './policy.js';

export interface CheckOptions {
  /** The detectors there are, each with its options and their defaults; without it any well-formed id is taken. */
  detectors?: ReadonlyMap<string, Readonly<Record<string, OptionValue>>>;
  /** What a detector has against a value of the right type for one of its options; null when nothing. */
  valueFault?: (detector: string, option: string, value: OptionValue) => string | null;
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
    const fault = detectorFault(id, options.detectors);
    if (fault !== null) report(['detectors', id], fault, 'key');
    for (const [name, value] of entries(settings)) {
      const wrong =
        optionFault(name, value, options.detectors?.get(id)) ?? valueFault(id, name, value, options);
      if (wrong !== null) report(['detectors', id, name], wrong.fault, wrong.which);
    }
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

/** Options that every detector has; the schema has checked them. */
const everyones = ['enabled', 'severity', 'exceptions'];

/** A detector that is not known has had its say already. */
function optionFault(
  name: string,
  value: unknown,
  defaults: Readonly<Record<string, OptionValue>> | undefined,
): { fault: PatternFault; which: 'key' | 'value' } | null {
  if (defaults === undefined || everyones.includes(name)) return null;
  const usual = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
  if (usual === undefined) {
    const known = [...Object.keys(defaults), ...everyones];
    const near = nearest(name, known)[0];
    const hint = near === undefined ? '' : `did you mean ${quoted(near)}? `;
    const fault = `it has no option ${quoted(name)}`;
    return { fault: { fault, remedy: `${hint}it has ${known.join(', ')}` }, which: 'key' };
  }
  if (kindOf(value) === kindOf(usual)) return null;
  const fault = `this is no ${kindOf(usual)}`;
  return { fault: { fault, remedy: `such as ${JSON.stringify(usual)}, its default` }, which: 'value' };
}

/** Only for an option that the detector has, with a value of its type. */
function valueFault(
  id: string,
  name: string,
  value: unknown,
  { detectors, valueFault }: CheckOptions,
): { fault: PatternFault; which: 'value' } | null {
  const usual = detectors?.get(id)?.[name];
  const fault = usual === undefined ? null : (valueFault?.(id, name, value as OptionValue) ?? null);
  return fault === null
    ? null
    : { fault: { fault, remedy: `see \`rolecall detectors explain ${id}\`` }, which: 'value' };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? 'list of texts' : 'list';
  if (typeof value === 'number') return value >= 0 && Number.isInteger(value) ? 'whole number' : 'number';
  return typeof value === 'boolean' ? 'true or false' : typeof value === 'string' ? 'text' : 'value';
}

function detectorFault(id: string, detectors: CheckOptions['detectors']): PatternFault | null {
  if (detectors === undefined || detectors.has(id)) return null;
  const near = nearest(id, [...detectors.keys()])[0];
  return {
    fault: `there is no detector ${quoted(id)}`,
    remedy:
      near === undefined
        ? 'see `rolecall detectors list`; one of your own needs --rules'
        : `did you mean ${quoted(near)}?`,
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
