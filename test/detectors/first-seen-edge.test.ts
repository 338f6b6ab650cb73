import { describe, expect, it } from 'vitest';
import { blindFor, detectors, readyDetectors } from '../../src/detectors/index.js';
import { type Novelty, noveltyOf } from '../../src/detectors/novelty.js';
import type { Edge, Scene, SceneCaller } from '../../src/model/scene.js';
import { parsePolicy } from '../../src/policy/index.js';
import { judgedBy, noon, sceneOf, sessionOf } from './scene.js';

const day = 86_400;
const ec2: SceneCaller = { kind: 'service', name: 'ec2.amazonaws.com' };
const today = Math.floor(noon / day);

/** Days before today with logs; a pair last seen so many seconds before noon. */
const edgeOf = (days: number[], previous: number | null = null): Edge => ({
  caller: 'id AIDABOB',
  previous: previous === null ? null : noon - previous,
  days: days.map((back) => today - back).sort((a, b) => a - b),
});
const back = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const verdict = (edge: Edge, minDays = 7): Novelty => noveltyOf(edge, noon, { days: 30, minDays });

describe('a pair of caller and role', () => {
  it('is known when it was seen within the days looked back at, to the second', () => {
    expect(verdict(edgeOf([], 30 * day)).verdict).toBe('known');
    expect(verdict(edgeOf(back(1, 40), 30 * day + 1)).verdict).toBe('new');
  });

  it('is new only when every day has logs', () => {
    expect(verdict(edgeOf(back(1, 30)))).toEqual({ verdict: 'new', covered: 30 });
    expect(verdict(edgeOf(back(2, 30)))).toEqual({ verdict: 'unclear', covered: 29 });
    expect(verdict(edgeOf(back(1, 7)))).toEqual({ verdict: 'unclear', covered: 7 });
    expect(verdict(edgeOf(back(1, 6)))).toEqual({ verdict: 'blind', covered: 6 });
  });

  it('is not covered by its own day, by days after it or by days too long ago', () => {
    expect(verdict(edgeOf([...back(-9, 0), ...back(31, 50)]))).toEqual({ verdict: 'blind', covered: 0 });
  });

  it('needs no more days than it looks back at', () => {
    expect(noveltyOf(edgeOf(back(1, 3)), noon, { days: 3, minDays: 7 }).verdict).toBe('new');
  });
});

describe('first-seen-edge', () => {
  const seen = (edge: Edge | null, settings?: string, changes = {}) =>
    judgedBy('first-seen-edge', sceneOf(sessionOf(), { edge, ...changes }), settings);

  it('says how many days have no logs', () => {
    const [{ severity, draft }] = seen(edgeOf(back(1, 12))) as [never];
    expect([severity, draft]).toMatchObject([
      'info',
      { detail: ['Only 12 of the 30 days before have logs in the account of the role.'] },
    ]);
  });

  it('looks back as far as the policy says', () => {
    expect(seen(edgeOf(back(1, 12)), '{ first-seen-edge: { days: 12 } }')[0]?.severity).toBe('low');
    expect(seen(edgeOf(back(1, 12)), '{ first-seen-edge: { minDays: 13 } }')).toEqual([]);
  });

  it('passes services over unless the policy asks for them', () => {
    const service = {
      ...sceneOf(sessionOf()).assumption!,
      callers: [ec2],
    };
    const changes = { assumption: service };
    expect(seen(edgeOf(back(1, 30)), '{}', changes)).toEqual([]);
    expect(seen(edgeOf(back(1, 30)), '{ first-seen-edge: { services: true } }', changes)).toHaveLength(1);
  });

  it('says which sessions it could not judge', () => {
    const blind = (changes: Partial<Scene>, settings = '{}') => {
      const policy = parsePolicy(`version: 1\ndetectors: ${settings}\n`, 'rolecall.yaml');
      const chosen = detectors.filter(({ id }) => id === 'first-seen-edge');
      const scene = { ...sceneOf(sessionOf()), edge: edgeOf(back(1, 6)), ...changes };
      return blindFor(scene, readyDetectors(chosen, policy)).map(({ reason }) => reason);
    };
    expect(blind({})).toEqual(['fewer than 7 days with logs lie before them in the account of the role']);
    expect(blind({ edge: edgeOf(back(1, 7)) })).toEqual([]);
    expect(blind({ edge: edgeOf([], 60) })).toEqual([]);
    expect(blind({}, '{ first-seen-edge: { minDays: 6 } }')).toEqual([]);
    expect([...blind({ edge: null }), ...blind({ assumption: null })]).toEqual([]);
    expect(blind({ assumption: { ...sceneOf(sessionOf()).assumption!, callers: [ec2] } })).toEqual([]);
  });

  it('takes a caller that may be a service for one that may be none', () => {
    const callers = [ec2, ...sceneOf(sessionOf()).assumption!.callers];
    const assumption = { ...sceneOf(sessionOf()).assumption!, callers };
    expect(seen(edgeOf(back(1, 30)), '{}', { assumption })).toHaveLength(1);
  });

  it('needs an edge, a record of the assumption and a role', () => {
    expect(seen(null)).toEqual([]);
    expect(seen(edgeOf(back(1, 30)), '{}', { assumption: null })).toEqual([]);
    expect(seen(edgeOf(back(1, 30)), '{}', { roleArn: null })).toEqual([]);
  });
});

describe('a sensitive call', () => {
  const deed = {
    action: 'ssm:SendCommand',
    eventSource: 'ssm.amazonaws.com',
    eventName: 'SendCommand',
    region: 'eu-west-1',
    accountId: '222222222222',
    errorCode: null,
    denied: false,
    readOnly: false,
    invokedBy: null,
    count: 1,
    first: noon + 60,
    last: noon + 60,
    eventId: 'e-2',
    inSession: false,
  };
  const called = (depth: number, edge: Edge | null, settings?: string) => {
    const scene = sceneOf(sessionOf({ depth }), { deeds: [deed], edge });
    const [{ severity, draft }] = judgedBy('sensitive-call', scene, settings) as [never];
    const { detail } = draft as { detail: string[] };
    return [severity, detail.filter((text) => text.startsWith('One step'))];
  };
  const fresh = edgeOf(back(1, 30));

  it('is one step more urgent by somebody who is new to the role, and says why', () => {
    const usual = called(1, null)[0];
    expect(called(1, fresh)).toEqual([
      'high',
      ['One step more urgent: its caller held the role for the first time in 30 days.'],
    ]);
    expect(usual).toBe('medium');
    expect(called(1, edgeOf(back(1, 30), 3600))).toEqual([usual, []]);
    expect(called(1, edgeOf(back(1, 29)))).toEqual([usual, []]);
  });

  it('is one step more urgent three assumptions from its origin, and never two', () => {
    expect(called(2, null)).toEqual(['medium', []]);
    for (const edge of [null, fresh])
      expect(called(3, edge)).toEqual([
        'high',
        ['One step more urgent: the session is 3 assumptions from its origin.'],
      ]);
  });

  it('is as urgent as the policy says, and by its lookback', () => {
    expect(called(3, fresh, '{ sensitive-call: { severity: low } }')).toEqual(['low', []]);
    expect(called(1, fresh, '{ first-seen-edge: { enabled: false } }')).toEqual(['medium', []]);
    expect(called(1, edgeOf(back(1, 12)), '{ first-seen-edge: { days: 12 } }')[0]).toBe('high');
  });
});
