import { describe, expect, it } from 'vitest';
import type { DatedChange, IamChange, RoleSnapshot } from '../../src/model/iam.js';
import { isAdminDocument, isAwsAdminPolicy } from '../../src/policy/admin-document.js';
import { adminSpans, type PermissionEvidence, spansWithin } from '../../src/policy/permissions.js';

const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const own = 'arn:aws:iam::222222222222:policy/shop';
const everything = JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
const little = JSON.stringify({ Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } });

function dated(
  at: number,
  change: IamChange['change'],
  policy: string | null = null,
  document: string | null = null,
): DatedChange {
  return {
    at,
    change,
    policy,
    document,
    entity: change === 'policy' ? 'policy' : 'role',
    accountId: '222222222222',
    name: 'order-repair',
    eventId: `${change}@${at}`,
    identity: 1,
    session: null,
    invokedBy: null,
  };
}

/** `admin 10-20 (attach@10, detach@20)`, a line for each span. */
function told(changes: DatedChange[], more: Partial<PermissionEvidence> = {}): string[] {
  return adminSpans({ changes, policies: new Map(), ...more }).map(
    ({ admin: is, from, to, began, ended, complete }) =>
      `${is ? 'admin' : complete ? 'not' : 'lost'} ${from ?? ''}-${to ?? ''} (${began ?? ''}, ${ended ?? ''})`,
  );
}

describe('a role', () => {
  it.each<[string, DatedChange[], string[]]>([
    ['that no record tells of is not known', [], []],
    ['that something small is attached to is not known', [dated(10, 'attach', readOnly)], []],
    [
      'is admin from the attachment on, and not known before',
      [dated(10, 'attach', admin)],
      ['admin 10- (attach@10, )'],
    ],
    [
      'is admin until the policy is detached',
      [dated(10, 'attach', admin), dated(20, 'detach', admin)],
      ['admin 10-20 (attach@10, detach@20)', 'lost 20- (detach@20, )'],
    ],
    [
      'was admin before what made it one was detached',
      [dated(20, 'detach', admin)],
      ['admin -20 (, detach@20)', 'lost 20- (detach@20, )'],
    ],
    [
      'stays admin while one of two such policies is left',
      [
        dated(10, 'attach', admin),
        dated(11, 'put', 'all', everything),
        dated(20, 'detach', admin),
        dated(30, 'remove', 'all'),
      ],
      ['admin 10-30 (attach@10, remove@30)', 'lost 30- (remove@30, )'],
    ],
    [
      'that is made has no permissions, whatever one of its name had',
      [dated(10, 'attach', admin), dated(20, 'delete'), dated(30, 'create')],
      ['admin 10-20 (attach@10, delete@20)', 'not 20- (delete@20, )'],
    ],
    [
      'that is made and attached to in one second is admin from then on',
      [dated(10, 'create'), dated(10, 'attach', admin)],
      ['admin 10- (attach@10, )'],
    ],
    [
      'that is made is not admin until it becomes one',
      [dated(10, 'create'), dated(20, 'put', 'all', everything), dated(30, 'put', 'all', little)],
      ['not 10-20 (create@10, put@20)', 'admin 20-30 (put@20, put@30)', 'not 30- (put@30, )'],
    ],
    [
      'is not known while a policy that no record shows is attached',
      [
        dated(10, 'create'),
        dated(20, 'put', 'all', null),
        dated(30, 'attach', own),
        dated(40, 'remove', 'all'),
      ],
      ['not 10-20 (create@10, put@20)'],
    ],
    [
      'is not known before an inline policy is put, since it may have replaced another',
      [dated(10, 'put', 'all', little), dated(20, 'detach', readOnly)],
      [],
    ],
    [
      'is what it is whatever happens to its trust',
      [dated(10, 'attach', admin), dated(20, 'trust')],
      ['admin 10- (attach@10, )'],
    ],
    [
      'that never was admin is not told as one that lost it',
      [dated(10, 'attach', readOnly), dated(20, 'detach', readOnly), dated(30, 'remove', 'small')],
      [],
    ],
  ])('%s', (_title, changes, expected) => {
    expect(told(changes)).toEqual(expected);
  });
});

