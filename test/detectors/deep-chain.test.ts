import { describe, expect, it } from 'vitest';
import { detectors, judge, readyDetectors } from '../../src/detectors/index.js';
import type { Session } from '../../src/model/session.js';
import { parsePolicy } from '../../src/policy/index.js';
import { noon, sceneOf, sessionOf } from './scene.js';

const policyOf = (lines: string) =>
  parsePolicy(`version: 1\naccounts: { prod: { id: "222222222222" } }\n${lines}\n`, 'rolecall.yaml');

function fires(id: string, lines: string | null, session: Session, above: Session[] = []): boolean {
  const policy = lines === null ? null : policyOf(lines);
  const chosen = detectors.filter((detector) => detector.id === id);
  return judge(sceneOf(session, { above }), readyDetectors(chosen, policy), policy).length > 0;
}

describe('the deepest chain that is allowed', () => {
  /** The least depth that is too deep. */
  const limit = (lines: string | null) =>
    [1, 2, 3, 4, 5, 6, 7].find((depth) => fires('deep-chain', lines, sessionOf({ depth })))! - 1;
  const option = 'detectors: { deep-chain: { maxDepth: 4 } }';
  const limits = 'limits: { maxDepth: 3 }';
  const role = (...depths: (number | null)[]) =>
    `roles:\n${depths.map((depth, i) => `  r${i}: { match: ["prod:role/order-worker"]${depth === null ? '' : `, maxDepth: ${depth}`} }`).join('\n')}`;

  it('is two, or what the policy says: for the role, for the detector, for all', () => {
    expect(limit(null)).toBe(2);
    expect(limit('')).toBe(2);
    expect(limit(limits)).toBe(3);
    expect(limit(`${limits}\n${option}`)).toBe(4);
    expect(limit(`${limits}\n${option}\n${role(1)}`)).toBe(1);
    expect(limit(`${limits}\n${role(null)}`)).toBe(3);
    expect(limit(role(5, 1, null))).toBe(5);
    expect(limit('limits: { maxDepth: 1 }')).toBe(1);
  });

  it('says nothing where the depth is not known', () => {
    expect(fires('deep-chain', 'limits: { maxDepth: 1 }', sessionOf({ depth: null }))).toBe(false);
  });
});

describe('a role that is juggled', () => {
  const juggled = (length: number, longer: number, lines: string | null = null) => {
    const first = sessionOf({ id: 'first', issuance: null });
    const last = sessionOf({ issuedAt: noon + length, expiresAt: first.expiresAt + longer });
    return fires('role-juggling', lines, last, [first]);
  };

  it('is held past an hour, and past the end of its first session', () => {
    expect([juggled(3600, 1), juggled(3599, 1), juggled(3600, 0)]).toEqual([true, false, false]);
    const shorter = 'detectors: { role-juggling: { minLength: 60 } }';
    expect([juggled(60, 1, shorter), juggled(59, 1, shorter)]).toEqual([true, false]);
  });

  it('is shown by the records there are', () => {
    const chosen = detectors.filter(({ id }) => id === 'role-juggling');
    const scene = (first: Session) =>
      sceneOf(sessionOf({ issuedAt: noon + 3600, expiresAt: noon + 7200 }), { above: [first] });
    const evidence = (first: Session) =>
      judge(scene(first), readyDetectors(chosen, null), null)[0]?.draft.evidence;
    expect(evidence(sessionOf({ issuance: null }))).toEqual(['e-1']);
    const issuance = { ...sessionOf().issuance!, eventId: 'e-0' };
    expect(evidence(sessionOf({ issuance }))).toEqual(['e-0', 'e-1']);
  });
});
