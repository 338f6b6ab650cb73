import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issuedKind, usedKind } from '../../src/chains/kind.js';
import { readSwitchFrom } from '../../src/chains/lead.js';
import { isIdentityCenterRole } from '../../src/chains/origin.js';

describe('SwitchFrom', () => {
  it.each([
    ['arn:aws:iam::111111111111:user/people/anna', { kind: 'iam-user', id: 'anna' }],
    ['arn:aws:iam::111111111111:root', { kind: 'root', id: '111111111111' }],
  ])('%s is an origin', (arn, origin) => {
    expect(readSwitchFrom(arn)).toEqual({
      kind: 'origin',
      origin: { ...origin, accountId: '111111111111', detail: null },
    });
  });

  it.each(['aws', 'aws-cn', 'aws-us-gov'])('a role session in %s is one to look for', (partition) => {
    expect(readSwitchFrom(`arn:${partition}:sts::111111111111:assumed-role/Admin/anna`)).toEqual({
      kind: 'session',
      accountId: '111111111111',
      roleName: 'Admin',
      sessionName: 'anna',
    });
  });

  it('that is anything else tells nothing, and is no error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `arn:aws:sts::1:${text}`),
        ),
        (text) => {
          expect(readSwitchFrom(text)).toBeNull();
        },
      ),
    );
  });
});

describe('kinds', () => {
  it('of an identity without key and principal, or with a long-term key, are none', () => {
    const identity = { type: 'IAMUser', accessKeyId: 'AKIAEXAMPLE', principal: 'AIDA', assumedRoot: false };
    expect(usedKind(identity)).toBeNull();
    expect(usedKind({ ...identity, accessKeyId: null, principal: null, type: 'AssumedRole' })).toBeNull();
    expect(usedKind({ ...identity, accessKeyId: 'ASIAEXAMPLE' })).toBe('session-token');
    expect(usedKind({ ...identity, type: 'Root', accessKeyId: null, assumedRoot: true })).toBe(
      'assumed-root',
    );
  });

  it('of what hands out no credential of its own are none', () => {
    expect([issuedKind('GetRoleCredentials'), issuedKind('AssumeRoot')]).toEqual([null, 'assumed-root']);
  });

  it('know the roles of Identity Center by their name alone, not by a path that imitates it', () => {
    const role = 'arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef';
    expect(isIdentityCenterRole(role)).toBe(true);
    expect(isIdentityCenterRole('arn:aws:iam::1:role/AWSReservedSSO_Admin/other')).toBe(false);
    expect(isIdentityCenterRole(null)).toBe(false);
  });
});
