import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Identity } from '../../src/model/identity.js';
import type { CloudTrailRecord, Issuance } from '../../src/model/record.js';
import { readRecord } from '../../src/parse/record.js';

const folder = fileURLToPath(new URL('../../fixtures/records', import.meta.url));

export type Json = Record<string, unknown>;

/** Names of all records in `fixtures/records`; each is a sentence. */
export const recordNames = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));

/** The JSON of `fixtures/records/<name>.json`, a fresh copy each time. */
export function json(name: string): Json {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Json;
}

/** The record, which has to be readable. */
export function read(value: unknown): CloudTrailRecord {
  const record = readRecord(value);
  if (typeof record === 'string') throw new Error(`rejected: ${record}`);
  return record;
}

/** The fixture's record, read. */
export function recordOf(name: string): CloudTrailRecord {
  return read(json(name));
}

/** The fixture's issuance; null where it has none. */
export function issuanceOf(name: string): Issuance | null {
  return recordOf(name).issuance;
}

/** A small record that every field can be put into. */
export function plainRecord(more: Json = {}): Json {
  return {
    eventVersion: '1.09',
    userIdentity: { type: 'IAMUser', principalId: 'AIDABOB0000000EXAMPLE', accountId: '222222222222' },
    eventTime: '2026-11-17T10:00:12Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    awsRegion: 'eu-west-1',
    eventID: '5f0c0001-7c1e-4d2a-9b60-acade0000001',
    recipientAccountId: '222222222222',
    ...more,
  };
}

/** A successful AssumeRole by a user of the same account. */
export function assumeRole(request: unknown, response: unknown, more: Json = {}): Json {
  return plainRecord({
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    requestParameters: request,
    responseElements: response,
    ...more,
  });
}

/** An issuance of which nothing is known but what is given. */
export function issuance(known: Partial<Issuance> & Pick<Issuance, 'name'>): Issuance {
  return {
    granted: true,
    issuedKey: null,
    expiresAt: null,
    durationSeconds: null,
    principalId: null,
    roleArn: null,
    sessionName: null,
    targetAccountId: null,
    sourceIdentity: null,
    externalIdHash: null,
    mfa: false,
    subject: null,
    provider: null,
    audience: null,
    switchFrom: null,
    signInSessionArn: null,
    detail: null,
    sharedEventId: null,
    requestId: null,
    ...known,
  };
}

/** An identity of which nothing is known but what is given. */
export function identity(known: Partial<Identity> & Pick<Identity, 'type'>): Identity {
  return {
    accessKeyId: null,
    principalId: null,
    arn: null,
    accountId: null,
    userName: null,
    invokedBy: null,
    issuerType: null,
    issuerArn: null,
    issuerId: null,
    createdAt: null,
    mfa: null,
    sourceIdentity: null,
    ec2RoleDelivery: null,
    fromConsole: false,
    assumedRoot: false,
    webProvider: null,
    webSubject: null,
    identityProvider: null,
    onBehalfOfUser: null,
    identityStoreArn: null,
    signInSessionArn: null,
    ...known,
  };
}

/** Epoch seconds of an ISO time. */
export function at(iso: string): number {
  return Date.parse(iso) / 1000;
}
