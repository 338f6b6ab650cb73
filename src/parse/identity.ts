import type { Identity } from '../model/identity.js';
import { type Fields, fields, flag, text, told } from './fields.js';
import { inferType } from './identity-type.js';
import { readTime } from './time.js';

/**
 * Flattens a record's `userIdentity`. Whatever is missing, empty, hidden or of another JSON type is null; a record
 * without an identity has the type `Unknown`.
 */
export function readIdentity(record: Fields): Identity {
  const who = fields(record.userIdentity);
  const context = fields(who.sessionContext);
  const attributes = fields(context.attributes);
  const issuer = fields(context.sessionIssuer);
  const web = fields(context.webIdFederationData);
  const onBehalfOf = fields(who.onBehalfOf);
  const arn = told(who.arn);
  const principalId = told(who.principalId);
  const accountId = told(who.accountId);
  const invokedBy = told(who.invokedBy);
  return {
    type: text(who.type) ?? inferType(arn, principalId, accountId, invokedBy),
    accessKeyId: told(who.accessKeyId),
    principalId,
    arn,
    accountId,
    userName: told(who.userName),
    invokedBy,
    issuerType: told(issuer.type),
    issuerArn: told(issuer.arn),
    issuerId: told(issuer.principalId),
    createdAt: readTime(attributes.creationDate),
    mfa: flag(attributes.mfaAuthenticated),
    sourceIdentity: told(context.sourceIdentity),
    ec2RoleDelivery: told(context.ec2RoleDelivery),
    // Beside userIdentity in the user guide, among the attributes in logs.
    fromConsole:
      flag(record.sessionCredentialFromConsole) === true ||
      flag(attributes.sessionCredentialFromConsole) === true,
    assumedRoot: flag(context.assumedRoot) === true,
    webProvider: told(web.federatedProvider),
    webSubject: subjectIn(web.attributes),
    identityProvider: told(who.identityProvider),
    onBehalfOfUser: told(onBehalfOf.userId),
    identityStoreArn: told(onBehalfOf.identityStoreArn),
    signInSessionArn:
      told(attributes.signInSessionArn) ?? told(context.signInSessionArn) ?? told(who.signInSessionArn),
  };
}

/** `sub`, or the first of the names that end in `:sub` (`cognito-identity.amazonaws.com:sub`). */
function subjectIn(value: unknown): string | null {
  const attributes = fields(value);
  const plain = told(attributes.sub);
  if (plain !== null) return plain;
  let first: string | null = null;
  for (const name of Object.keys(attributes)) {
    if (name.endsWith(':sub') && (first === null || name < first) && told(attributes[name]) !== null)
      first = name;
  }
  return first === null ? null : told(attributes[first]);
}
