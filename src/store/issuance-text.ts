import { createHash } from 'node:crypto';
import type { Issuance } from '../model/record.js';
import { compact } from './intern.js';

/** JSON of the rarer facts of an issuance; null when it has none. */
export function moreOf(i: Issuance): string | null {
  const { subject, provider, audience, switchFrom, signInSessionArn, detail } = i;
  return compact({ subject, provider, audience, switchFrom, signInSessionArn, detail });
}

/** Order of two contradicting issuances: one with a key comes first. The same text as `Twins.issuanceText`. */
export function issuanceText(i: Issuance): string {
  return JSON.stringify([
    i.issuedKey === null ? 1 : 0,
    i.issuedKey,
    i.principalId,
    i.expiresAt,
    i.sessionName,
    i.sourceIdentity,
    i.externalIdHash,
    moreOf(i),
  ]);
}

/** Copies of one call: same sharedEventID, action, source and requestID. 64 bits of SHA-256. */
export function sharedHash(sharedId: string, source: string, name: string, requestId: string | null): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([sharedId, source, name, requestId]))
    .digest()
    .subarray(0, 8);
}
