import { sessionNameOf } from '../chains/origin.js';
import type { SessionFacts } from '../model/facts.js';
import type { Session } from '../model/session.js';
import type { Descent } from './descent.js';

interface Beside {
  sourceIps: string[];
  revocations: { at: number; before: number }[];
}

/** Facts and conclusions as one session. */
export function sessionValue(facts: SessionFacts, descent: Descent, beside: Beside): Session {
  const { issued, uses } = facts;
  const { parent, link, origin, depth } = descent;
  const counts = uses.filter((use) => use.first !== null);
  const keys = [...new Set(uses.flatMap(({ accessKeyId: key }) => (key === null ? [] : [key])))];
  const first = issued[0];
  return {
    id: facts.id,
    kind: facts.kind,
    accessKeyId:
      issued.find((r) => r.accessKeyId !== null)?.accessKeyId ?? (keys.length === 1 ? keys[0]! : null),
    principalId: facts.principalId,
    roleArn: facts.kind === 'assumed-role' ? facts.roleArn : null,
    accountId: facts.accountId,
    sessionName: sessionNameOf(facts),
    sourceIdentity:
      issued.find((r) => r.sourceIdentity !== null)?.sourceIdentity ??
      uses.find((u) => u.sourceIdentity !== null)?.sourceIdentity ??
      null,
    issuedAt: facts.issuedAt,
    ...expiry(facts, beside.revocations),
    firstUsedAt: counts.length === 0 ? null : Math.min(...counts.map((use) => use.first!)),
    lastUsedAt: counts.length === 0 ? null : Math.max(...counts.map((use) => use.last!)),
    calls: uses.reduce((sum, use) => sum + use.calls, 0),
    denied: uses.reduce((sum, use) => sum + use.denied, 0),
    mfa: mfaOf(facts),
    sourceIps: beside.sourceIps,
    parent: parent === null ? null : { id: parent.id, accessKeyId: parent.accessKeyId },
    link,
    origin,
    depth,
    chain: [...(parent?.chain ?? []), facts.id],
    issuance:
      first === undefined
        ? null
        : {
            eventId: first.eventId,
            eventName: first.name,
            externalId: issued.find((r) => r.externalIdHash !== null)?.externalIdHash ?? null,
            sourceIp: first.sourceIp,
            userAgent: first.userAgent,
            region: first.region,
          },
  };
}

/** A second factor shown by any record; null when none says yes or no. */
function mfaOf({ issued, uses }: SessionFacts): boolean | null {
  const told = [
    ...uses.map((use) => use.mfa),
    ...issued.map((record) => (record.mfa ? true : record.caller.mfa)),
  ];
  if (told.includes(true)) return true;
  return told.includes(false) ? false : null;
}

/** IAM's revocation ends what was issued before its limit, from the moment of the change on. */
function expiry(
  { issuedAt, expiresAt, expiry }: SessionFacts,
  revocations: Beside['revocations'],
): Pick<Session, 'expiresAt' | 'expiry'> {
  const cuts = revocations.filter(({ at, before }) => issuedAt < before && at >= issuedAt && at < expiresAt);
  if (cuts.length === 0) return { expiresAt, expiry };
  return { expiresAt: Math.min(...cuts.map(({ at }) => at)), expiry: 'revoked' };
}
