/** Services whose IAM prefix is not the first part of their event source. */
const prefixes: ReadonlyMap<string, string> = new Map([
  ['monitoring', 'cloudwatch'],
  ['email', 'ses'],
  ['tagging', 'tag'],
  ['models.lex', 'lex'],
  ['runtime.lex', 'lex'],
  ['entitlement.marketplace', 'aws-marketplace'],
  ['metering.marketplace', 'aws-marketplace'],
]);

/** Event names of S3 whose IAM action is called otherwise. */
const s3Actions: ReadonlyMap<string, string> = new Map([
  ['ListObjects', 'ListBucket'],
  ['ListObjectsV2', 'ListBucket'],
  ['HeadBucket', 'ListBucket'],
  ['HeadObject', 'GetObject'],
  ['CopyObject', 'PutObject'],
  ['CreateMultipartUpload', 'PutObject'],
  ['CompleteMultipartUpload', 'PutObject'],
  ['UploadPart', 'PutObject'],
  ['UploadPartCopy', 'PutObject'],
  ['DeleteObjects', 'DeleteObject'],
  ['ListBuckets', 'ListAllMyBuckets'],
]);

/**
 * What IAM calls the action of a call: `iam.amazonaws.com`, `CreateUser` → `iam:CreateUser`. Lambda's event names
 * carry a date and a version that its actions do not (`UpdateFunctionCode20150331v2`).
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function actionOf(eventSource: string, eventName: string): string {
  const service = eventSource.replace(/\.amazonaws\.com(?:\.cn)?$/, '');
  const prefix = prefixes.get(service) ?? service;
  const plain = prefix === 'lambda' ? eventName.replace(/\d{8}(?:v\d+)?$/, '') : eventName;
  return `${prefix}:${prefix === 's3' ? (s3Actions.get(plain) ?? plain) : plain}`;
}
