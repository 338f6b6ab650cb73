import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { owner, region } from '../s3/server.js';

/** Where results of queries go. */
export interface Storage {
  /** @param uri `s3://bucket/key` */
  put(uri: string, body: Buffer | string): Promise<void>;
  /** Keys below, as `s3://…`. */
  list(uri: string): Promise<string[]>;
}

export function storageAt(endpoint: string): Storage {
  const client = new S3Client({ endpoint, region, credentials: owner, forcePathStyle: true });
  return {
    async put(uri, body) {
      const { bucket, key } = placeOf(uri);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body) }));
    },
    async list(uri) {
      const { bucket, key } = placeOf(uri);
      const found: string[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: key, ContinuationToken: token }),
        );
        for (const { Key } of page.Contents ?? []) found.push(`s3://${bucket}/${Key}`);
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return found;
    },
  };
}

function placeOf(uri: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri)!;
  return { bucket: bucket!, key: key! };
}
