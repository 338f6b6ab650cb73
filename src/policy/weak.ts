import type { Severity } from '../model/finding.js';
import type { TrustWeakness, TrustWeaknessKind } from '../model/trust.js';

/** A weakness before its place in the document is known. */
export type Weak = Omit<TrustWeakness, 'statement' | 'principal'>;

/** A weakness in words. */
export function weak(kind: TrustWeaknessKind, severity: Severity, says: string): Weak {
  return { kind, severity, says };
}
