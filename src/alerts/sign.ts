import { createHmac } from 'node:crypto';
import { RolecallError } from '../errors.js';

/** Bytes that a secret has at least: fewer can be found by trying. */
const shortest = 16;

/**
 * `sha256=<hex>` of HMAC-SHA256 over `<timestamp>.<body>`: the time is signed too, so that an old message cannot be
 * sent again later with a new one. https://www.rfc-editor.org/rfc/rfc2104
 * @param timestamp epoch seconds
 */
export function signature(secret: Buffer, timestamp: number, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/**
 * The secret in a text or a file: without the line end that editors put last.
 * @param from where it was found, for the message
 * @throws RolecallError ALERT_SECRET
 */
export function readSecret(text: string, from: string): Buffer {
  const secret = Buffer.from(text.replace(/\r?\n$/, ''), 'utf8');
  if (secret.length < shortest)
    throw new RolecallError('ALERT_SECRET', `the secret in ${from} is shorter than ${shortest} bytes`);
  return secret;
}
