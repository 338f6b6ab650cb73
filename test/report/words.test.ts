import { describe, expect, it } from 'vitest';
import { mostEvidence } from '../../src/model/finding.js';
import { moreEvents } from '../../src/report/words.js';

describe('events beside those shown', () => {
  it('are counted while all of them are kept', () => {
    expect([moreEvents(0, 1), moreEvents(1, 1), moreEvents(2, 1), moreEvents(mostEvidence - 1, 3)]).toEqual([
      '',
      '',
      'and 1 more',
      'and 16 more',
    ]);
  });

  it('are at least so many when there may be more than are kept', () => {
    expect(moreEvents(mostEvidence, 1)).toBe('and at least 19 more');
  });
});
