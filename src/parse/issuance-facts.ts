import type { Call, Identity } from '../model/identity.js';
import type { Issuance } from '../model/record.js';
import { roleArnOf } from './arn.js';
import { entries, type Fields, fields, text, told } from './fields.js';
import { readTime } from './time.js';

/** A record that may hand out credentials, taken apart once. Whatever it lacks is an empty object. */
export interface Occasion {
  record: Fields;
  call: Call;
  identity: Identity;
  /** `requestParameters`. */
  request: Fields;
  /** `responseElements`. */
  response: Fields;
  /** `additionalEventData`. */
  additional: Fields;
}

/** What one kind of issuance tells; the rest stays null. */
export type Facts = Partial<Omit<Issuance, 'name' | 'sharedEventId' | 'requestId'>>;

/** The longest that AWS grants any temporary credential: 36 hours. */
const longestDuration = 129_600;

/** `credentials` of a response: the key and its end. The token and the secret beside them are never touched. */
export function issuedIn(value: unknown): Pick<Issuance, 'issuedKey' | 'expiresAt'> {
  const credentials = fields(value);
  return { issuedKey: told(credentials.accessKeyId), expiresAt: readTime(credentials.expiration) };
}

/** Whole seconds, as a number or as digits; null for what AWS would not grant. */
export function durationOf(value: unknown): number | null {
  const seconds = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) return null;
  return seconds > 0 && seconds <= longestDuration ? seconds : null;
}

/** The request named an MFA device. A hidden serial number is one, too. */
export function namesMfa(request: Fields): boolean {
  return typeof request.serialNumber === 'string' && request.serialNumber !== '';
}

/** ARN of the record's first resource of a type such as `AWS::IAM::Role`. */
export function resourceArn(record: Fields, type: string): string | null {
  for (const entry of entries(record.resources)) {
    const resource = fields(entry);
    if (resource.type === type) return told(resource.ARN);
  }
  return null;
}

/** ARN of the role that a record's resources name; keeps the path. */
export function roleAmongResources(record: Fields): string | null {
  return roleArnOf(resourceArn(record, 'AWS::IAM::Role'));
}

/**
 * The role in the sentence of a refusal, whose request is not logged: `User: … is not authorized to perform:
 * sts:AssumeRole on resource: arn:aws:iam::…:role/… because …`. No other error is believed to name one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function roleRefused(record: Fields): string | null {
  if (record.errorCode !== 'AccessDenied') return null;
  const sentence = text(record.errorMessage) ?? '';
  return roleArnOf(
    /^User: \S+ is not authorized to perform: sts:AssumeRole on resource: (\S+)(?= |$)/.exec(sentence)?.[1],
  );
}
