import { AthenaClient } from '@aws-sdk/client-athena';
import { type AwsIdentity, credentialsOf } from '../credentials.js';
import type { S3Options } from '../s3/connect.js';

/** How to reach Athena. `AWS_ENDPOINT_URL_ATHENA` is followed by the SDK itself. */
export interface AthenaOptions extends AwsIdentity {
  /** The table's; else of the environment or the profile. */
  region?: string;
  /** Default `primary`. */
  workgroup?: string;
  /** `s3://bucket/prefix`: where results go in between; else the workgroup's place. */
  output?: string;
  /** Data source of tables that are named without one; default `AwsDataCatalog`. */
  catalog?: string;
  /** Leave the results in S3 when they are read. */
  keepResults?: boolean;
  /** Stop a query that scans more. */
  maxScanBytes?: number;
  /** Times that one request is tried; default 10. */
  attempts?: number;
  /** Bucket names in the path, as stores other than AWS want it. */
  pathStyle?: boolean;
}

const milliseconds = { connect: 10_000, idle: 60_000 };

/** Times that the SDK tries by itself: it cannot be stopped meanwhile, so the long waits are ours. */
const sdkAttempts = 3;

const clients = new Map<string, AthenaClient>();

/** One client for equal options, as long as the thread lives: credentials are asked for once. */
export function athenaClient(options: AthenaOptions): AthenaClient {
  const { profile, region, roleArn, attempts } = options;
  const key = JSON.stringify([profile, region, roleArn, attempts]);
  const known = clients.get(key);
  if (known !== undefined) return known;
  const made = new AthenaClient({
    credentials: credentialsOf(options, region),
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    retryMode: 'standard',
    maxAttempts: Math.min(attempts ?? sdkAttempts, sdkAttempts),
    requestHandler: { connectionTimeout: milliseconds.connect, socketTimeout: milliseconds.idle },
  });
  clients.set(key, made);
  return made;
}

/** How to read results: the same way as Athena is asked. */
export function resultOptions({ profile, region, roleArn, attempts, pathStyle }: AthenaOptions): S3Options {
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(pathStyle === undefined ? {} : { pathStyle }),
  };
}
