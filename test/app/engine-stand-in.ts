import { sensitiveActions } from '../../src/detectors/sensitive-actions.js';
import { actionOf } from '../../src/model/action.js';
import { actorKey, callKey, isDenial } from '../../src/model/identity.js';
import type { EngineRow } from '../../src/parse/engine-row.js';
import { externalIdHash } from '../../src/parse/external-id.js';
import { readRecord } from '../../src/parse/record.js';

/*
 * A stand-in for what `queries/athena/ingest.sql` answers, written a second time in TypeScript: for tests of what becomes
 * of the rows where there is no engine. Tests against a real Trino are in test/athena.
 */

type Json = Record<string, unknown>;

/** Rows for the records of one folder of a table, in no order that means anything. */
export function engineRows(records: readonly Json[]): EngineRow[] {
  const groups = new Map<string, Json[]>();
  for (const record of records) {
    const key = keyOf(record);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].map(rowOfGroup);
}

function keyOf(record: Json): string {
  const read = readRecord(record);
  if (typeof read === 'string' || isAlone(record))
    return JSON.stringify(['record', record.eventID, rowOf(record)]);
  return JSON.stringify([
    'sum',
    callKey(read.call),
    actorKey(read.actor),
    String(record.eventTime).slice(0, 13),
  ]);
}

function isAlone(record: Json): boolean {
  const read = readRecord(record);
  if (typeof read === 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(record.eventTime)))
    return true;
  const { issuance, change, exposure, revocation, sharedEventId, call } = read;
  const service = call.eventSource.split('.')[0]!;
  return (
    [issuance, change, exposure, revocation, sharedEventId].some((fact) => fact !== null) ||
    record.addendum !== undefined ||
    typeof record.eventID !== 'string' ||
    typeof record.recipientAccountId !== 'string' ||
    isDenial(call.errorCode) ||
    ['iam', 'signin'].includes(service) ||
    sensitiveActions.has(actionOf(call.eventSource, call.eventName).toLowerCase())
  );
}

function rowOfGroup(records: Json[]): EngineRow {
  const sorted = records.toSorted((a, b) =>
    `${a.eventTime}${a.eventID}` < `${b.eventTime}${b.eventID}` ? -1 : 1,
  );
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  const alone = isAlone(first);
  return {
    ...(alone ? rowOf(first) : { ...rowOf(first), ...untold }),
    kind: alone ? 'record' : 'sum',
    records: String(records.length),
    calls: alone ? '1' : String(new Set(records.map(({ eventID }) => eventID)).size),
    last_time: String(last.eventTime),
  };
}

const untold = {
  request: null,
  response: null,
  additional: null,
  details: null,
  resources: null,
  request_id: null,
  event_category: null,
  management_event: null,
  error_message: null,
};

/** One record, column by column: scalars as text, the rest as JSON, ExternalId and token gone. */
function rowOf(record: Json): EngineRow {
  const who = part(record.userIdentity);
  const context = part(who.sessionContext);
  const [issuer, attributes, web] = [
    context.sessionIssuer,
    context.attributes,
    context.webIdFederationData,
  ].map(part);
  const behalf = part(who.onBehalfOf);
  const subjects = Object.entries(part(web!.attributes)).filter(
    ([name]) => name === 'sub' || name.endsWith(':sub'),
  );
  const subject = subjects.sort(
    ([a], [b]) => Number(a !== 'sub') - Number(b !== 'sub') || (a < b ? -1 : 1),
  )[0];
  const request = record.requestParameters as Json | null | undefined;
  return {
    event_id: scalar(record.eventID),
    event_time: scalar(record.eventTime),
    event_source: scalar(record.eventSource),
    event_name: scalar(record.eventName),
    region: scalar(record.awsRegion),
    account: scalar(record.recipientAccountId),
    error_code: scalar(record.errorCode),
    error_message: scalar(record.errorMessage),
    read_only: scalar(record.readOnly),
    event_type: scalar(record.eventType),
    event_category: scalar(record.eventCategory),
    management_event: scalar(record.managementEvent),
    source_ip: scalar(record.sourceIPAddress),
    user_agent: scalar(record.userAgent),
    request_id: scalar(record.requestID),
    shared_event_id: scalar(record.sharedEventID),
    request: told(request, ['externalId']),
    response: told(record.responseElements, ['sessionToken']),
    additional: told(record.additionalEventData),
    details: told(record.serviceEventDetails),
    resources: Array.isArray(record.resources)
      ? JSON.stringify(
          record.resources.map((each: Json) => ({
            arn: each.ARN,
            accountid: each.accountId,
            type: each.type,
          })),
        )
      : null,
    revises: scalar(part(record.addendum).originalEventID),
    has_addendum: record.addendum === undefined ? null : 'true',
    external_id: externalIdHash(request?.externalId),
    user_type: scalar(who.type),
    user_principal_id: scalar(who.principalId),
    user_arn: scalar(who.arn),
    user_account: scalar(who.accountId),
    user_access_key: scalar(who.accessKeyId),
    user_name: scalar(who.userName),
    invoked_by: scalar(who.invokedBy),
    identity_provider: scalar(who.identityProvider),
    behalf_user: scalar(behalf.userId),
    behalf_store: scalar(behalf.identityStoreArn),
    issuer_type: scalar(issuer!.type),
    issuer_id: scalar(issuer!.principalId),
    issuer_arn: scalar(issuer!.arn),
    created_at: scalar(attributes!.creationDate),
    mfa: scalar(attributes!.mfaAuthenticated),
    source_identity: scalar(context.sourceIdentity),
    ec2_role_delivery: scalar(context.ec2RoleDelivery),
    from_console: scalar(record.sessionCredentialFromConsole ?? attributes!.sessionCredentialFromConsole),
    assumed_root: scalar(context.assumedRoot),
    web_provider: scalar(web!.federatedProvider),
    web_subject: scalar(subject?.[1]),
    sign_in_session: scalar(attributes!.signInSessionArn ?? context.signInSessionArn ?? who.signInSessionArn),
  };
}

function part(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function scalar(value: unknown): string | null {
  return value === undefined || value === null || typeof value === 'object' ? null : String(value);
}

/** @param without names of fields that do not leave the engine */
function told(value: unknown, without: readonly string[] = []): string | null {
  if (value === undefined || value === null) return null;
  return JSON.stringify(value, (name, field) => (without.includes(name) ? undefined : field));
}
