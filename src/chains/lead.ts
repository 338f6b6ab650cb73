import type { IssuedRecord, SessionFacts } from '../model/facts.js';
import type { LinkMethod, Origin, UnobservedReason } from '../model/session.js';
import { isWorkload, lastPart, originNamed, originShown, unobserved } from './origin.js';

/** Where a session's own records say to look for the one before it. */
export type Lead =
  /** The record names its origin. */
  | { to: 'origin'; origin: Origin; method: LinkMethod; evidence: string[] }
  /** The caller acted in a session that is in the store. */
  | { to: 'session'; session: number; method: LinkMethod; evidence: string[] }
  /** Only the other account's copy is there: the caller is a principal without more. */
  | { to: 'principal'; principalId: string; at: number; otherwise: Origin; evidence: string[] }
  /** The console says from where it was switched. */
  | { to: 'switched'; arn: string; at: number; evidence: string[] }
  /** Calls of `aws login` and agents name the sign-in they belong to. */
  | { to: 'sign-in'; arn: string; origin: Origin | null; reason: UnobservedReason | null }
  /** Its uses fit several credentials. */
  | { to: 'candidates'; ids: string[] }
  /** No record tells, or the reason is yet to be found (`null`). */
  | { to: 'nowhere'; origin: Origin; reason: UnobservedReason | null; evidence: string[] };

/** Follows the linking rules up to the point where the store has to be asked. */
export function leadOf(facts: SessionFacts): Lead {
  const evidence = facts.issued.map((record) => record.eventId);
  const main = facts.issued.find((record) => record.name !== 'SwitchRole');
  const switched = facts.issued.find((record) => record.switchFrom !== null);
  if (main === undefined) return switched === undefined ? fromUses(facts) : switchLead(switched, evidence);
  const { caller } = main;
  if (caller.type === 'AWSAccount') {
    if (switched !== undefined) return switchLead(switched, evidence);
    return fromAccount(main, evidence);
  }
  if (caller.session !== null && caller.session !== facts.sid)
    return {
      to: 'session',
      session: caller.session,
      method:
        caller.accessKeyId === null || caller.tie === 'principal-time' ? 'principal-time' : 'issued-key',
      evidence,
    };
  const origin = originNamed(facts, main);
  if (origin !== null) {
    const told = facts.issued.some((record) => record.caller.type === 'AWSAccount');
    return { to: 'origin', origin, method: told ? 'shared-event' : 'issuance', evidence };
  }
  return { to: 'nowhere', origin: unobserved, reason: 'hidden', evidence };
}

function switchLead(record: IssuedRecord, evidence: string[]): Lead {
  return { to: 'switched', arn: record.switchFrom!, at: record.at, evidence };
}

function fromAccount(record: IssuedRecord, evidence: string[]): Lead {
  const { principalId, accountId } = record.caller;
  const known = accountId !== null && /^\d{12}$/.test(accountId);
  const otherwise: Origin = known
    ? { kind: 'external-account', id: accountId, accountId, detail: principalId }
    : unobserved;
  if (principalId === null)
    return {
      to: 'nowhere',
      origin: otherwise,
      reason: known ? 'source account not collected' : 'hidden',
      evidence,
    };
  return { to: 'principal', principalId, at: record.at, otherwise, evidence };
}

function fromUses(facts: SessionFacts): Lead {
  if (facts.candidates.length > 0) return { to: 'candidates', ids: facts.candidates };
  const origin = originShown(facts);
  const reason = isWorkload(facts) ? 'workload credentials (expected)' : null;
  const arns = facts.uses.map((use) => use.signInSessionArn).filter((arn) => arn !== null);
  if (arns.length > 0) return { to: 'sign-in', arn: arns.sort()[0]!, origin, reason };
  return { to: 'nowhere', origin: origin ?? unobserved, reason, evidence: [] };
}

/** The person, root or role session that an ARN in `SwitchFrom` names. */
export function readSwitchFrom(
  arn: string,
):
  | { kind: 'origin'; origin: Origin }
  | { kind: 'session'; accountId: string; roleName: string; sessionName: string }
  | null {
  const parts = arn.split(':');
  const [prefix, , service, , accountId] = parts;
  const resource = parts.slice(5).join(':');
  if (prefix !== 'arn' || accountId === undefined || !/^\d{12}$/.test(accountId)) return null;
  if (service === 'iam' && resource === 'root')
    return { kind: 'origin', origin: { kind: 'root', id: accountId, accountId, detail: null } };
  if (service === 'iam' && resource.startsWith('user/'))
    return { kind: 'origin', origin: { kind: 'iam-user', id: lastPart(resource), accountId, detail: null } };
  const role = /^assumed-role\/([^/]+)\/(.+)$/.exec(resource);
  return service === 'sts' && role
    ? { kind: 'session', accountId, roleName: role[1]!, sessionName: role[2]! }
    : null;
}
