import { roleArnOf, roleSessionOf } from './arn.js';
import { flag, told } from './fields.js';
import type { Facts, Occasion } from './issuance-facts.js';

/**
 * signin SwitchRole: the record's own identity is the session in the target role; who switched is in `SwitchFrom`.
 * RenewRole prolongs such a session, and counts where it says from whom. (ExitRole gives nothing out.)
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
 */
export function switchRole({ call, identity, response, additional }: Occasion): Facts | null {
  const switchFrom = told(additional.SwitchFrom);
  const renewed = call.eventName === 'RenewRole';
  if (renewed && switchFrom === null) return null;
  const outcome = renewed ? response.RenewRole : response.SwitchRole;
  const session = roleSessionOf(identity.arn);
  return {
    granted: call.errorCode === null && outcome === 'Success',
    principalId: identity.principalId,
    roleArn: roleArnOf(identity.issuerArn) ?? session?.roleArn ?? null,
    sessionName: session?.sessionName ?? null,
    targetAccountId: session?.accountId ?? identity.accountId,
    sourceIdentity: identity.sourceIdentity,
    switchFrom,
  };
}

/**
 * signin CreateOAuth2Token, behind `aws login` and agents: the caller's own identity goes on elsewhere, tied by
 * `signInSessionArn` where the record has one. No key is logged.
 */
export function createOAuth2Token({ call, identity, additional }: Occasion): Facts {
  return {
    granted: call.errorCode === null && flag(additional.success) !== false,
    principalId: identity.principalId,
    targetAccountId: identity.accountId ?? call.recipientAccountId,
    sourceIdentity: identity.sourceIdentity,
    signInSessionArn: told(additional.signInSessionArn) ?? identity.signInSessionArn,
  };
}
