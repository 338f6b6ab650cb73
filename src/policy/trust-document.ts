import { createHash } from 'node:crypto';
import type { Trust, TrustCondition, TrustPrincipal, TrustStatement } from '../model/trust.js';
import { isAccountId } from './pattern.js';
import { readPrincipal } from './principal.js';

type Fields = Readonly<Record<string, unknown>>;

/** Lower-case name of the condition key whose values are never kept as written. */
export const externalIdKey = 'sts:externalid';

/**
 * Reads the JSON of a trust policy, in any of the ways that IAM accepts: one statement or a list, one principal or a
 * list, operators and keys in any case. What a part means is judged elsewhere.
 * @returns null when the text is no JSON object or holds no statement; never throws
 */
export function trustOf(document: string | null): Trust | null {
  const value = document === null ? null : parsed(document);
  const statements = list(fields(value).Statement).filter(
    (each) => typeof each === 'object' && each !== null,
  );
  if (statements.length === 0) return null;
  return { statements: statements.map((each) => statementOf(fields(each))) };
}

function statementOf(statement: Fields): TrustStatement {
  const effect = String(statement.Effect).toLowerCase() === 'allow' ? 'Allow' : 'Deny';
  const except = principalsOf(statement.NotPrincipal);
  return {
    effect,
    principals: statement.NotPrincipal === undefined ? principalsOf(statement.Principal) : [anyone],
    except,
    actions: actionsOf(statement, effect),
    conditions: conditionsOf(statement.Condition),
  };
}

const anyone: TrustPrincipal = { kind: 'anyone', value: '*', accountId: null };

// What NotAction leaves out is not looked at: too much is taken for allowed, and too little for denied.
function actionsOf(statement: Fields, effect: TrustStatement['effect']): string[] {
  if (statement.NotAction === undefined) return texts(statement.Action);
  return effect === 'Allow' ? ['*'] : [];
}

function principalsOf(principal: unknown): TrustPrincipal[] {
  if (typeof principal === 'string') return [principalOf('AWS', principal)];
  return Object.entries(fields(principal)).flatMap(([type, value]) =>
    texts(value).map((text) => principalOf(type, text)),
  );
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
function principalOf(type: string, value: string): TrustPrincipal {
  if (value === '*') return anyone;
  const accountId = accountIn(value);
  if (type === 'Service') return { kind: 'service', value, accountId: null };
  if (type === 'Federated') return { kind: 'federated', value, accountId };
  return type === 'AWS' ? { kind: awsKind(value), value, accountId } : { kind: 'unknown', value, accountId };
}

function awsKind(value: string): TrustPrincipal['kind'] {
  if (isAccountId(value)) return 'account';
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
  if (/^A(?:IDA|ROA)[A-Z0-9]+$/.test(value)) return 'deleted';
  const kind = readPrincipal(value)?.kind;
  if (kind === undefined) return 'unknown';
  if (kind === 'federated-user') return 'session';
  return value.includes(':assumed-role/') ? 'session' : kind;
}

function accountIn(value: string): string | null {
  if (isAccountId(value)) return value;
  const account = value.startsWith('arn:') ? value.split(':', 5)[4]! : '';
  return isAccountId(account) ? account : null;
}

function conditionsOf(condition: unknown): ReadonlyMap<string, TrustCondition[]> {
  const found = new Map<string, TrustCondition[]>();
  for (const [written, keys] of Object.entries(fields(condition))) {
    const [, set = '', operator, ifExists] = /^(?:([a-z]+):)?(.*?)(ifexists)?$/s.exec(written.toLowerCase())!;
    const optional = ifExists !== undefined || set === 'forallvalues';
    for (const [key, value] of Object.entries(fields(keys))) {
      const name = key.toLowerCase();
      const values = name === externalIdKey && operator !== 'null' ? texts(value).map(hashed) : texts(value);
      const others = found.get(name);
      const one = { key, operator: operator!, optional, values };
      if (others === undefined) found.set(name, [one]);
      else others.push(one);
    }
  }
  return found;
}

/** A text of nothing but wildcards stays: it is no secret, and it says that there is none. */
function hashed(externalId: string): string {
  if (/^(?:sha256:[0-9a-f]{64}|[*?]+)$/.test(externalId)) return externalId;
  return `sha256:${createHash('sha256').update(externalId).digest('hex')}`;
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return null;
  }
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The texts in a value or list; numbers and booleans as IAM reads them. */
function texts(value: unknown): string[] {
  return list(value).flatMap((each) =>
    typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean' ? [String(each)] : [],
  );
}
