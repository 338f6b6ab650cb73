/**
 * Who made a call, as the record itself says it: CloudTrail's `userIdentity`, flattened.
 * Two records with the same values here were made by the same actor with the same credential.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export interface Identity {
  /** `userIdentity.type`; inferred from the other fields where the record leaves it out; `Unknown` when nothing tells. */
  type: string;
  /** Present only on calls signed with a key; an empty string in the record becomes null. */
  accessKeyId: string | null;
  /** `AROA…:session`, `AIDA…`, `<account>:<federated name>`, an account id, … */
  principalId: string | null;
  arn: string | null;
  accountId: string | null;
  userName: string | null;
  /** The AWS service that made the call for the identity, e.g. `cloudformation.amazonaws.com`. */
  invokedBy: string | null;
  /** `sessionContext.sessionIssuer.type`: `Role`, `IAMUser`, `Root`. */
  issuerType: string | null;
  /** `sessionIssuer.arn`: for a role it keeps the path that the session's ARN drops. */
  issuerArn: string | null;
  /** `sessionIssuer.principalId`: `AROA…` for a role. */
  issuerId: string | null;
  /** `sessionContext.attributes.creationDate`, epoch seconds. */
  createdAt: number | null;
  mfa: boolean | null;
  sourceIdentity: string | null;
  /** `sessionContext.ec2RoleDelivery`: "1.0" or "2.0" for credentials served by instance metadata. */
  ec2RoleDelivery: string | null;
  /** `sessionCredentialFromConsole`. */
  fromConsole: boolean;
  /** `sessionContext.assumedRoot`. */
  assumedRoot: boolean;
  /** `webIdFederationData.federatedProvider`. */
  webProvider: string | null;
  /** The subject attribute in `webIdFederationData.attributes`, when there is one (`sub`, `cognito-identity…:sub`). */
  webSubject: string | null;
  /** `userIdentity.identityProvider` of SAMLUser and WebIdentityUser. */
  identityProvider: string | null;
  /** `onBehalfOf.userId`: the Identity Center user. */
  onBehalfOfUser: string | null;
  /** `onBehalfOf.identityStoreArn`. */
  identityStoreArn: string | null;
  /** `sessionContext.attributes.signInSessionArn` or `userIdentity.signInSessionArn`. */
  signInSessionArn: string | null;
}

/** What was called and how it ended: the part of a record that repeats most. */
export interface Call {
  /** e.g. `iam.amazonaws.com`. */
  eventSource: string;
  eventName: string;
  region: string;
  /** Account whose trail holds the record; the identity of a record is `eventID` + this. */
  recipientAccountId: string;
  /** `errorCode`, or null when the call succeeded. */
  errorCode: string | null;
  readOnly: boolean | null;
  /** `AwsApiCall`, `AwsServiceEvent`, `AwsConsoleSignIn`, `AwsConsoleAction`, … */
  eventType: string;
}

/** Identity and where it spoke from. */
export interface Actor {
  identity: Identity;
  sourceIp: string | null;
  userAgent: string | null;
}

/** True for error codes that mean "not allowed", as opposed to a call that failed for another reason. */
export function isDenial(errorCode: string | null): boolean {
  return (
    errorCode !== null &&
    /^(?:.*\.)?(?:AccessDenied(?:Exception)?|UnauthorizedOperation|Unauthorized|UnauthorizedException|NotAuthorized(?:Exception)?|AuthorizationError(?:Exception)?|Forbidden(?:Exception)?|AuthFailure|.*UnauthorizedAccess)$/i.test(
      errorCode,
    )
  );
}

/** Equal for equal calls, different for different ones. JSON, so that no value can imitate a separator. */
export function callKey(c: Call): string {
  return JSON.stringify([
    c.eventSource,
    c.eventName,
    c.region,
    c.recipientAccountId,
    c.errorCode,
    c.readOnly,
    c.eventType,
  ]);
}

/** Equal for equal identities, different for different ones. */
export function identityKey(i: Identity): string {
  return JSON.stringify([
    i.type,
    i.accessKeyId,
    i.principalId,
    i.arn,
    i.accountId,
    i.userName,
    i.invokedBy,
    i.issuerType,
    i.issuerArn,
    i.issuerId,
    i.createdAt,
    i.mfa,
    i.sourceIdentity,
    i.ec2RoleDelivery,
    i.fromConsole,
    i.assumedRoot,
    i.webProvider,
    i.webSubject,
    i.identityProvider,
    i.onBehalfOfUser,
    i.identityStoreArn,
    i.signInSessionArn,
  ]);
}

/** Equal for equal actors, different for different ones. */
export function actorKey(a: Actor): string {
  return JSON.stringify([a.sourceIp, a.userAgent, identityKey(a.identity)]);
}
