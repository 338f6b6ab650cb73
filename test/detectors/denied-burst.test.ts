import { describe, expect, it } from 'vitest';
import { emptyScene, type Refused, type SceneCaller } from '../../src/model/scene.js';
import { judgedBy, noon } from './scene.js';

const role = (name: string): SceneCaller => ({
  kind: 'principal',
  arn: `arn:aws:iam::111111111111:role/${name}`,
});
const target = 'arn:aws:iam::222222222222:role/PlatformAdmin';

const refused = (after: number, caller = role('ci'), count = 1, length = 0): Refused => ({
  caller,
  roleArn: target,
  count,
  first: noon + after,
  last: noon + after + length,
  eventId: `e-${after}`,
});
const told = (of: 'caller' | 'role', attempts: Refused[], settings?: string) =>
  judgedBy(
    'denied-burst',
    { ...emptyScene, roleArn: of === 'role' ? target : null, refusals: { of, attempts } },
    settings,
  );

describe('denied-burst', () => {
  it('counts what lies within the window, to the second', () => {
    const nine = refused(0, role('ci'), 9);
    expect(told('caller', [nine, refused(3599)])).toHaveLength(1);
    expect(told('caller', [nine, refused(3600)])).toHaveLength(0);
    expect(told('caller', [refused(0, role('ci'), 10)])).toHaveLength(1);
  });

  it('takes what goes on for one burst, and what comes later than the window for another', () => {
    const ten = (after: number) => refused(after, role('ci'), 10, 30);
    const drafts = (after: number) => told('caller', [ten(0), ten(after)]).map(({ draft }) => draft);
    expect(drafts(3630)).toMatchObject([{ time: noon, last: noon + 3660, evidence: ['e-0', 'e-3630'] }]);
    const [first, second] = drafts(3631);
    expect([first?.last, second?.time]).toEqual([noon + 30, noon + 3631]);
    expect(first?.about).not.toEqual(second?.about);
  });

  it('does not count a principal twice', () => {
    const callers = ['a', 'b', 'c', 'd'].map((name, i) => refused(i, role(name)));
    expect(told('role', [...callers, refused(9, role('a'))])).toEqual([]);
    const [five] = told('role', [...callers, refused(9, role('e')), refused(10, role('a'))]);
    expect(five?.draft.title).toContain('was refused to 5 principals');
    expect(five?.draft.detail).toEqual(['6 attempts in all.']);
    // The first of the five is out of the window when the last comes.
    expect(told('role', [...callers, refused(3600, role('e'))])).toEqual([]);
    expect(told('role', [...callers, refused(3599, role('e'))])).toHaveLength(1);
  });

  it('is set by the policy', () => {
    const three = [0, 1, 2].map((after) => refused(after));
    expect(told('caller', three, '{ denied-burst: { denials: 3 } }')).toHaveLength(1);
    expect(told('caller', three, '{ denied-burst: { denials: 4 } }')).toEqual([]);
    const apart = [0, 119].map((after) => refused(after, role('ci'), 5));
    expect(told('caller', apart, '{ denied-burst: { minutes: 2 } }')).toHaveLength(1);
    expect(told('caller', apart, '{ denied-burst: { minutes: 1 } }')).toEqual([]);
    const two = [refused(0, role('a')), refused(1, role('b'))];
    expect(told('role', two, '{ denied-burst: { principals: 2 } }')).toHaveLength(1);
  });

  it('is excepted by who was refused', () => {
    const ten = [refused(0, role('ci'), 10)];
    const except = (caller: string) =>
      `{ denied-burst: { exceptions: [{ caller: "${caller}", until: 2026-12-31, reason: "moving" }] } }`;
    expect(told('caller', ten, except('*:role/ci'))[0]?.exception?.reason).toBe('moving');
    expect(told('caller', ten, except('*:role/other'))[0]?.exception).toBeNull();
    const callers = ['a', 'b', 'c', 'd', 'e'].map((name, i) => refused(i, role(name)));
    expect(told('role', callers, except('*:role/a'))[0]?.exception).toBeNull();
  });

  it('names the roles that were tried as far as the records do', () => {
    const hidden = { ...refused(0, role('ci'), 10), roleArn: null };
    expect(told('caller', [hidden])[0]?.draft.title).toMatch(
      /10 times: assumptions of roles that the records/,
    );
    expect(told('caller', [hidden, refused(60)])[0]?.draft.title).toMatch(
      /11 times: role PlatformAdmin in 2/,
    );
  });
});
