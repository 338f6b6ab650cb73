import { describe, expect, it } from 'vitest';
import { trustChange } from '../../src/policy/trust-change.js';
import { trustOf } from '../../src/policy/trust-document.js';

type Part = Record<string, unknown>;
const allow = (AWS: unknown, Condition: Part = {}): Part => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action: 'sts:AssumeRole',
  Condition,
});
const trust = (...statements: Part[]) => trustOf(JSON.stringify({ Statement: statements }));
const change = (before: Part[], after: Part[]) => {
  const { added, removed, dropped } = trustChange(trust(...before), trust(...after));
  return {
    added: added.map(({ value }) => value),
    removed: removed.map(({ value }) => value),
    dropped: dropped.map(({ key, principal }) => `${key} ${principal.value}`),
  };
};

const ci = 'arn:aws:iam::111111111111:role/ci';
const eva = 'arn:aws:iam::111111111111:user/eva';
const organization = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
const nothing = { added: [], removed: [], dropped: [] };

describe('a change of trust', () => {
  it('is nothing where the same is written otherwise', () => {
    const before = [allow('111111111111', organization), allow([ci, eva])];
    const after = [
      allow(eva),
      allow(ci),
      allow('arn:aws:iam::111111111111:root', { stringequals: { 'AWS:principalorgid': ['o-a1b2c3d4e5'] } }),
    ];
    expect(change(before, after)).toEqual(nothing);
  });

  it('tells who came and who went', () => {
    expect(change([allow(ci)], [allow(eva)])).toEqual({ added: [eva], removed: [ci], dropped: [] });
    expect(trustChange(null, trust(allow(ci))).added).toHaveLength(1);
    expect(trustChange(trust(allow(ci)), null).removed).toHaveLength(1);
  });

  it('tells which condition no longer holds, however it went', () => {
    const expected = { ...nothing, dropped: ['aws:PrincipalOrgID *'] };
    const before = [allow('*', organization)];
    expect(change(before, [allow('*')])).toEqual(expected);
    expect(change(before, [allow('*', { StringLike: { 'aws:PrincipalOrgID': '*' } })])).toEqual(expected);
    expect(
      change(before, [allow('*', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } })]),
    ).toEqual(expected);
    expect(change(before, [...before, allow('*')])).toEqual(expected);
  });

  it('takes a condition for dropped only where it held on every way', () => {
    expect(change([allow('*', organization), allow('*')], [allow('*')])).toEqual(nothing);
    expect(change([allow('*', organization)], [allow('*', organization), allow(eva)])).toEqual({
      ...nothing,
      added: [eva],
    });
  });

  it('knows a condition that a denial asks for', () => {
    const denial = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:*',
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
    };
    expect(change([allow('*', organization)], [allow('*'), denial])).toEqual(nothing);
    expect(change([allow('*'), denial], [allow('*')])).toEqual({
      ...nothing,
      dropped: ['aws:PrincipalOrgID *'],
    });
  });
});
