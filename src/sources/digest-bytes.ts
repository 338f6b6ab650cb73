import { readFile } from 'node:fs/promises';
import type { SourceObject } from './discover.js';
import type { S3Options } from './s3/connect.js';
import { isS3 } from './s3/place.js';

/** What lies beside a copied digest, its signature in hex: S3 keeps it in the object's metadata, a disk cannot. */
const sidecar = '.signature';

/**
 * A digest and its signature (hex; null when nothing beside it holds one).
 * @throws SourceFailure, RolecallError `AWS_*`, `S3_*`, and what reading a file throws
 */
export async function digestBytes(
  object: SourceObject,
  s3: S3Options,
): Promise<{ bytes: Uint8Array; signature: string | null }> {
  if (isS3(object.path)) {
    const { bytes, metadata } = await (await import('./s3/fetch.js')).s3Whole(object, s3);
    return { bytes, signature: metadata.signature ?? '' };
  }
  const beside = await readFile(`${object.path}${sidecar}`, 'utf8').catch(() => null);
  return { bytes: await readFile(object.path), signature: beside === null ? null : beside.trim() };
}
