import type { AccountNames } from '../model/answers.js';
import type { AdminBy, HeldSession, Origin, Session } from '../model/session.js';
import { iso } from './json-text.js';

/** Alias of an account; null when it has none: the id stands beside it. */
export function alias(accountId: string | null, names: AccountNames): string | null {
  const name = names(accountId);
  return name === accountId ? null : name;
}

/** `rolecall/session/v1` */
export function sessionJson(session: Session, names: AccountNames) {
  return {
    schema: 'rolecall/session/v1',
    id: session.id,
    kind: session.kind,
    accessKeyId: session.accessKeyId,
    principalId: session.principalId,
    roleArn: session.roleArn,
    accountId: session.accountId,
    account: alias(session.accountId, names),
    sessionName: session.sessionName,
    sourceIdentity: session.sourceIdentity,
    issuedAt: iso(session.issuedAt),
    expiresAt: iso(session.expiresAt),
    expiry: session.expiry,
    firstUsedAt: iso(session.firstUsedAt),
    lastUsedAt: iso(session.lastUsedAt),
    calls: session.calls,
    denied: session.denied,
    mfa: session.mfa,
    sourceIps: session.sourceIps,
    parent: session.parent && { id: session.parent.id, accessKeyId: session.parent.accessKeyId },
    link: {
      method: session.link.method,
      confidence: session.link.confidence,
      evidence: session.link.evidence,
      candidates: session.link.candidates,
      reason: session.link.reason,
    },
    origin: originJson(session.origin, names),
    depth: session.depth,
    chain: session.chain,
    issuance: issuanceJson(session),
  };
}

/** A session with what of it lies in the question's window. */
export function heldSessionJson(session: HeldSession, names: AccountNames) {
  return {
    ...sessionJson(session, names),
    held: session.held && spanJson(session.held),
    used: session.used && usedJson(session.used),
    adminBy: session.adminBy && adminByJson(session.adminBy),
  };
}

function adminByJson({ from, pattern, permissions, since, until, evidence }: AdminBy) {
  return { from, pattern, permissions, since: iso(since), until: iso(until), evidence };
}

export function originJson(origin: Origin, names: AccountNames) {
  return {
    kind: origin.kind,
    id: origin.id,
    accountId: origin.accountId,
    account: alias(origin.accountId, names),
    detail: origin.detail,
  };
}

export function spanJson(span: { from: number; to: number }) {
  return { from: iso(span.from), to: iso(span.to) };
}

export function usedJson(used: NonNullable<HeldSession['used']>) {
  return { calls: used.calls, denied: used.denied, first: iso(used.first), last: iso(used.last) };
}

function issuanceJson({ issuance }: Session) {
  return (
    issuance && {
      eventId: issuance.eventId,
      eventName: issuance.eventName,
      externalId: issuance.externalId,
      sourceIp: issuance.sourceIp,
      userAgent: issuance.userAgent,
      region: issuance.region,
    }
  );
}
