import { field, text } from './field.js';
import type { AthenaTable } from './table.js';
import { webSubject } from './web-subject.js';

/**
 * Columns of `logs` in their order, and where in a CloudTrail record each comes from: the first place that the table
 * has and that holds something.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export const sources = {
  event_id: ['eventID'],
  event_time: ['eventTime'],
  event_source: ['eventSource'],
  event_name: ['eventName'],
  region: ['awsRegion'],
  account: ['recipientAccountId'],
  error_code: ['errorCode'],
  error_message: ['errorMessage'],
  read_only: ['readOnly'],
  event_type: ['eventType'],
  event_category: ['eventCategory'],
  management_event: ['managementEvent'],
  source_ip: ['sourceIPAddress'],
  user_agent: ['userAgent'],
  request_id: ['requestID'],
  shared_event_id: ['sharedEventID'],
  request: ['requestParameters'],
  response: ['responseElements'],
  additional: ['additionalEventData'],
  details: ['serviceEventDetails'],
  resources: ['resources'],
  revises: ['addendum.originalEventID'],
  has_addendum: ['addendum'],
  user_type: ['userIdentity.type'],
  user_principal_id: ['userIdentity.principalId'],
  user_arn: ['userIdentity.arn'],
  user_account: ['userIdentity.accountId'],
  user_access_key: ['userIdentity.accessKeyId'],
  user_name: ['userIdentity.userName'],
  invoked_by: ['userIdentity.invokedBy'],
  identity_provider: ['userIdentity.identityProvider'],
  behalf_user: ['userIdentity.onBehalfOf.userId'],
  behalf_store: ['userIdentity.onBehalfOf.identityStoreArn'],
  issuer_type: ['userIdentity.sessionContext.sessionIssuer.type'],
  issuer_id: ['userIdentity.sessionContext.sessionIssuer.principalId'],
  issuer_arn: ['userIdentity.sessionContext.sessionIssuer.arn'],
  created_at: ['userIdentity.sessionContext.attributes.creationDate'],
  mfa: ['userIdentity.sessionContext.attributes.mfaAuthenticated'],
  source_identity: ['userIdentity.sessionContext.sourceIdentity'],
  ec2_role_delivery: ['userIdentity.sessionContext.ec2RoleDelivery'],
  from_console: [
    'sessionCredentialFromConsole',
    'userIdentity.sessionContext.attributes.sessionCredentialFromConsole',
  ],
  assumed_root: ['userIdentity.sessionContext.assumedRoot'],
  web_provider: ['userIdentity.sessionContext.webIdFederationData.federatedProvider'],
  web_subject: ['userIdentity.sessionContext.webIdFederationData.attributes'],
  sign_in_session: [
    'userIdentity.sessionContext.attributes.signInSessionArn',
    'userIdentity.sessionContext.signInSessionArn',
    'userIdentity.signInSessionArn',
  ],
} as const satisfies Record<string, readonly string[]>;

export type LogColumn = keyof typeof sources;

export const logColumns = Object.keys(sources) as LogColumn[];

/** SQL for a column of `logs`, a VARCHAR; null where the table has nothing to make it of. */
export function columnSql(table: AthenaTable, column: LogColumn): string | null {
  if (column === 'web_subject') return webSubject(table);
  const found = sources[column].flatMap((path) => field(table, path) ?? []);
  if (found.length === 0) return null;
  if (column === 'has_addendum') return `IF(${found[0]!.sql} IS NOT NULL, 'true')`;
  const texts = found.map(text);
  return texts.length === 1 ? texts[0]! : `coalesce(${texts.join(', ')})`;
}
