import { accountOf, roleArnOf, roleSessionOf } from './arn.js';
import { entries, fields, text, told } from './fields.js';
import { durationOf, type Facts, issuedIn, type Occasion, roleAmongResources } from './issuance-facts.js';

/**
 * rolesanywhere CreateSession: a machine outside AWS shows a certificate. The response is a list of one credential.
 * https://docs.aws.amazon.com/rolesanywhere/latest/userguide/logging-using-cloudtrail.html
 */
export function createSession({ record, request, response, additional }: Occasion): Facts {
  const given = fields(entries(response.credentialSet)[0]);
  const assumed = fields(given.assumedRoleUser);
  const session = roleSessionOf(assumed.arn);
  const roleArn =
    roleArnOf(request.roleArn) ??
    roleArnOf(given.roleArn) ??
    roleAmongResources(record) ??
    session?.roleArn ??
    null;
  return {
    ...issuedIn(given.credentials),
    durationSeconds: durationOf(request.durationSeconds),
    principalId: told(assumed.assumedRoleId),
    roleArn,
    sessionName: session?.sessionName ?? told(request.roleSessionName),
    targetAccountId: accountOf(roleArn) ?? session?.accountId ?? null,
    sourceIdentity: told(given.sourceIdentity),
    subject:
      told(additional.x509Subject) ??
      told(response.x509Subject) ??
      told(additional.subjectArn) ??
      told(response.subjectArn),
    provider: told(request.trustAnchorArn),
  };
}

/**
 * eks-auth AssumeRoleForPodIdentity, by the node. EKS then calls AssumeRole itself, with the pod's name in its tags.
 * Most records tell no more than the cluster.
 */
export function podIdentity({ call, request, response }: Occasion): Facts {
  const subject = fields(response.subject);
  const parts = [told(request.clusterName), told(subject.namespace), told(subject.serviceAccount)];
  return {
    targetAccountId: accountOf(call.recipientAccountId),
    detail: parts.includes(null) ? parts[0]! : text(parts.join('/')),
  };
}
