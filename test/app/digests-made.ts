import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { emptyFolder } from '../cli/rolecall.js';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const fingerprint = 'acme0000000000000000000000000001';

/** Output of `aws cloudtrail list-public-keys` with the key that the digests here are signed with, in a file. */
export function publicKeysFile(): string {
  const path = join(emptyFolder(), 'keys.json');
  const Value = keys.publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64');
  const list = [{ Value, ValidityStartTime: 1, ValidityEndTime: 2, Fingerprint: fingerprint }];
  writeFileSync(path, JSON.stringify({ PublicKeyList: list }));
  return path;
}

export interface Trail {
  account: string;
  region: string;
  bucket: string;
  /** Epoch seconds: when the first digest's hour begins. */
  start: number;
  /** In front of `AWSLogs`, with `/`. */
  prefix?: string;
  /** `acme` when left out. */
  name?: string;
}

/** A log to deliver: the hour that its digest is of, from 0, and its records. */
export interface Log {
  hour: number;
  records: readonly unknown[];
}

export interface Delivered {
  /** Below it lies what the bucket holds, with `.metadata` beside each digest. */
  folder: string;
  logs: string[];
  digests: string[];
}

const stamp = (time: number) => new Date(time * 1000).toISOString().replace('.000', '');
const packed = (time: number) => stamp(time).replaceAll(/[-:]/g, '');
const day = (time: number) => stamp(time).slice(0, 10).replaceAll('-', '/');
const hash = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');

/** Delivers logs and the digests of so many hours as CloudTrail does, signed with a key made here. */
export function delivered(
  { account, region, bucket, start, prefix = '', name = 'acme' }: Trail,
  hours: number,
  logs: Log[],
): Delivered {
  const folder = emptyFolder();
  const made: Delivered = { folder, logs: [], digests: [] };
  const write = (key: string, content: Buffer, metadata?: object) => {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), content);
    if (metadata) writeFileSync(join(folder, `${key}.metadata`), JSON.stringify(metadata));
  };
  let previous: { object: string; hash: string; signature: string } | null = null;
  for (let hour = 0; hour < hours; hour++) {
    const [from, to] = [start + hour * 3600, start + hour * 3600 + 3600];
    const logFiles = logs
      .filter((log) => log.hour === hour)
      .map(({ records }, i) => {
        const content = JSON.stringify({ Records: records });
        const minute = packed(from + 300 + i * 300).slice(0, 13);
        const key = `${prefix}AWSLogs/${account}/CloudTrail/${region}/${day(from)}/${account}_CloudTrail_${region}_${minute}Z_AcmeAcmeAcme${1000 + i}.json.gz`;
        write(key, gzipSync(content));
        made.logs.push(key);
        return { s3Bucket: bucket, s3Object: key, hashValue: hash(content), hashAlgorithm: 'SHA-256' };
      });
    const key = `${prefix}AWSLogs/${account}/CloudTrail-Digest/${region}/${day(to)}/${account}_CloudTrail-Digest_${region}_${name}_${region}_${packed(to)}.json.gz`;
    const digest: string = JSON.stringify({
      awsAccountId: account,
      digestStartTime: stamp(from),
      digestEndTime: stamp(to),
      digestS3Bucket: bucket,
      digestS3Object: key,
      digestPublicKeyFingerprint: fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: null,
      oldestEventTime: null,
      previousDigestS3Bucket: previous && bucket,
      previousDigestS3Object: previous?.object ?? null,
      previousDigestHashValue: previous?.hash ?? null,
      previousDigestHashAlgorithm: previous && 'SHA-256',
      previousDigestSignature: previous?.signature ?? null,
      logFiles,
    });
    const text: string = `${stamp(to)}\n${bucket}/${key}\n${hash(digest)}\n${previous?.signature ?? 'null'}`;
    const signature: string = sign('sha256', Buffer.from(text), keys.privateKey).toString('hex');
    write(key, gzipSync(digest), { signature, 'signature-algorithm': 'SHA256withRSA' });
    made.digests.push(key);
    previous = { object: key, hash: hash(digest), signature };
  }
  return made;
}
