import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { inItsRegion, type S3Options } from '../s3/connect.js';
import type { S3Version } from '../s3/fetch.js';
import { pages } from '../s3/pages.js';
import { s3Place, s3Uri } from '../s3/place.js';

/** Objects whose names begin so, in their order. @throws RolecallError `AWS_*`, `S3_*` */
export async function objectsBelow(
  uri: string,
  options: S3Options,
  signal?: AbortSignal,
): Promise<S3Version[]> {
  const { bucket, key: prefix } = s3Place(uri);
  const found: S3Version[] = [];
  for await (const { objects } of pages({ bucket, prefix, folders: false }, options, signal))
    for (const { key, etag, size } of objects) found.push({ path: s3Uri({ bucket, key }), etag, size });
  return found;
}

/** Requests at a time. */
const atOnce = 8;

/** Removes objects. Needs `s3:DeleteObject`. @throws what S3 answers for the first that cannot be removed */
export async function removeObjects(paths: readonly string[], options: S3Options): Promise<void> {
  const left = [...paths];
  const worker = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const { bucket, key } = s3Place(path);
      const command = new DeleteObjectCommand({ Bucket: bucket, Key: key });
      await inItsRegion(bucket, options, (client) => client.send(command));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, left.length) }, worker));
}