describe("a customer's managed policy", () => {
  const versions = (...changes: DatedChange[]) => ({ policies: new Map([[own, changes]]) });

  it('makes an admin when it gets such a version while it is attached', () => {
    const policies = versions(dated(5, 'policy', null, little), dated(20, 'policy', null, everything));
    expect(told([dated(1, 'create'), dated(10, 'attach', own)], policies)).toEqual([
      'not 1-20 (create@1, policy@20)',
      'admin 20- (policy@20, )',
    ]);
  });

  it('is not known once a version is chosen that no record shows', () => {
    const policies = versions(dated(5, 'policy', null, everything), dated(20, 'policy'));
    expect(told([dated(10, 'attach', own)], policies)).toEqual(['admin 10-20 (attach@10, policy@20)']);
  });

  it('that is nobody’s matters to nobody', () => {
    expect(told([dated(10, 'attach', readOnly)], versions(dated(5, 'policy', null, everything)))).toEqual([]);
  });
});

describe('a snapshot of IAM', () => {
  const snapshot = (at: number, attached: string[], document: string | null = null): RoleSnapshot => ({
    at,
    evidence: `snapshot@${at}`,
    attached: attached.map((arn) => ({ arn, document })),
    inline: [],
  });
  const shown = (...snapshots: RoleSnapshot[]) => ({ snapshots });

  it('tells all that is attached, also before it, as long as no record changes it', () => {
    expect(told([], shown(snapshot(50, [admin])))).toEqual(['admin - (, )']);
    expect(told([], shown(snapshot(50, [readOnly])))).toEqual(['not - (, )']);
    expect(told([], shown(snapshot(50, [own], everything)))).toEqual(['admin - (, )']);
    expect(told([], shown(snapshot(50, [own])))).toEqual([]);
  });

  it('goes before and after the changes that records show', () => {
    const changes = [dated(20, 'detach', admin), dated(60, 'attach', admin)];
    expect(told(changes, shown(snapshot(50, [readOnly])))).toEqual([
      'admin -20 (, detach@20)',
      'not 20-60 (detach@20, attach@60)',
      'admin 60- (attach@60, )',
    ]);
  });

  it('shows a change that no record told', () => {
    expect(told([dated(10, 'create')], shown(snapshot(50, [admin])))).toEqual([
      'not 10-50 (create@10, snapshot@50)',
      'admin 50- (snapshot@50, )',
    ]);
  });
});

describe('spans within a window', () => {
  it('are those that touch it; ends do not count', () => {
    const spans = adminSpans({
      changes: [dated(10, 'attach', admin), dated(20, 'detach', admin)],
      policies: new Map(),
    });
    expect(spansWithin(spans, 0, 10)).toEqual([]);
    expect(spansWithin(spans, 0, 11)).toEqual([spans[0]]);
    expect(spansWithin(spans, 19, 21)).toEqual(spans);
    expect(spansWithin(spans, 20, 21)).toEqual([spans[1]]);
  });
});

describe('a policy that makes an administrator', () => {
  it.each<[string, object, boolean]>([
    ['allows everything on everything', { Effect: 'Allow', Action: '*', Resource: '*' }, true],
    ['in lists', { Effect: 'Allow', Action: ['s3:*', '*:*'], Resource: ['*'] }, true],
    ['with an empty condition', { Effect: 'Allow', Action: '*', Resource: '*', Condition: {} }, true],
    [
      'but not with a condition',
      {
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
      false,
    ],
    ['but not of one service', { Effect: 'Allow', Action: 'iam:*', Resource: '*' }, false],
    ['but not on one thing', { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::acme' }, false],
    ['but not by refusing', { Effect: 'Deny', Action: '*', Resource: '*' }, false],
    ['but not by what it leaves out', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }, false],
  ])('%s', (_title, statement, expected) => {
    expect(isAdminDocument(JSON.stringify({ Statement: [statement] }))).toBe(expected);
    expect(isAdminDocument(JSON.stringify({ Statement: statement }))).toBe(expected);
  });

  it.each([null, '', '{"Statement"'])('is not known where the document is %j', (document) => {
    expect(isAdminDocument(document)).toBeNull();
  });

  it.each(['[]', '7', 'null', '{}', '{"Statement":null}', '{"Statement":[null,7,"*",[]]}'])(
    'is not %s',
    (document) => {
      expect(isAdminDocument(document)).toBe(false);
    },
  );

  it("is AWS's own in every partition, and none of a customer's of that name", () => {
    for (const partition of ['aws', 'aws-cn', 'aws-us-gov'])
      expect(isAwsAdminPolicy(`arn:${partition}:iam::aws:policy/AdministratorAccess`)).toBe(true);
    expect(isAwsAdminPolicy('arn:aws:iam::aws:policy/AdministratorAccess-Amplify')).toBe(false);
    expect(isAwsAdminPolicy('arn:aws:iam::222222222222:policy/AdministratorAccess')).toBeNull();
  });
});
