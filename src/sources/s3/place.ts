import { RolecallError } from '../../errors.js';

/** An object, or what stands in front of the keys of several. */
export interface S3Place {
  bucket: string;
  /** As it is, nothing in it encoded. */
  key: string;
}

const shape = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

/** Whether a source or an object's name is in S3. */
export function isS3(name: string): boolean {
  return /^s3:\/\//i.test(name);
}

/** Whether it is written `s3://bucket/key`, with a bucket that can be called so. */
export function isS3Uri(uri: string): boolean {
  return shape.test(uri);
}

/**
 * Reads `s3://bucket/key`.
 * @throws RolecallError `NO_SUCH_SOURCE` when no bucket can be called so
 */
export function s3Place(uri: string): S3Place {
  const found = shape.exec(uri);
  if (found === null)
    throw new RolecallError('NO_SUCH_SOURCE', `${uri} names no bucket: it is written s3://bucket/prefix`);
  return { bucket: found[1]!, key: found[2] ?? '' };
}

export function s3Uri({ bucket, key }: S3Place): string {
  return `s3://${bucket}/${key}`;
}
