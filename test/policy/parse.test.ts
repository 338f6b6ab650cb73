import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RolecallError } from '../../src/errors.js';
import type { CheckOptions } from '../../src/policy/checks.js';
import { parsePolicy } from '../../src/policy/parse.js';
import { acme, policyText } from './acme.js';

function problemsOf(text: string, detectors?: CheckOptions['detectors']): string[] {
  try {
    parsePolicy(text, 'rolecall.yaml', detectors === undefined ? {} : { detectors });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(RolecallError);
    expect((error as RolecallError).code).toBe('POLICY_INVALID');
    return (error as RolecallError).message.split('\n');
  }
}

const known: CheckOptions['detectors'] = new Map([
  ['deep-chain', { maxDepth: 2 }],
  ['reader', { reads: [] }],
]);

describe('a sound policy', () => {
  it('gives every account, with its environment and whose it is', () => {
    expect(acme.accounts).toHaveLength(5);
    expect(acme.accounts[0]).toEqual({
      alias: 'prod',
      id: '222222222222',
      env: 'prod',
      external: false,
      offboarded: null,
    });
    expect(acme.accounts[4]).toEqual({
      alias: 'watchdog',
      id: '333333333333',
      env: null,
      external: true,
      offboarded: '2027-03-31',
    });
  });

  it('gives what a role promises, and null for what it does not', () => {
    expect(acme.roles.find((role) => role.name === 'deploy')).toEqual({
      name: 'deploy',
      line: 16,
      match: ['prod:role/deployment-role-prod'],
      humans: null,
      usage: 'cicd',
      callers: ['tooling:role/github-actions-deploy'],
      origins: ['web-identity:repo:acme/*:ref:refs/heads/main'],
      calls: ['ec2:Describe*', 'ecs:UpdateService', 'ecs:DescribeServices', 'iam:PassRole'],
      resources: null,
      readOnly: false,
      externalId: null,
      maxDepth: 2,
      sourceIdentity: null,
      offboarded: null,
    });
    expect(acme.roles.map((role) => [role.name, role.externalId, role.offboarded])).toContainEqual([
      'vendor',
      'required',
      '2027-03-31',
    ]);
  });

  it('gives the rules for the whole organization', () => {
    expect(acme.organization).toBe('o-a1b2c3d4e5');
    expect(acme.breakGlass).toEqual(['prod:user/ops-break-glass']);
    expect(acme.guardrails.regions).toEqual(['af-south-1', 'eu-west-1', 'us-east-1']);
    expect(acme.limits.maxDepth).toBe(2);
    expect(acme.never).toEqual([
      { line: 44, from: 'staging', to: 'prod:role/*', reason: 'staging is open to contractors' },
    ]);
  });

  it("keeps a detector's own options apart from those of every detector", () => {
    const [deepChain, deniedBurst, unexpected] = acme.detectors;
    expect([...deepChain!.options]).toEqual([['maxDepth', 3]]);
    expect(deniedBurst!.enabled).toBe(false);
    expect(unexpected!.severity).toBe('high');
    expect(unexpected!.options.size).toBe(0);
    expect(unexpected!.exceptions[0]).toMatchObject({
      line: 52,
      role: 'prod:role/deployment-role-prod',
      caller: 'tooling:role/old-pipeline',
      until: '2026-12-31',
      reason: 'moving to the new pipeline',
      action: null,
    });
  });

  it('needs nothing but its version', () => {
    expect(parsePolicy('version: 1', 'p.yaml')).toMatchObject({
      file: 'p.yaml',
      accounts: [],
      roles: [],
      detectors: [],
    });
  });

  it('may share a list through an anchor', () => {
    const text = 'version: 1\nroles: {a: {match: &m ["*:role/x"]}, b: {match: *m}}';
    expect(parsePolicy(text, 'p.yaml').roles.map((role) => role.match)).toEqual([['*:role/x'], ['*:role/x']]);
  });
});

