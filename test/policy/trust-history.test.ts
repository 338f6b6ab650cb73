import { describe, expect, it } from 'vitest';
import type { DatedChange } from '../../src/model/iam.js';
import { type ShownTrust, touches, trustedSpans, trustPeriods } from '../../src/policy/trust-history.js';

const own = '222222222222';
const tooling = 'arn:aws:iam::111111111111:role/deployer';
const trusting = (principal: unknown, condition?: object) =>
  JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: principal,
      Action: 'sts:AssumeRole',
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  });
const a = trusting({ AWS: tooling });
const b = trusting({ AWS: [tooling, '333333333333'] });

function changed(at: number, change: DatedChange['change'], document: string | null = null): DatedChange {
  return {
    at,
    change,
    document,
    entity: 'role',
    accountId: own,
    name: 'order-repair',
    policy: null,
    eventId: `${change}@${at}`,
    identity: 1,
    session: null,
    invokedBy: null,
  };
}

function shown(at: number, document: string | null, more: Partial<ShownTrust> = {}): ShownTrust {
  return { at, document, name: `export@${at}`, gone: false, createdAt: null, ...more };
}

/** `10-20 a (create@10, trust@20)`, a line for each period. */
function told(changes: DatedChange[], exports: ShownTrust[] = []): string[] {
  const letters = new Map([
    [a, 'a'],
    [b, 'b'],
  ]);
  return trustPeriods(changes, exports).map(
    ({ from, to, document, shown: by, ended, unseen }) =>
      `${from ?? ''}-${to ?? ''} ${document === null ? '?' : letters.get(document)} (${by.name}, ${ended?.name ?? ''})${unseen ? ' unseen' : ''}`,
  );
}

describe('the trust policy of a role', () => {
  it.each<[string, string[], DatedChange[], ShownTrust[]?]>([
    ['is not known without evidence', [], []],
    [
      'goes from its making to the next change, and to its end',
      ['10-20 a (create@10, trust@20)', '20-30 b (trust@20, delete@30)'],
      [changed(10, 'create', a), changed(20, 'trust', b), changed(30, 'delete')],
    ],
    [
      'is one where a change changes nothing',
      ['10- a (create@10, )'],
      [changed(10, 'create', a), changed(20, 'trust', a)],
    ],
    [
      'is not known before a change that is the first record',
      ['20- b (trust@20, )'],
      [changed(20, 'trust', b)],
    ],
    ['was so before an export shows it', ['- a (export@20, )'], [], [shown(20, a)]],
    [
      'was so from the export to the change',
      ['-30 a (export@20, trust@30)', '30- b (trust@30, )'],
      [changed(30, 'trust', b)],
      [shown(20, a)],
    ],
    ['is confirmed by an export', ['10- a (create@10, )'], [changed(10, 'create', a)], [shown(20, a)]],
    [
      'was changed unseen where an export contradicts the records',
      ['10-20 a (create@10, export@20)', '20- b (export@20, ) unseen'],
      [changed(10, 'create', a)],
      [shown(20, b)],
    ],
    [
      'is told by an export where the record hides it',
      ['10- b (export@20, )'],
      [changed(10, 'create', null)],
      [shown(20, b)],
    ],
    [
      'is not taken from an export that cannot be read',
      ['10- a (create@10, )'],
      [changed(10, 'create', a)],
      [shown(20, null)],
    ],
    [
      'ends where a whole export has no such role',
      ['10-20 a (create@10, export@20)'],
      [changed(10, 'create', a)],
      [shown(20, null, { gone: true })],
    ],
    [
      'is another one when the role was made again, since when the export says',
      ['10-20 a (create@10, delete@20)', '25- a (export@30, ) unseen'],
      [changed(10, 'create', a), changed(20, 'delete')],
      [shown(30, a, { createdAt: 25 })],
    ],
    [
      'does not begin before the role that had its name was gone',
      ['10-20 a (create@10, delete@20)', '30- a (export@30, ) unseen'],
      [changed(10, 'create', a), changed(20, 'delete')],
      [shown(30, a, { createdAt: 5 })],
    ],
  ])('%s', (_title, expected, changes, exports = []) => {
    expect(told(changes, exports)).toEqual(expected);
  });
});

describe('whom a role trusts', () => {
  const spans = (changes: DatedChange[], exports: ShownTrust[] = []) =>
    trustedSpans(trustPeriods(changes, exports), own).map(
      ({ principal, from, to, shown: by }) => `${principal.value} ${from}-${to ?? ''} ${by.name}`,
    );

  it('goes on from policy to policy, and ends where a policy leaves them out', () => {
    expect(spans([changed(10, 'create', b), changed(20, 'trust', a), changed(30, 'trust', b)])).toEqual([
      `${tooling} 10- create@10`,
      '333333333333 10-20 create@10',
      '333333333333 30- trust@30',
    ]);
  });

  it('ends with the role', () => {
    expect(spans([changed(10, 'create', a), changed(20, 'delete'), changed(30, 'create', a)])).toEqual([
      `${tooling} 10-20 create@10`,
      `${tooling} 30- create@30`,
    ]);
  });

  it('is not known after a change that the record hides', () => {
    expect(spans([changed(10, 'create', a), changed(20, 'trust', null)])).toEqual([
      `${tooling} 10-20 create@10`,
    ]);
  });

  it('tells others from its own account and from services, and the conditions that hold', () => {
    const organization = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
    const document = trusting(
      { AWS: [tooling, `arn:aws:iam::${own}:role/worker`], Service: 'ec2.amazonaws.com' },
      organization,
    );
    const found = trustedSpans(trustPeriods([changed(10, 'create', document)], []), own);
    expect(found.map(({ outside, conditions }) => [outside, conditions])).toEqual([
      [true, ['aws:PrincipalOrgID']],
      [false, ['aws:PrincipalOrgID']],
      [false, ['aws:PrincipalOrgID']],
    ]);
  });

  it('is told of a trust of ten thousand statements', () => {
    const Statement = Array.from({ length: 10_000 }, (_, i) => ({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::111111111111:role/r${i % 5_000}` },
      Action: 'sts:AssumeRole',
    }));
    const found = trustedSpans(trustPeriods([changed(10, 'create', JSON.stringify({ Statement }))], []), own);
    expect(found).toHaveLength(5_000);
  });
});

describe('a window', () => {
  it.each([
    [{ from: null, to: null }, true],
    [{ from: 10, to: null }, true],
    [{ from: 20, to: null }, false],
    [{ from: null, to: 10 }, false],
    [{ from: 5, to: 11 }, true],
  ])('is half open: %j in 10 to 20 is %s', (span, expected) => {
    expect(touches(span, { from: 10, to: 20 })).toBe(expected);
    expect(touches(span, null)).toBe(true);
  });
});
