import { type ErrorCode, RolecallError } from '../../errors.js';
import { allow, awsCodes, named, oneLine } from '../aws-errors.js';
import type { S3Place } from './place.js';

/** What was asked, and of what. */
export interface Asked extends S3Place {
  action: 's3:ListBucket' | 's3:GetObject';
  /** With which the credentials were looked for. */
  profile?: string | undefined;
}

type Told = Error & {
  code?: string;
  Region?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
};

/** Errors by the name that AWS or the SDK gives them. What is not here concerns one object. */
const codes: Record<string, ErrorCode> = {
  ...awsCodes,
  ...named('S3_NO_BUCKET', 'NoSuchBucket', 'NotFound', 'InvalidBucketName'),
  ...named(
    'S3_REGION',
    'PermanentRedirect',
    'AuthorizationHeaderMalformed',
    'IllegalLocationConstraintException',
  ),
  ...named('S3_KMS', 'KMS.DisabledException', 'KMS.NotFoundException', 'KMS.KMSInvalidStateException'),
};

function codeOf(error: unknown): ErrorCode | undefined {
  const { name, code, $metadata } = error as Told;
  if (error instanceof RolecallError) return error.code;
  if (isNoRegion(error)) return 'S3_REGION';
  return codes[name] ?? (code === undefined ? undefined : codes[code]) ?? byStatus($metadata?.httpStatusCode);
}

/** The SDK's own check of a region, which has no name. */
function isNoRegion(error: unknown): boolean {
  return /^Region not accepted\b/.test((error as Error).message);
}

/** An answer without a body has no name. */
function byStatus(status: number | undefined): ErrorCode | undefined {
  if (status === 301) return 'S3_REGION';
  if (status === 403) return 'AWS_DENIED';
  return status !== undefined && status >= 500 ? 'AWS_UNREACHABLE' : undefined;
}

/** True when no other object of the bucket could be had either. */
export function isFatal(error: unknown): boolean {
  const code = codeOf(error);
  // One object's server error is that object's.
  return code !== undefined && !(code === 'AWS_UNREACHABLE' && (error as Told).$metadata?.httpStatusCode);
}

/** True when other credentials, or the same ones renewed, might do. */
export function blamesCredentials(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'AWS_NO_CREDENTIALS' || code === 'AWS_EXPIRED' || code === 'AWS_REFUSED';
}

/** The region that an error says the bucket is in; null when it says none. */
export function regionTold(error: unknown): string | null {
  const { Region, $response, name } = error as Told;
  const told = Region ?? $response?.headers?.['x-amz-bucket-region'];
  return codes[name] === 'S3_REGION' && told ? told : null;
}

/** An error of the SDK or of AWS as one of ours: what was asked of what, and what would allow it. */
export function explained(error: unknown, asked: Asked): unknown {
  if (error instanceof RolecallError) return error;
  const code = codeOf(error);
  if (code === undefined) return error;
  const at = `${asked.action} on ${resource(asked)}`;
  const said = oneLine((error as Error).message || (error as Told).code || (error as Error).name);
  return new RolecallError(code, sentence(code, at, said, asked, error as Told), { cause: error });
}

function sentence(code: ErrorCode, at: string, said: string, asked: Asked, error: Told): string {
  if (code === 'AWS_DENIED') return denied(at, said, asked, error);
  if (code === 'S3_NO_BUCKET') return `there is no bucket ${asked.bucket} (${said})`;
  if (isNoRegion(error)) return `s3://${asked.bucket} cannot be looked for (${said})`;
  if (code === 'S3_REGION') return `the bucket ${asked.bucket} is in another region (${said})`;
  if (code === 'S3_KMS') return `the key that ${resource(asked)} is encrypted with cannot be used: ${said}`;
  if (code === 'AWS_NO_CREDENTIALS')
    return `there are no AWS credentials${inProfile(asked)} to read s3://${asked.bucket} with: ${said}`;
  if (code === 'AWS_EXPIRED') return `the AWS credentials have expired (${at}: ${said})`;
  if (code === 'AWS_REFUSED') return `AWS does not accept these credentials (${at}: ${said})`;
  if (code === 'AWS_CLOCK')
    return `this machine's clock is wrong, and AWS refuses to answer (${at}: ${said})`;
  return `S3 could not be reached (${at}: ${error.code ?? error.name}: ${said})`;
}

function inProfile({ profile }: Asked): string {
  return profile === undefined ? '' : ` in profile ${profile}`;
}

function denied(at: string, said: string, asked: Asked, error: Told): string {
  const role = /not authorized to perform: sts:(\w+) on resource: (\S+)/i.exec(said);
  if (role !== null) return `sts:${role[1]} was denied: ${said}. ${allow(`sts:${role[1]}`, role[2]!)}`;
  const key = /(arn:aws[\w-]*:kms:[^\s"',)]+)/.exec(said)?.[1];
  if (key !== undefined || /kms:|\bKMS\b/.test(said))
    return `kms:Decrypt was denied for ${resource(asked)}: ${said}. ${allow('kms:Decrypt', key ?? 'arn:aws:kms:<region>:<account>:key/<id>')}`;
  const status = error.$metadata?.httpStatusCode === undefined ? '' : `: ${said}`;
  return `${at} was denied${status}. ${allow(asked.action, scope(asked))}`;
}

function resource({ action, bucket, key }: Asked): string {
  return action === 's3:ListBucket' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
}

/** What the statement has to name: logs are many, so all of them below the layout's root. */
function scope({ action, bucket, key }: Asked): string {
  if (action === 's3:ListBucket') return `arn:aws:s3:::${bucket}`;
  const root = /^(.*?)AWSLogs\//.exec(key)?.[1];
  return `arn:aws:s3:::${bucket}/${root === undefined ? '' : `${root}AWSLogs/`}*`;
}
