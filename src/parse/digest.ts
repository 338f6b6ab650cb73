import { createHash, createPublicKey, verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Digest } from '../model/digest.js';

/** Digests list a log in some 400 bytes; this is far more than any has, packed or unpacked. */
export const mostBytes = 32 * 1024 * 1024;

/**
 * Reads a digest.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 * @param bytes as delivered, gzip or unpacked
 * @returns null when it is none, or not whole
 */
export function readDigest(bytes: Uint8Array): Digest | null {
  try {
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const content = packed ? gunzipSync(bytes, { maxOutputLength: mostBytes }) : Buffer.from(bytes);
    return digestOf(JSON.parse(content.toString('utf8')), createHash('sha256').update(content).digest('hex'));
  } catch {
    return null;
  }
}

function digestOf(value: unknown, hash: string): Digest | null {
  const told = value as Record<string, unknown>;
  const text = (name: string) => (typeof told[name] === 'string' ? (told[name] as string) : null);
  const [account, bucket, object] = [text('awsAccountId'), text('digestS3Bucket'), text('digestS3Object')];
  const [from, until] = [text('digestStartTime'), text('digestEndTime')];
  const start = Date.parse(from ?? '') / 1000;
  const end = Date.parse(until ?? '') / 1000;
  if (account === null || bucket === null || object === null || !(end > start)) return null;
  const before = text('previousDigestS3Object');
  const signature = text('previousDigestSignature');
  return {
    account,
    start,
    end,
    bucket,
    object,
    previous:
      before === null
        ? null
        : { object: before, hash: text('previousDigestHashValue') ?? '', signature: signature ?? '' },
    fingerprint: text('digestPublicKeyFingerprint') ?? '',
    logs: logsOf(told.logFiles),
    signed: [until, `${bucket}/${object}`, hash, signature ?? 'null'].join('\n'),
    hash,
  };
}

function logsOf(list: unknown): Digest['logs'] {
  if (!Array.isArray(list)) throw new TypeError('a digest without a list of logs');
  return list.map(({ s3Object, hashValue }: { s3Object: unknown; hashValue: unknown }) => {
    if (typeof s3Object !== 'string' || typeof hashValue !== 'string')
      throw new TypeError('a log without a hash');
    return { object: s3Object, hash: hashValue };
  });
}

/**
 * Whether the signature is of this digest by this key: RSA (PKCS#1 v1.5) with SHA-256.
 * @param signature hex
 * @param key DER of a PKCS#1 public key
 */
export function isSignedBy(digest: Digest, signature: string, key: Uint8Array): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key), format: 'der', type: 'pkcs1' });
    return verify('sha256', Buffer.from(digest.signed), publicKey, Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
}

/**
 * Reads the output of `aws cloudtrail list-public-keys`: fingerprint → DER.
 * @returns null for any other text
 */
export function readPublicKeys(text: string): Map<string, Uint8Array> | null {
  try {
    const { PublicKeyList } = JSON.parse(text) as { PublicKeyList: { Value: string; Fingerprint: string }[] };
    return new Map(
      PublicKeyList.map(({ Value, Fingerprint }) => [Fingerprint, Buffer.from(Value, 'base64')]),
    );
  } catch {
    return null;
  }
}

/**
 * The name that another object of the same trail has here: a whole bucket may have been copied to another, or to a
 * disk, and part of it alone.
 * @param name of the digest here: path or `s3://bucket/key`, with `/`
 * @param at its key where CloudTrail put it
 * @param other key of the other object there
 * @returns null when the digest does not lie here as it lay there, or the other one is not below the same folder
 */
export function nameHere(name: string, at: string, other: string): string | null {
  let same = 0;
  while (same < at.length && at.at(-1 - same) === name.at(-1 - same)) same++;
  // Whole folders only.
  const tail = same === at.length ? at : at.slice(at.length - same).replace(/^[^/]*\//, '');
  if (!/(?:^|\/)CloudTrail-Digest\/.+\/[^/]+$/.test(tail)) return null;
  const gone = at.slice(0, at.length - tail.length);
  return other.startsWith(gone) ? name.slice(0, name.length - tail.length) + other.slice(gone.length) : null;
}
