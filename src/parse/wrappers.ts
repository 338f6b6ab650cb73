import { nesting } from './nesting.js';

/**
 * What one JSON value turned out to be.
 * `record`: a CloudTrail record as far as its wrapping goes. `rejected`: it should have been one, and why it is not.
 * `other`: a document that CloudTrail or its neighbours write beside logs.
 */
export type Unwrapped = { record: object } | { rejected: string } | { other: string };

type Fields = Record<string, unknown>;

/**
 * Takes a record out of what services wrap around it: EventBridge's `detail`, the JSON string in `CloudTrailEvent`
 * (LookupEvents) or in `message` (CloudWatch Logs). Each counts only as a key of the value itself, and only when
 * the value is no record already.
 */
export function unwrap(value: unknown, depthLimit: number): Unwrapped {
  if (!isObject(value)) return { rejected: 'it is not a JSON object, so it is no CloudTrail record' };
  if (isRecord(value)) return described(value);
  if (typeof value['detail-type'] === 'string' && isObject(value.detail))
    return fromEventBridge(value, value.detail);
  if (typeof value.CloudTrailEvent === 'string')
    return fromText(value.CloudTrailEvent, 'CloudTrailEvent', depthLimit);
  if (typeof value.message === 'string' && (has(value, 'timestamp') || has(value, 'ingestionTime'))) {
    if (value.message.startsWith('CWL CONTROL MESSAGE'))
      return { other: 'a CloudWatch Logs control message' };
    return fromText(value.message, 'message', depthLimit);
  }
  return described(value);
}

function isRecord(value: Fields): boolean {
  return typeof value.eventName === 'string' && typeof value.eventTime === 'string';
}

function fromEventBridge(envelope: Fields, detail: Fields): Unwrapped {
  const fromCloudTrail = String(envelope['detail-type']).endsWith(' via CloudTrail') || isRecord(detail);
  return fromCloudTrail ? described(detail) : { other: 'an EventBridge event of another kind' };
}

function fromText(text: string, key: string, depthLimit: number): Unwrapped {
  if (nesting(text) > depthLimit) return { rejected: tooDeep(depthLimit) };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { rejected: `it holds text in \`${key}\` that is not whole JSON` };
  }
  if (!isObject(value)) return { rejected: `it holds no JSON object in \`${key}\`` };
  return described(value);
}

function described(value: Fields): Unwrapped {
  const other = describeOther(value);
  return other === null ? { record: value } : { other };
}

function describeOther(value: Fields): string | null {
  if (has(value, 'digestS3Object') || (has(value, 'logFiles') && has(value, 'previousDigestSignature'))) {
    return 'a CloudTrail digest, which lists log files and holds no events';
  }
  if (value.eventType === 'AwsCloudTrailInsight' || value.eventCategory === 'Insight') {
    return 'a CloudTrail Insights event, which is about call rates and names no single call';
  }
  if (value.eventCategory === 'Aggregated')
    return 'a CloudTrail aggregate, which counts calls and names no single one';
  if (value.eventSource === 'aws:s3' && isObject(value.s3))
    return 'an S3 notification, which names a log file and holds no events';
  if (typeof value.s3Bucket === 'string' && Array.isArray(value.s3ObjectKey)) {
    return 'a CloudTrail delivery notice, which names log files and holds no events';
  }
  if (has(value, 'configurationItems') || has(value, 'configSnapshotId')) return 'an AWS Config document';
  return null;
}

export function tooDeep(limit: number): string {
  return `it is nested deeper than ${limit} levels`;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function has(value: Fields, key: string): boolean {
  return Object.hasOwn(value, key);
}
