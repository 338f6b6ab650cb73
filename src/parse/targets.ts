import type { Call } from '../model/identity.js';
import { partitionOf } from './arn.js';
import { entries, type Fields, fields, told } from './fields.js';
import { isService } from './service.js';

/** ARNs kept of one record. CloudTrail names few; a batch call on hundreds of objects is told by its first ones. */
const mostTargets = 25;

const none: readonly string[] = Object.freeze([]);

/**
 * ARNs that a call worked on, or tried to: of data events, and of calls that change something. The `resources` of an
 * STS record name the role that was assumed, which the issuance tells.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function readTargets(record: Fields, call: Call): readonly string[] {
  const data = record.eventCategory === 'Data' || record.managementEvent === false;
  if (!data && call.readOnly !== false) return none;
  const s3 = isService(call.eventSource, 's3');
  if (!s3 && record.resources === undefined) return none;
  if (isService(call.eventSource, 'sts') || call.eventType === 'AwsVpceEvent') return none;
  const named = namedIn(record.resources);
  if (named.length > 0 || !s3) return named;
  const arn = s3Arn(fields(record.requestParameters), call);
  return arn === null ? none : [arn];
}

function namedIn(resources: unknown): string[] {
  const arns = new Set<string>();
  for (const entry of entries(resources)) {
    const arn = told(fields(entry).ARN);
    if (arn?.startsWith('arn:')) arns.add(arn);
    if (arns.size === mostTargets) break;
  }
  return [...arns];
}

/** ARN of the bucket or object that a request names; null when it names none. */
export function s3Arn(request: Fields, call: Call): string | null {
  const bucket = told(request.bucketName);
  if (bucket === null) return null;
  const key = told(request.key);
  const arn = bucket.startsWith('arn:') ? bucket : `arn:${partitionOf(call.region)}:s3:::${bucket}`;
  // A name as long as any text may be is longer with what an ARN puts before it.
  return told(key === null ? arn : `${arn}/${key}`);
}
