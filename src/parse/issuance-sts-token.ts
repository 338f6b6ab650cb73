import { accountOf } from './arn.js';
import { fields, told } from './fields.js';
import { durationOf, type Facts, issuedIn, namesMfa, type Occasion } from './issuance-facts.js';

/** sts GetSessionToken: the caller's own identity, with temporary keys. Not a hop. */
export function getSessionToken({ request, response, identity, call }: Occasion): Facts {
  return {
    ...issuedIn(response.credentials),
    durationSeconds: durationOf(request.durationSeconds),
    principalId: identity.principalId,
    targetAccountId: identity.accountId ?? call.recipientAccountId,
    mfa: namesMfa(request),
  };
}

/** sts GetFederationToken: a federated user, with at most the caller's permissions. Not a hop. */
export function getFederationToken({ request, response, identity, call }: Occasion): Facts {
  const user = fields(response.federatedUser);
  return {
    ...issuedIn(response.credentials),
    durationSeconds: durationOf(request.durationSeconds),
    principalId: told(user.federatedUserId),
    sessionName: told(request.name),
    targetAccountId: accountOf(user.arn) ?? identity.accountId ?? call.recipientAccountId,
  };
}

/**
 * sts AssumeRoot: root of a member account for one task, at most 900 s. A hop. Root's principal id is its account id.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-track-privileged-tasks.html
 */
export function assumeRoot({ request, response, identity }: Occasion): Facts {
  const target = accountOf(request.targetPrincipal);
  return {
    ...issuedIn(response.credentials),
    durationSeconds: durationOf(request.durationSeconds),
    principalId: target,
    targetAccountId: target,
    sourceIdentity: told(response.sourceIdentity) ?? identity.sourceIdentity,
  };
}
