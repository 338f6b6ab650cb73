import type { Origin, OriginKind } from '../model/session.js';
import { compileGlob } from './glob.js';
import type { PatternFault } from './pattern.js';

/** Kinds that a policy can name: an unobserved origin cannot be promised. */
export const originKinds = [
  'identity-center-user',
  'saml-user',
  'web-identity',
  'iam-user',
  'root',
  'aws-service',
  'external-account',
  'roles-anywhere',
  'cognito',
] as const satisfies readonly Exclude<OriginKind, 'unobserved'>[];

/**
 * True when an origin is one that the pattern `kind:glob` means, e.g. `web-identity:repo:acme/*:ref:refs/heads/main`.
 * The glob is on the origin's id; `*` does not cross `:`, so that `repo:acme/*` cannot grow into another claim,
 * but `kind:*` alone is every origin of that kind, and so is `kind` without a glob. Never throws.
 */
export function matchOrigin(pattern: string, origin: Origin): boolean {
  const { kind, id } = split(pattern);
  return kind === origin.kind && (id === '*' || compileGlob(id)(origin.id));
}

/** What is wrong with an origin pattern, or null. */
export function originFault(pattern: string): PatternFault | null {
  const { kind, id } = split(pattern);
  if (!(originKinds as readonly string[]).includes(kind)) {
    return { fault: `${JSON.stringify(kind)} is not a kind of origin`, remedy: originKinds.join(', ') };
  }
  if (id === '') return { fault: 'the name is missing', remedy: `${kind}:name, or ${kind}:* for all` };
  if (id.includes('**'))
    return { fault: '"**" is no wildcard here', remedy: 'write one *: it never crosses ":"' };
  return null;
}

function split(pattern: string): { kind: string; id: string } {
  const colon = pattern.indexOf(':');
  return colon === -1
    ? { kind: pattern, id: '*' }
    : { kind: pattern.slice(0, colon), id: pattern.slice(colon + 1) };
}
