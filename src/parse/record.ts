import type { Actor, Call, Identity } from '../model/identity.js';
import type { CloudTrailRecord } from '../model/record.js';
import { contentId, eventIdOf } from './event-id.js';
import { readExposure } from './exposure.js';
import { type Fields, fields, flag, isFields, text, told } from './fields.js';
import { readIamChange } from './iam-change.js';
import { readIdentity } from './identity.js';
import { readIssuance } from './issuance.js';
import { readRevocation } from './revocation.js';
import { isService } from './service.js';
import { readTargets } from './targets.js';
import { readTime } from './time.js';

/**
 * One JSON value as a CloudTrail record, or a short reason why it is none. The reason quotes nothing of the value.
 *
 * A field counts only at its own place and with its own JSON type, otherwise it is absent: text inside a record is
 * never read for structure. Needs `eventName`, `eventSource` and a readable `eventTime`; any `eventVersion` will do.
 * Texts longer than 1,024 characters are cut there. Never throws for a value that `JSON.parse` made.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function readRecord(value: unknown): CloudTrailRecord | string {
  if (!isFields(value)) return 'not a CloudTrail record: not a JSON object';
  if (isInsight(value)) return 'an Insights event, not an API call';
  const eventName = text(value.eventName);
  if (eventName === null) return 'not a CloudTrail record: no eventName';
  const eventSource = text(value.eventSource);
  if (eventSource === null) return 'not a CloudTrail record: no eventSource';
  const time = readTime(value.eventTime);
  if (time === null) return reasonOfTime(value.eventTime);

  const identity = readIdentity(value);
  const call = readCall(value, eventName, eventSource, identity);
  const actor: Actor = {
    identity,
    sourceIp: told(value.sourceIPAddress),
    userAgent: told(value.userAgent),
  };
  const eventId = eventIdOf(value.eventID) ?? contentId(value);
  return {
    eventId,
    time,
    call,
    actor,
    sharedEventId: told(value.sharedEventID),
    requestId: told(value.requestID),
    issuance: readIssuance(value, call, identity),
    revocation: readRevocation(value, call, time),
    change: readIamChange(value, call),
    exposure: readExposure(value, call),
    targets: readTargets(value, call),
    revises: value.addendum === undefined ? null : revisedBy(value, eventId),
  };
}

function readCall(record: Fields, eventName: string, eventSource: string, identity: Identity): Call {
  return {
    eventSource,
    eventName,
    region: text(record.awsRegion) ?? 'unknown',
    recipientAccountId: text(record.recipientAccountId) ?? accountOfCaller(identity) ?? 'unknown',
    errorCode: text(record.errorCode) ?? signInFailure(record, eventName, eventSource),
    readOnly: flag(record.readOnly),
    // Since event version 1.02; before, every record was an API call.
    eventType: text(record.eventType) ?? 'AwsApiCall',
  };
}

/** Event versions before 1.02 have no `recipientAccountId`: their trails held the caller's own account. */
function accountOfCaller({ accountId }: Identity): string | null {
  return accountId !== null && /^\d{12}$/.test(accountId) ? accountId : null;
}

/** Sign-in tells failure not in `errorCode` but as `{"ConsoleLogin":"Failure"}`, named after the event. */
function signInFailure(record: Fields, eventName: string, eventSource: string): string | null {
  if (!isService(eventSource, 'signin')) return null;
  const response = fields(record.responseElements);
  return Object.hasOwn(response, eventName) && response[eventName] === 'Failure' ? 'Failure' : null;
}

function isInsight(record: Fields): boolean {
  return (
    record.eventCategory === 'Insight' ||
    record.eventType === 'AwsCloudTrailInsight' ||
    isFields(record.insightDetails)
  );
}

function reasonOfTime(value: unknown): string {
  return text(value) === null && typeof value !== 'number'
    ? 'not a CloudTrail record: no eventTime'
    : 'its eventTime is not a time between 2000 and 2100 in a known spelling';
}

/** A later record of the same event, with more or corrected fields, names the one that it takes the place of. */
function revisedBy(record: Fields, eventId: string): string | null {
  const original = eventIdOf(fields(record.addendum).originalEventID);
  return original === eventId ? null : original;
}
