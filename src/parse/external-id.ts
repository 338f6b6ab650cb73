import { createHash } from 'node:crypto';
import { hidden } from './fields.js';

/**
 * An ExternalId guards a role against confused deputies, so it is never kept as written: `sha256:<64 hex>` of it.
 * Null when the request has none, or CloudTrail hides it.
 */
export function externalIdHash(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value === hidden) return null;
  return `sha256:${createHash('sha256').update(value).digest('hex')}`;
}
