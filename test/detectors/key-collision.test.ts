import { describe, expect, it } from 'vitest';
import { emptyScene, type KeyHolder } from '../../src/model/scene.js';
import { judgedBy, noon } from './scene.js';

const accessKeyId = 'ASIACOLLISIONEXAMPLE';
const holder = (principalId: string, after = 0): KeyHolder => ({
  principalId,
  as: 'AssumedRole',
  accountId: '222222222222',
  time: noon + after,
  eventId: `e-${after}`,
});
const told = (...holders: KeyHolder[]) =>
  judgedBy('key-collision', { ...emptyScene, sharedKey: { accessKeyId, holders } });

describe('key-collision', () => {
  it('names everybody who held the key, once', () => {
    const [{ draft }] = told(holder('AIDABOB'), holder('AIDACAROL', 60), holder('AIDABOB', 90)) as [never];
    expect(draft).toMatchObject({
      title: `access key ${accessKeyId} belongs to 2 principals: AIDABOB, AIDACAROL`,
      time: noon,
      last: noon + 90,
      evidence: ['e-0', 'e-60', 'e-90'],
    });
  });

  it('takes a role by its id alone for any of its sessions, and for nothing else', () => {
    expect(told(holder('AROAX'), holder('AROAX:bob', 60))).toEqual([]);
    expect(told(holder('AROAX:bob'), holder('AROAX', 60))).toEqual([]);
    expect(told(holder('AROAX'), holder('AROAXY:bob', 60))).toHaveLength(1);
    expect(told(holder('222222222222'), holder('222222222222:portal', 60))).toHaveLength(1);
    expect(told(holder('AROAX:bob'), holder('AROAX:carol', 60))).toHaveLength(1);
    expect(told(holder('AROAX:a'), holder('AROAX:a:b', 60))).toHaveLength(1);
  });

  it('tells of six holders where and as what they held it', () => {
    const many = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name, i) => holder(`AIDA${name}`, i));
    const [{ draft }] = told({ ...many[0]!, accountId: null }, ...many.slice(1)) as [never];
    const { detail } = draft as { detail: string[] };
    expect(detail.slice(0, 2)).toEqual([
      'AIDAA in an account that is not named, as AssumedRole.',
      'AIDAB in 222222222222, as AssumedRole.',
    ]);
    expect(detail).toHaveLength(6);
  });

  it('has nothing to say about one holder or none', () => {
    expect(told()).toEqual([]);
    expect(told(holder('AIDABOB'))).toEqual([]);
  });
});
