import type { CloudTrailRecord } from '../../src/model/record.js';
import type { ObjectResult, RecordBatch } from '../../src/parse/batch.js';
import { type ReadOptions, readObject } from '../../src/parse/read-object.js';

/** Stands in for the reading of a record: takes whatever has an eventID, and keeps it and the time. */
export function standInRecord(value: unknown): CloudTrailRecord | string {
  const { eventID, eventTime } = value as { eventID?: unknown; eventTime?: unknown };
  if (typeof eventID !== 'string') return 'it has no eventID';
  const text = null;
  return {
    eventId: eventID,
    time: Date.parse(String(eventTime ?? '2026-11-17T10:00:00Z')) / 1000,
    call: {
      eventSource: 's3.amazonaws.com',
      eventName: 'ListBuckets',
      region: 'eu-west-1',
      recipientAccountId: '222222222222',
      errorCode: null,
      readOnly: true,
      eventType: 'AwsApiCall',
    },
    actor: {
      identity: {
        type: 'AssumedRole',
        accessKeyId: text,
        principalId: text,
        arn: text,
        accountId: text,
        userName: text,
        invokedBy: text,
        issuerType: text,
        issuerArn: text,
        issuerId: text,
        createdAt: null,
        mfa: null,
        sourceIdentity: text,
        ec2RoleDelivery: text,
        fromConsole: false,
        assumedRoot: false,
        webProvider: text,
        webSubject: text,
        identityProvider: text,
        onBehalfOfUser: text,
        identityStoreArn: text,
        signInSessionArn: text,
      },
      sourceIp: '192.0.2.10',
      userAgent: text,
    },
    sharedEventId: null,
    requestId: null,
    issuance: null,
    revocation: null,
    change: null,
    exposure: null,
    targets: [],
    revises: null,
  };
}

/** An event as far as the reading path looks at it. Its text tries to look like structure. */
export function event(id: string): Record<string, unknown> {
  return {
    eventVersion: '1.11',
    eventTime: '2026-11-17T10:00:00Z',
    eventName: 'ListBuckets',
    eventID: id,
    userAgent: 'acme "shop" \\ {"Records":[{"eventID":"forged"}]} é',
    requestParameters: { tags: [{ Records: [{ eventID: 'forged' }] }, []] },
  };
}

export function events(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, i) => event(`e-${i + 1}`));
}

/** One value per line, the last without an end. */
export function lines(values: unknown[], end = '\n'): string {
  return values.map((value) => JSON.stringify(value)).join(end);
}

/** An event as EventBridge delivers it. */
export function envelope(detail: unknown): Record<string, unknown> {
  return { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.s3', detail };
}

/** The bytes in pieces of the given sizes, over and over. */
export async function* pieces(bytes: Uint8Array, ...sizes: number[]): AsyncGenerator<Uint8Array> {
  if (sizes.length === 0) sizes = [65536];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length]!);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

export interface Everything {
  ids: string[];
  positions: number[];
  batches: RecordBatch[];
  result: ObjectResult;
}

/** Reads an object to its end with the stand-in. */
export async function readAll(
  input: string | Uint8Array | AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): Promise<Everything> {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const chunks = bytes instanceof Uint8Array ? pieces(bytes) : bytes;
  const reading = readObject(chunks, 'acme.json', { readRecord: standInRecord, ...options });
  const all: Everything = {
    ids: [],
    positions: [],
    batches: [],
    result: undefined as unknown as ObjectResult,
  };
  for (;;) {
    const next = await reading.next();
    if (next.done) {
      all.result = next.value;
      return all;
    }
    all.batches.push(next.value);
    all.ids.push(...next.value.oddIds.map(([, id]) => id));
    all.positions.push(...next.value.position);
  }
}
