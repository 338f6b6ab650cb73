import type { Identity } from '../model/identity.js';
import { accountOf, roleArnOf, roleSessionOf } from './arn.js';
import { externalIdHash } from './external-id.js';
import { entries, type Fields, fields, text, told } from './fields.js';
import {
  durationOf,
  type Facts,
  issuedIn,
  namesMfa,
  type Occasion,
  resourceArn,
  roleAmongResources,
  roleRefused,
} from './issuance-facts.js';

/** sts AssumeRole, by a user, a session, root, an AWS service, or another account. */
export function assumeRole(occasion: Occasion): Facts {
  const { request, identity } = occasion;
  const facts = roleFacts(occasion);
  return {
    ...facts,
    // Once set, it stays for every session that comes after.
    sourceIdentity: facts.sourceIdentity ?? identity.sourceIdentity,
    externalIdHash: externalIdHash(request.externalId),
    mfa: namesMfa(request),
    detail: podOf(identity, request),
  };
}

/** sts AssumeRoleWithSAML: the caller is the assertion's subject. */
export function assumeRoleWithSaml(occasion: Occasion): Facts {
  const { record, request, response, identity } = occasion;
  return {
    ...roleFacts(occasion),
    subject: told(response.subject) ?? identity.userName,
    provider:
      told(request.principalArn) ??
      resourceArn(record, 'AWS::IAM::SAMLProvider') ??
      identity.identityProvider ??
      told(response.issuer),
    audience: told(response.audience),
  };
}

/** sts AssumeRoleWithWebIdentity: the caller is the token's `sub`. */
export function assumeRoleWithWebIdentity(occasion: Occasion): Facts {
  const { response, identity } = occasion;
  return {
    ...roleFacts(occasion),
    subject: told(response.subjectFromWebIdentityToken) ?? identity.userName,
    provider: told(response.provider) ?? identity.identityProvider,
    audience: told(response.audience),
  };
}

/** What all ways into a role tell alike. A service's call can lack `assumedRoleUser` although a key was issued. */
function roleFacts({ record, request, response }: Occasion) {
  const assumed = fields(response.assumedRoleUser);
  const session = roleSessionOf(assumed.arn);
  const roleArn =
    roleArnOf(request.roleArn) ?? roleAmongResources(record) ?? session?.roleArn ?? roleRefused(record);
  return {
    ...issuedIn(response.credentials),
    durationSeconds: durationOf(request.durationSeconds),
    principalId: told(assumed.assumedRoleId),
    roleArn,
    sessionName: told(request.roleSessionName) ?? session?.sessionName ?? null,
    targetAccountId: accountOf(roleArn) ?? session?.accountId ?? null,
    sourceIdentity: told(request.sourceIdentity) ?? told(response.sourceIdentity),
  };
}

/**
 * EKS Pod Identity tags the session with the pod that it is for: `<cluster>/<namespace>/<service account>`. Tags count
 * only from EKS itself; anybody else may write what they like.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
function podOf(identity: Identity, request: Fields): string | null {
  if (identity.type !== 'AWSService' || identity.invokedBy !== 'pods.eks.amazonaws.com') return null;
  const tags = new Map<string, string>();
  for (const entry of entries(request.tags)) {
    const key = told(fields(entry).key);
    const value = told(fields(entry).value);
    if (key !== null && value !== null) tags.set(key, value);
  }
  const parts = ['eks-cluster-name', 'kubernetes-namespace', 'kubernetes-service-account'].map((key) =>
    tags.get(key),
  );
  return parts.includes(undefined) ? null : text(parts.join('/'));
}
