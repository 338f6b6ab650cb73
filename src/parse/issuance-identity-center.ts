import { accountOf } from './arn.js';
import { fields, told } from './fields.js';
import type { Facts, Occasion } from './issuance-facts.js';

/**
 * sso GetRoleCredentials (terminal) and Federate (console): an Identity Center user asks for a permission set in an
 * account. AssumeRoleWithSAML in that account follows, and it alone logs a key.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-info-in-cloudtrail.html
 */
export function federate({ record, request }: Occasion): Facts {
  const details = fields(record.serviceEventDetails);
  return {
    targetAccountId: accountOf(details.account_id) ?? accountOf(request.accountId),
    detail: told(details.role_name) ?? told(request.roleName),
  };
}
