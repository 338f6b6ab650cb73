import type { Call, Identity } from '../model/identity.js';
import type { Issuance, IssuanceName } from '../model/record.js';
import { type Fields, fields, told } from './fields.js';
import type { Facts, Occasion } from './issuance-facts.js';
import { federate } from './issuance-identity-center.js';
import { createOAuth2Token, switchRole } from './issuance-sign-in.js';
import { assumeRole, assumeRoleWithSaml, assumeRoleWithWebIdentity } from './issuance-sts-role.js';
import { assumeRoot, getFederationToken, getSessionToken } from './issuance-sts-token.js';
import { createSession, podIdentity } from './issuance-workload.js';
import { isService } from './service.js';

/** Null when the record hands out nothing after all. */
type Reader = (occasion: Occasion) => Facts | null;
type Kind = readonly [service: string, name: IssuanceName, read: Reader];

const list: readonly Kind[] = [
  ['sts', 'AssumeRole', assumeRole],
  ['sts', 'AssumeRoleWithSAML', assumeRoleWithSaml],
  ['sts', 'AssumeRoleWithWebIdentity', assumeRoleWithWebIdentity],
  ['sts', 'AssumeRoot', assumeRoot],
  ['sts', 'GetSessionToken', getSessionToken],
  ['sts', 'GetFederationToken', getFederationToken],
  ['signin', 'SwitchRole', switchRole],
  ['signin', 'CreateOAuth2Token', createOAuth2Token],
  ['sso', 'GetRoleCredentials', federate],
  ['sso', 'Federate', federate],
  ['rolesanywhere', 'CreateSession', createSession],
  ['eks-auth', 'AssumeRoleForPodIdentity', podIdentity],
];

/** Service and name of every call that hands out credentials. */
export const issuingCalls: readonly (readonly [service: string, name: string])[] = list.map(
  ([service, name]) => [service, name],
);

/** By `eventName`; the service must match too: S3 has a CreateSession of its own. */
const kinds = new Map<string, Kind>(list.map((kind) => [kind[1], kind]));
kinds.set('RenewRole', ['signin', 'SwitchRole', switchRole]);

/**
 * The facts of a record that hands out credentials, or tried to; null for any other record.
 * A call that failed has `granted: false` and nothing of what a session would show. Tokens, secrets and policies are
 * never read; an ExternalId only as a hash.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export function readIssuance(record: Fields, call: Call, identity: Identity): Issuance | null {
  const kind = kinds.get(call.eventName);
  if (kind === undefined) return null;
  const [service, name, read] = kind;
  if (!isService(call.eventSource, service)) return null;
  // What passed a VPC endpoint is a second record of a call that STS itself records.
  if (call.eventType === 'AwsVpceEvent') return null;
  const facts = read({
    record,
    call,
    identity,
    request: fields(record.requestParameters),
    response: fields(record.responseElements),
    additional: fields(record.additionalEventData),
  });
  if (facts === null) return null;
  const issuance: Issuance = {
    name,
    granted: call.errorCode === null,
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
    sharedEventId: told(record.sharedEventID),
    requestId: told(record.requestID),
    ...facts,
  };
  return issuance.granted ? issuance : { ...issuance, issuedKey: null, expiresAt: null, principalId: null };
}
