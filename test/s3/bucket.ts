import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, vi } from 'vitest';
import { owner, region, type S3Server } from './server.js';

// It says so once in every process that loads it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** A bucket of its own on the server. */
export interface Bucket {
  name: string;
  put(key: string, body: Buffer | string): Promise<void>;
  remove(key: string): Promise<void>;
}

let made = 0;

export async function newBucket({ endpoint }: S3Server): Promise<Bucket> {
  const name = `acme-trail-${process.pid}-${++made}`;
  const client = new S3Client({ endpoint, region, credentials: owner, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return {
    name,
    async put(key, body) {
      await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: body }));
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
    },
  };
}

/** What a program needs to find the server, and nothing that this machine knows about AWS. */
export function awsEnvironment(endpoint: string, who = owner): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: who.accessKeyId,
    AWS_SECRET_ACCESS_KEY: who.secretAccessKey,
    AWS_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** Each test runs with such an environment. */
export function useEnvironment(environment: () => Record<string, string>): void {
  beforeEach(() => {
    for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value);
  });
  afterEach(() => vi.unstubAllEnvs());
}
