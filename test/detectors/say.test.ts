import { describe, expect, it } from 'vitest';
import {
  actorText,
  byDay,
  callerKey,
  callerText,
  chainText,
  listText,
  originText,
  roleText,
  sinceText,
  span,
} from '../../src/detectors/say.js';
import type { Deed } from '../../src/model/scene.js';
import { noon, sceneOf, sessionOf } from './scene.js';

const deed = (changes: Partial<Deed> = {}): Deed => ({
  action: 'iam:CreateUser',
  eventSource: 'iam.amazonaws.com',
  eventName: 'CreateUser',
  region: 'us-east-1',
  accountId: '222222222222',
  errorCode: null,
  denied: false,
  readOnly: false,
  invokedBy: null,
  count: 1,
  first: noon,
  last: noon,
  eventId: 'e-1',
  inSession: false,
  ...changes,
});

describe('words', () => {
  it('name callers as much as the records do', () => {
    const root = 'arn:aws:iam::222222222222:root';
    expect(callerText({ kind: 'principal', arn: root })).toBe('root of 222222222222');
    expect(callerText({ kind: 'principal', arn: 'arn:aws:iam::222222222222:role/team/ci' })).toBe(
      'role ci in 222222222222',
    );
    expect(callerText({ kind: 'account', accountId: '333333333333' })).toBe(
      'somebody in account 333333333333',
    );
    expect(callerText({ kind: 'unknown' })).toBe('somebody not observed');
    expect([callerKey({ kind: 'unknown' }), callerKey({ kind: 'service', name: 'ec2' })]).toEqual([
      '?',
      'ec2',
    ]);
    expect(originText({ kind: 'unobserved', id: '', accountId: null, detail: null })).toBe(
      'an origin that was not observed',
    );
    expect(roleText(null)).toBe('a role that no record names');
  });

  it('list four, each once, and say how many more', () => {
    expect(listText(['a', 'b', 'a', 'c', 'd'])).toBe('a, b, c, d');
    expect(listText(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c, d and 1 more');
  });

  it('say which part services had in it', () => {
    const scene = sceneOf(sessionOf());
    const who = 'IAM user bob as role order-worker in 222222222222';
    const [own, other] = [deed(), deed({ invokedBy: 'cloudformation.amazonaws.com' })];
    expect(actorText(scene, [own])).toBe(who);
    expect(actorText(scene, [other])).toBe(`cloudformation.amazonaws.com, acting for ${who}`);
    expect(actorText(scene, [own, other])).toBe(`${who}, in part through cloudformation.amazonaws.com`);
  });

  it('shorten a chain of thousands in the middle', () => {
    const chain = (length: number) => {
      const all = Array.from({ length }, (_, i) => sessionOf({ roleArn: `arn:aws:iam::2:role/r${i + 1}` }));
      return chainText(all.slice(0, -1), all.at(-1)!);
    };
    expect(chain(12)).not.toContain('more');
    expect(chain(13)).toBe('r1 -> r2 -> r3 -> r4 -> r5 -> (3 more) -> r9 -> r10 -> r11 -> r12 -> r13');
    expect(chainText([sessionOf({ roleArn: null, kind: 'session-token' })], sessionOf())).toBe(
      'session-token -> order-worker',
    );
  });

  it('count the time since in seconds, minutes and hours', () => {
    const since = (seconds: number) => sinceText(sessionOf(), noon + seconds);
    expect([-5, 0, 119, 120, 7199, 7200, 36_000].map(since)).toEqual([
      '0 s',
      '0 s',
      '119 s',
      '2 min',
      '120 min',
      '2 h',
      '10 h',
    ]);
  });

  it('span deeds in any order, day by day', () => {
    const deeds = [deed({ first: noon + 9, last: noon + 20 }), deed({ first: noon, last: noon + 5 })];
    expect(span(deeds)).toEqual({ time: noon, last: noon + 20, evidence: ['e-1', 'e-1'] });
    expect(span([deed({ first: 5, last: 5 })])).toMatchObject({ time: 5, last: 5 });
    const days = byDay([...deeds, deed({ first: noon + 86_400 })]);
    expect(days.map(({ day, deeds: own }) => [day, own.length])).toEqual([
      ['2026-11-17', 2],
      ['2026-11-18', 1],
    ]);
  });
});