describe('a policy with mistakes', () => {
  const text = policyText('every-mistake.yaml');

  it('is refused with the line and column of every one of them', () => {
    const expected = text.split('\n').flatMap((line, i) => {
      const columns = /# \^ ([0-9 ]+)$/.exec(line)?.[1]?.split(' ') ?? [];
      return columns.map((column) => `rolecall.yaml:${i + 1}:${column}`);
    });
    expect(expected.length).toBeGreaterThan(25);
    expect(problemsOf(text).map((problem) => problem.split(': ')[0])).toEqual(expected);
  });

  it('names the nearest word that would be right', () => {
    const problems = problemsOf(text).join('\n');
    expect(problems).toContain('unknown key "organisation" (did you mean "organization"?');
    expect(problems).toContain('roles.deploy: unknown key "callerz" (did you mean "callers"?');
    expect(problems).toContain('unknown account "prd" (did you mean "prod"?');
    expect(problems).toContain('"vendors" is not a pattern of use (did you mean vendor?');
  });

  it('says how to write an account id that YAML took for a number', () => {
    const id = 'version: 1\naccounts: { prod: { id: 022222222222 } }';
    expect(problemsOf(id)).toEqual([
      'rolecall.yaml:2:25: accounts.prod.id: 022222222222 is read as a number (quote it: "022222222222")',
    ]);
  });

  it('never repeats an ExternalId that was written in clear', () => {
    expect(problemsOf(text).join('\n')).not.toContain('letmein');
  });

  it('is refused for a detector that does not exist, where the detectors are known', () => {
    const detectors = 'version: 1\ndetectors:\n  deep-chian: { maxDepth: 3 }';
    expect(problemsOf(detectors, known)).toEqual([
      'rolecall.yaml:3:3: detectors.deep-chian: there is no detector "deep-chian" (did you mean "deep-chain"?)',
    ]);
    expect(problemsOf(detectors)).toEqual([]);
  });

  it.each([
    [
      'deep-chain: { maxdepth: 3 }',
      '3:17: detectors.deep-chain.maxdepth: it has no option "maxdepth" (did you mean "maxDepth"? it has maxDepth, enabled, severity, exceptions)',
    ],
    [
      'deep-chain: { maxDepth: three }',
      '3:27: detectors.deep-chain.maxDepth: this is no whole number (such as 2, its default)',
    ],
    [
      'deep-chain: { maxDepth: -1 }',
      '3:27: detectors.deep-chain.maxDepth: this is no whole number (such as 2, its default)',
    ],
    [
      'reader: { reads: [1] }',
      '3:20: detectors.reader.reads: this is no list of texts (such as [], its default)',
    ],
    [
      'reader: { reads: "s3:Get*" }',
      '3:20: detectors.reader.reads: this is no list of texts (such as [], its default)',
    ],
  ])('is refused for an option that the detector does not take: %s', (line, problem) => {
    const text = (entry: string) => `version: 1\ndetectors:\n  ${entry}`;
    expect(problemsOf(text(line), known)).toEqual([`rolecall.yaml:${problem}`]);
    expect(problemsOf(text('deep-chain: { maxDepth: 0, severity: low }'), known)).toEqual([]);
  });
});

describe('a file that is hardly YAML', () => {
  const tenTimes = (name: string) => `[${Array(10).fill(name).join()}]`;
  const bomb = `a: &a ${tenTimes('1')}\nb: &b ${tenTimes('*a')}\nc: &c ${tenTimes('*b')}\nd: ${tenTimes('*c')}`;
  it.each([
    ['an empty file', '', '1:1: nothing is written here'],
    ['a list', '- 1', '1:1: a list is not a rolecall policy'],
    ['no version', 'limits: {maxDepth: 1}', '1:1: the key "version" is missing (write version: 1)'],
    [
      'a later version',
      'version: 2',
      '1:10: version: 2 is not a version that this rolecall reads (write version: 1)',
    ],
    ['a version in quotes', 'version: "1"', '1:10: version: "1" is not a version'],
    ['a tab', 'version: 1\nroles:\n\tx: 1', '3:1: Tabs are not allowed'],
    ['two documents', 'version: 1\n---\nversion: 1', '2:1: Source contains multiple documents'],
    ['a duplicate key', 'version: 1\nlimits: {}\nlimits: {}', '3:1: this key is here twice'],
    ['a key that is no text', 'version: 1\n? [a]\n: 1', '2:3: a key must be a text'],
    ['an alias to nowhere', 'version: 1\nnever: *x', '2:8: *x names no anchor above it'],
    ['an alias into itself', 'version: 1\nnever: &a [*a]', '2:12: *a contains itself'],
    ['aliases of aliases', bomb, '2:8: aliases multiply beyond reason'],
    ['an unknown tag', 'version: !js 1', '1:10: Unresolved tag: !js'],
    ['endless brackets', '['.repeat(20_000), 'lists or maps are nested too deeply'],
    ['a key of every object', 'version: 1\n__proto__: {}', '2:1: unknown key "__proto__"'],
    ['more than a megabyte', `version: 1 #${' '.repeat(1_000_000)}`, '1:1: the file is larger than'],
    ['Windows line ends', 'version: 1\r\nfoo: 1\r\n', '2:1: unknown key "foo"'],
  ])('%s is refused', (_, text, expected) => {
    expect(problemsOf(text)[0]).toContain(expected);
  });

  it('never fails in any other way, whatever its text', () => {
    const line = fc.constantFrom(
      'version: 1',
      'accounts:',
      '  a: {id: "222222222222"}',
      'roles:',
      '  x:',
      ' - *y',
      '&y',
      '{',
      ']',
      '? ',
      '!!set',
      '<<: *y',
      '---',
      '"',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')),
    );
    fc.assert(
      fc.property(text, (anything) => {
        for (const problem of problemsOf(anything)) expect(problem).toMatch(/^rolecall\.yaml:\d+:\d+: ./);
      }),
    );
  });

  it('refuses control characters in keys and values without printing them', () => {
    const problems = problemsOf('version: 1\n"a\\e[2Jb": "x\\a"\norganization: "\\e]0;x"');
    expect(problems).toHaveLength(2);
    expect(problems.join('')).not.toMatch(/\p{Cc}/u);
  });
});
