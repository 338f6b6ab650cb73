import { createHash } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** 16 characters of base32 (80 bits of SHA-256): the same credential has the same id in every store. */
export function sessionId(naturalKey: string): string {
  const hash = createHash('sha256').update(naturalKey).digest();
  let bits = 0n;
  for (const byte of hash.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  let id = '';
  for (let at = 75n; at >= 0n; at -= 5n) id += alphabet[Number((bits >> at) & 31n)];
  return id;
}
