import type { S3Options } from '../app/ingest.js';
import { readSeconds } from '../app/when-read.js';
import { RolecallError } from '../errors.js';
import type { Context } from './context.js';
import type { OptionValues } from './option-values.js';

/** How to reach S3, from the command line and the environment. What is in neither is found the AWS way. */
export function s3Options(options: OptionValues, { env }: Pick<Context, 'env'>): S3Options {
  const given = (name: string) => options.text(name) ?? undefined;
  const [profile, region, roleArn] = [given('profile'), given('region'), given('role-arn')];
  const elsewhere = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(options.given('requester-pays') ? { requesterPays: true } : {}),
    // Few but AWS itself answer to a bucket's own host name.
    ...(elsewhere ? { pathStyle: true } : {}),
  };
}

/**
 * Seconds for which logs may come late; infinite for "all".
 * @throws RolecallError USAGE
 */
export function settleOption(options: OptionValues): number {
  const text = options.text('settle')!;
  const seconds = text === 'all' ? Number.POSITIVE_INFINITY : readSeconds(text);
  if (seconds === null)
    throw new RolecallError('USAGE', `--settle ${text} is no length such as 2d or 36h, and not "all"`);
  return seconds;
}
