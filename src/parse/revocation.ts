import type { Call } from '../model/identity.js';
import type { Revocation } from '../model/record.js';
import { entries, type Fields, fields, told } from './fields.js';
import { policyOf } from './policy-document.js';
import { isService } from './service.js';
import { readTime } from './time.js';

/**
 * IAM's "revoke active sessions" on a role: the inline policy `AWSRevokeOlderSessions`, which denies everything to
 * credentials issued before its `aws:TokenIssueTime`. The limit is the event's own time where the policy cannot be
 * read. Nothing else of the policy is kept.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 * @param time the record's, epoch seconds
 */
export function readRevocation(record: Fields, call: Call, time: number): Revocation | null {
  if (call.eventName !== 'PutRolePolicy' || call.errorCode !== null) return null;
  if (!isService(call.eventSource, 'iam') || call.eventType === 'AwsVpceEvent') return null;
  const request = fields(record.requestParameters);
  const roleName = told(request.roleName);
  if (request.policyName !== 'AWSRevokeOlderSessions' || roleName === null) return null;
  const before = tokenIssueLimit(request.policyDocument) ?? time;
  return { accountId: call.recipientAccountId, roleName, before };
}

/** The latest `aws:TokenIssueTime` that a Deny statement compares with, epoch seconds. */
function tokenIssueLimit(document: unknown): number | null {
  const { Statement } = policyOf(document);
  let limit: number | null = null;
  for (const entry of Array.isArray(Statement) ? entries(Statement) : [Statement]) {
    const statement = fields(entry);
    if (statement.Effect !== 'Deny') continue;
    const given = limitIn(fields(fields(statement.Condition).DateLessThan));
    for (const value of Array.isArray(given) ? entries(given) : [given]) {
      const at = readTime(value);
      if (at !== null && (limit === null || at > limit)) limit = at;
    }
  }
  return limit;
}

/** IAM compares the names of condition keys without regard to case. */
function limitIn(condition: Fields): unknown {
  const name = Object.keys(condition).find((key) => key.toLowerCase() === 'aws:tokenissuetime');
  return name === undefined ? undefined : condition[name];
}
