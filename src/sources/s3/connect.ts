import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type AwsIdentity, credentialsOf } from '../credentials.js';
import { blamesCredentials, regionTold } from './explain.js';

/** How to reach S3. */
export interface S3Options extends AwsIdentity {
  /** Where to ask first; a bucket elsewhere is found. */
  region?: string;
  /** Pay for the requests to a bucket whose owner does not. */
  requesterPays?: boolean;
  /** Bucket names in the path, as stores other than AWS want it. */
  pathStyle?: boolean;
  /** Times that one request is tried; default 10. */
  attempts?: number;
}

/** Where a bucket is looked for when nothing names a region: any one tells the right one. */
const anyRegion = 'us-east-1';

/** Requests at a time over one connection pool: more than all who ask on one thread have under way. */
const sockets = 96;

const milliseconds = { connect: 10_000, idle: 30_000 };

/** Clients for buckets, one for each region, made when they are asked for. */
class S3Connection {
  private readonly clients = new Map<string, S3Client>();

  constructor(readonly options: S3Options) {}

  client(bucket: string): S3Client {
    const region = regions.get(bucket) ?? this.options.region;
    const known = this.clients.get(region ?? '');
    if (known !== undefined) return known;
    const made = new S3Client(configuration(this.options, region));
    this.clients.set(region ?? '', made);
    return made;
  }
}

/** Where buckets turned out to be. */
const regions = new Map<string, string>();

/**
 * Asks for something in a bucket, and again in its own region when S3 names another.
 * @throws what asking throws
 */
export async function inItsRegion<T>(
  bucket: string,
  options: S3Options,
  ask: (client: S3Client) => Promise<T>,
): Promise<T> {
  const at = connection(options);
  const before = regions.get(bucket);
  try {
    return await ask(at.client(bucket));
  } catch (error) {
    // Who watches goes on for months: what is renewed in a file meanwhile is found by whoever asks next.
    if (blamesCredentials(error)) connections.clear();
    const region = regionTold(error);
    if (region === null || region === before) throw error;
    regions.set(bucket, region);
    return await ask(at.client(bucket));
  }
}

const connections = new Map<string, S3Connection>();

/** One connection for equal options, as long as its credentials are good: they are asked for once. */
function connection(options: S3Options): S3Connection {
  const key = JSON.stringify(options);
  const known = connections.get(key) ?? new S3Connection(options);
  connections.set(key, known);
  return known;
}

function configuration(options: S3Options, region: string | undefined): S3ClientConfig {
  const { profile, pathStyle, attempts } = options;
  return {
    credentials: credentialsOf(options, region),
    ...(profile === undefined ? {} : { profile }),
    region: region ?? usualRegion(profile),
    forcePathStyle: pathStyle ?? false,
    followRegionRedirects: true,
    retryMode: 'adaptive',
    maxAttempts: attempts ?? 10,
    // Gzip has a checksum of its own, and S3's costs as much as reading.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: milliseconds.connect,
      socketTimeout: milliseconds.idle,
      httpsAgent: { maxSockets: sockets, keepAlive: true },
      httpAgent: { maxSockets: sockets, keepAlive: true },
    },
  };
}

/** The region of the environment or the profile, as the SDK finds it; any one where there is none. */
function usualRegion(profile: string | undefined): () => Promise<string> {
  let told: Promise<string> | undefined;
  return () => {
    told ??= new S3Client(profile === undefined ? {} : { profile }).config.region().catch(() => anyRegion);
    return told;
  };
}
