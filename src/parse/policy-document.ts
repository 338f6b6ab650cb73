import { canonicalJson } from './canonical-json.js';
import { externalIdHash } from './external-id.js';
import { type Fields, fields, isFields } from './fields.js';

/** Longest policy that the API takes as text, white space included; URL-encoding makes at most three of one. */
const longestText = 3 * 131_072;

/**
 * Characters kept of a policy. IAM allows, white space not counted, 10,240 for a role's inline policies together,
 * 6,144 for a managed one and 8,192 for a trust policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const longestPolicy = 10_240;

/** The policy in a request: JSON as text, sometimes URL-encoded, or an object; no fields where it cannot be read. */
export function policyOf(document: unknown): Fields {
  return typeof document === 'string' ? fields(parsed(document)) : fields(document);
}

/**
 * A policy as it is kept: canonical JSON, so that equal policies are equal texts. An ExternalId in a condition is no
 * less a secret than one in a request: only its hash is kept, as `externalIdHash` makes it.
 * @returns null for what is no JSON object, and for what is longer than any policy may be
 */
export function keptPolicy(document: unknown): string | null {
  if (typeof document !== 'string') return null;
  const policy = parsed(document, (key, value) => (isExternalId(key) ? hashed(value) : value));
  if (!isFields(policy)) return null;
  const text = canonicalJson(policy);
  return text.length > longestPolicy ? null : text;
}

/** A list in a policy may be written as its only member. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

type Reviver = (key: string, value: unknown) => unknown;

function parsed(document: string, reviver?: Reviver): unknown {
  if (document.length > longestText) return null;
  try {
    return JSON.parse(document.startsWith('%') ? decodeURIComponent(document) : document, reviver);
  } catch {
    // No JSON, broken URL-encoding, or nested so deeply that the reviver gives up.
    return null;
  }
}

/** IAM compares the names of condition keys without regard to case. */
function isExternalId(key: string): boolean {
  return key.length === 14 && key.toLowerCase() === 'sts:externalid';
}

function hashed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hashed);
  // Nothing but wildcards hides nothing, and shows that the condition asks for nothing.
  if (typeof value !== 'string' || /^[*?]*$/.test(value)) return value;
  return externalIdHash(value);
}
