import { compileGlob } from './glob.js';

/** Stands for a colon in the last part of an ARN, where it means nothing. */
const colon = '\u0001';

/**
 * True when a resource ARN is one that the pattern means: in its last part `*` crosses `/` and `:`, as in IAM, since
 * the key of an object may hold either; in the parts before it stays inside its part. `*` alone is everything.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchResource(pattern: string, arn: string): boolean {
  return pattern === '*' || compileGlob(inParts(pattern))(inParts(arn));
}

/** The service that an ARN, or a pattern of ARNs, is about: `s3`; null when it may be any. */
export function serviceOf(arn: string): string | null {
  const service = arn.split(':')[2];
  return service === undefined || /[*?]/.test(service) ? null : service;
}

function inParts(arn: string): string {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(colon)].join(':');
}
