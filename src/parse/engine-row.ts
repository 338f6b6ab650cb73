import type { Fold } from '../model/batch.js';
import type { CloudTrailRecord } from '../model/record.js';
import { HashedExternalId } from './external-id.js';
import { readRecord } from './record.js';
import { readTime } from './time.js';

/** A row that a query engine answers with: text, or null, by the name of the column. */
export type EngineRow = Readonly<Record<string, string | null>>;

/** What one row of `queries/athena/ingest.sql` tells. */
export interface EngineRecord {
  record: CloudTrailRecord;
  /** Null for a record of its own. */
  fold: Fold | null;
  /** How many records the row stands for: one that was delivered twice is one row. */
  records: number;
}

/**
 * A row of `queries/athena/ingest.sql` as the record that it was, or as the first of the calls that it adds up; or a
 * short reason why it is neither. The record goes the way that every record goes: what a field means is decided there.
 */
export function readEngineRow(row: EngineRow): EngineRecord | string {
  const records = Number(row.records);
  if (!Number.isSafeInteger(records) || records < 1) return 'not a row of ingest.sql: no number of records';
  const record = readRecord(recordOf(row));
  if (typeof record === 'string') return record;
  if (row.kind === 'record') return { record, fold: null, records };
  const calls = Number(row.calls);
  const last = readTime(row.last_time);
  if (row.kind !== 'sum' || !(calls >= 1 && calls <= records) || last === null)
    return 'not a row of ingest.sql: neither a record nor a sum';
  if (mattersAlone(record)) return `a sum of ${record.call.eventName}, which is told one by one`;
  return { record, fold: { calls, records, last: Math.max(last, record.time) }, records };
}

/** A row of `queries/athena/record.sql` in the shape of a CloudTrail record, as far as the table has its fields. */
export function shownEngineRecord(row: EngineRow): Record<string, unknown> {
  const texts = {
    request: 'requestParameters',
    response: 'responseElements',
    additional: 'additionalEventData',
  };
  const record = recordOf({ ...row, external_id: null });
  // What is no JSON is shown as it lies there.
  for (const [column, name] of Object.entries(texts)) record[name] ??= row[column];
  const truth: Record<string, boolean> = { true: true, false: false };
  for (const [column, name] of Object.entries({ read_only: 'readOnly', management_event: 'managementEvent' }))
    record[name] = truth[row[column] ?? ''];
  return present(record) as Record<string, unknown>;
}

/** Without what the table does not have: a column is there for every record. */
function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value).flatMap(([name, field]) => {
    const told = present(field);
    return told === undefined || isEmpty(told) ? [] : [[name, told]];
  });
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** What a sum cannot tell of each call in it. */
function mattersAlone({ issuance, revocation, change, exposure, sharedEventId, revises }: CloudTrailRecord) {
  return [issuance, revocation, change, exposure, sharedEventId, revises].some((fact) => fact !== null);
}

/** CloudTrail's own shape and spelling: a catalog knows lower case only. */
function recordOf(row: EngineRow): Record<string, unknown> {
  return {
    eventID: row.event_id,
    eventTime: row.event_time,
    eventSource: row.event_source,
    eventName: row.event_name,
    awsRegion: row.region,
    recipientAccountId: row.account,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    readOnly: row.read_only,
    eventType: row.event_type,
    eventCategory: row.event_category,
    managementEvent: row.management_event === 'false' ? false : undefined,
    sourceIPAddress: row.source_ip,
    userAgent: row.user_agent,
    requestID: row.request_id,
    sharedEventID: row.shared_event_id,
    requestParameters: requestOf(row),
    responseElements: json(row.response),
    additionalEventData: json(row.additional),
    serviceEventDetails: json(row.details),
    resources: resourcesOf(row.resources),
    addendum: row.has_addendum === 'true' ? { originalEventID: row.revises } : undefined,
    sessionCredentialFromConsole: row.from_console,
    userIdentity: identityOf(row),
  };
}

function identityOf(row: EngineRow): Record<string, unknown> {
  return {
    type: row.user_type,
    principalId: row.user_principal_id,
    arn: row.user_arn,
    accountId: row.user_account,
    accessKeyId: row.user_access_key,
    userName: row.user_name,
    invokedBy: row.invoked_by,
    identityProvider: row.identity_provider,
    onBehalfOf: { userId: row.behalf_user, identityStoreArn: row.behalf_store },
    sessionContext: {
      sessionIssuer: { type: row.issuer_type, principalId: row.issuer_id, arn: row.issuer_arn },
      attributes: { creationDate: row.created_at, mfaAuthenticated: row.mfa },
      sourceIdentity: row.source_identity,
      ec2RoleDelivery: row.ec2_role_delivery,
      assumedRoot: row.assumed_root,
      signInSessionArn: row.sign_in_session,
      webIdFederationData: { federatedProvider: row.web_provider, attributes: { sub: row.web_subject } },
    },
  };
}

function requestOf(row: EngineRow): unknown {
  const request = json(row.request);
  if (row.external_id === null || row.external_id === undefined) return request;
  return { ...(request as object), externalId: new HashedExternalId(row.external_id) };
}

/** `resources` with CloudTrail's own spelling of its fields. */
function resourcesOf(text: string | null | undefined): unknown {
  const list = json(text);
  if (!Array.isArray(list)) return undefined;
  return list.map((entry: Record<string, unknown> | null) => ({
    ARN: entry?.arn ?? entry?.ARN,
    accountId: entry?.accountid ?? entry?.accountId,
    type: entry?.type,
  }));
}

function json(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
