import { expect } from 'vitest';
import type { TruthSession } from '../../fixtures/make/truth.js';
import type { Session } from '../../src/model/session.js';

/** The session that a truth speaks of: by principal and time, and by its key where that is known. */
export function sessionOf(truth: TruthSession, sessions: readonly Session[]): Session {
  const fits = sessions.filter(
    (session) =>
      session.principalId === truth.principalId &&
      session.issuedAt === truth.issuedAt &&
      (truth.issuedKey === null || session.accessKeyId === truth.issuedKey),
  );
  expect(fits.map((session) => session.id)).toHaveLength(1);
  return fits[0]!;
}

/** Everything that the truth knows about a session is what the program concluded. */
export function expectTrue(
  truth: TruthSession,
  session: Session,
  keyOf: (id: string) => string | null,
): void {
  expect([truth.expectedMethod, ...(truth.otherMethods ?? [])]).toContain(session.link.method);
  const reason = truth.expectedReason === 'any' ? session.link.reason : (truth.expectedReason ?? null);
  expect({
    kind: session.kind,
    roleArn: session.roleArn,
    accountId: session.accountId,
    sessionName: session.sessionName,
    expiresAt: session.expiresAt,
    origin: { kind: session.origin.kind, id: session.origin.id },
    depth: session.depth,
    confidence: session.link.confidence,
    reason: session.link.reason,
    parent: session.parent?.accessKeyId ?? null,
    candidates: session.link.candidates.map(keyOf).sort(),
  }).toEqual({
    kind: truth.kind,
    roleArn: truth.roleArn,
    accountId: truth.accountId,
    sessionName: truth.sessionName,
    expiresAt: truth.expiresAt,
    origin: truth.origin,
    depth: truth.depth,
    confidence: truth.expectedConfidence,
    reason,
    parent: truth.parentKey,
    candidates: truth.candidateKeys ?? [],
  });
  // Of a session that was never used, often no record tells about the second factor.
  if (session.mfa !== null || (truth.calls > 0 && !truth.usesUncertain)) expect(session.mfa).toBe(truth.mfa);
  if (truth.usesUncertain) return;
  expect({
    calls: session.calls,
    denied: session.denied,
    first: session.firstUsedAt,
    last: session.lastUsedAt,
  }).toEqual({
    calls: truth.calls,
    denied: truth.denied,
    first: truth.firstUsedAt,
    last: truth.lastUsedAt,
  });
}
