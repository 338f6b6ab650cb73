import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../src/policy/glob.js';
import { matchPrincipal, matchRole } from '../../src/policy/match.js';
import { acme } from './acme.js';

const deploy = 'arn:aws:iam::222222222222:role/deployment-role-prod';
const pathed = 'arn:aws:iam::222222222222:role/team/shop/deploy';
const sso =
  'arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_AdministratorAccess_0123456789abcdef';

describe('a role pattern', () => {
  it.each([
    ['prod:role/deployment-role-prod', deploy],
    ['222222222222:role/deployment-role-prod', deploy],
    ['*:role/deployment-role-prod', deploy],
    ['prod:role/deployment-*', deploy],
    ['prod:role/*', deploy],
    ['prod:role/deployment?role?prod', deploy],
    ['arn:aws:iam::222222222222:role/deployment-*', deploy],
    ['arn:*:iam::*:role/deployment-*', deploy],
    ['prod:role/deploy', pathed],
    ['prod:role/*', pathed],
    ['prod:role/team/shop/deploy', pathed],
    ['prod:role/team/*', pathed],
    ['arn:aws:iam::222222222222:role/team/shop/deploy', pathed],
    ['*:role/AWSReservedSSO_AdministratorAccess_*', sso],
    ['*:role/aws-reserved/sso.amazonaws.com/*', sso],
    ['prod:role/Admin', 'arn:aws-cn:iam::222222222222:role/Admin'],
    ['prod:role/Admin', 'arn:aws-us-gov:iam::222222222222:role/Admin'],
    ['prod:role/Admin', 'arn:aws:sts::222222222222:assumed-role/Admin/eva@acme.example'],
    ['prod:role/a.b+c=d,e@f', 'arn:aws:iam::222222222222:role/a.b+c=d,e@f'],
  ])('%s means %s', (pattern, arn) => {
    expect(matchRole(pattern, arn, acme)).toBe(true);
  });

  it.each([
    ['another account', 'staging:role/deployment-role-prod', deploy],
    ['another case', 'prod:role/Deployment-role-prod', deploy],
    ['the beginning of a name', 'prod:role/deployment', deploy],
    ['an unknown alias', 'pord:role/*', deploy],
    ['an alias that every object has', 'constructor:role/*', deploy],
    ['another path', 'prod:role/team/other/deploy', pathed],
    ['the beginning of a path', 'prod:role/team*', pathed],
    ['another partition', 'arn:aws-cn:iam::222222222222:role/*', deploy],
    ['a user of that name', 'prod:role/ops-break-glass', 'arn:aws:iam::222222222222:user/ops-break-glass'],
    ['a dot for any character', 'prod:role/a.c', 'arn:aws:iam::222222222222:role/abc'],
    ['an expression', 'prod:role/(a|b)', 'arn:aws:iam::222222222222:role/a'],
    ['a service as ARN', 'prod:role/*', 'arn:aws:lambda:eu-west-1:222222222222:role/x'],
    ['no ARN', 'prod:role/*', 'deployment-role-prod'],
    ['a partition of somebody', '*:role/Admin', 'arn:acme:iam::222222222222:role/Admin'],
  ])('does not mean %s', (_, pattern, arn) => {
    expect(matchRole(pattern, arn, acme)).toBe(false);
  });

  it('without a policy works for ids and * alone', () => {
    expect(matchRole('222222222222:role/deploy*', deploy, null)).toBe(true);
    expect(matchRole('*:role/deploy*', deploy, null)).toBe(true);
    expect(matchRole('prod:role/deploy*', deploy, null)).toBe(false);
  });

  it('that is the literal name always matches that role', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abzAZ059_+=,.@-'), minLength: 1, maxLength: 64 });
    const account = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 12, maxLength: 12 });
    const path = fc.constantFrom('', 'team/', 'aws-reserved/sso.amazonaws.com/');
    fc.assert(
      fc.property(name, account, path, (role, id, folder) => {
        const arn = `arn:aws:iam::${id}:role/${folder}${role}`;
        expect(matchRole(`${id}:role/${role}`, arn, null)).toBe(true);
        expect(matchRole(`*:role/${folder}${role}`, arn, null)).toBe(true);
        expect(matchRole(arn, arn, null)).toBe(true);
        expect(matchRole(`${id}:role/${role}x`, arn, null)).toBe(false);
      }),
    );
  });

  it('never throws, whatever its text and the ARN', () => {
    const soup = fc.string({
      unit: fc.constantFrom(...'ab*?:/[](){}|\\^$.+-', 'role', 'arn:aws:iam::', '\u0000', 'é'),
    });
    fc.assert(
      fc.property(soup, soup, (pattern, arn) => {
        expect(typeof matchRole(pattern, arn, acme)).toBe('boolean');
        expect(typeof matchRole(`prod:role/${pattern}`, `arn:aws:iam::222222222222:role/${arn}`, acme)).toBe(
          'boolean',
        );
      }),
    );
  });
});

describe('a principal pattern', () => {
  it.each([
    ['watchdog', 'arn:aws:iam::333333333333:role/collector', true],
    ['watchdog', 'arn:aws:iam::333333333333:root', true],
    ['watchdog', deploy, false],
    ['prod:user/ops-*', 'arn:aws:iam::222222222222:user/staff/ops-break-glass', true],
    ['prod:user/ops-*', 'arn:aws:iam::222222222222:role/ops-break-glass', false],
    ['prod:root', 'arn:aws:iam::222222222222:root', true],
    ['prod:root', 'arn:aws:iam::444444444444:root', false],
    ['tooling:role/ci', 'arn:aws:sts::111111111111:assumed-role/ci/gh-7', true],
  ])('%s and %s: %s', (pattern, arn, expected) => {
    expect(matchPrincipal(pattern, arn, acme)).toBe(expected);
  });
});

describe('a glob', () => {
  it('has stars that do not cross a colon', () => {
    expect(compileGlob('repo:*:ref')('repo:acme/shop:ref')).toBe(true);
    expect(compileGlob('repo:*')('repo:acme/shop:ref')).toBe(false);
    expect(compileGlob('a?b')('a:b')).toBe(false);
  });

  it('agrees with the same glob as a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 8 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 6 });
    fc.assert(
      fc.property(glob, text, (pattern, candidate) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '[^:]*').replaceAll('?', '[^:]')}$`);
        expect(compileGlob(pattern)(candidate)).toBe(expression.test(candidate));
      }),
      { numRuns: 500 },
    );
  });

  it('of many stars ends on a text made to stall it', () => {
    expect(compileGlob(`${'*a'.repeat(50)}b`)('a'.repeat(20_000))).toBe(false);
  });
});
