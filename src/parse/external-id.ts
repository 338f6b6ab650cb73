import { createHash } from 'node:crypto';
import { hidden } from './fields.js';

/** An ExternalId that was hashed where the logs are. No JSON can make one. */
export class HashedExternalId {
  /** @param hash `sha256:<64 hex>` */
  constructor(readonly hash: string) {}
}

/**
 * An ExternalId guards a role against confused deputies, so it is never kept as written: `sha256:<64 hex>` of it.
 * Null when the request has none, or CloudTrail hides it.
 */
export function externalIdHash(value: unknown): string | null {
  if (value instanceof HashedExternalId) return /^sha256:[0-9a-f]{64}$/.test(value.hash) ? value.hash : null;
  if (typeof value !== 'string' || value === '' || value === hidden) return null;
  return `sha256:${createHash('sha256').update(value).digest('hex')}`;
}
