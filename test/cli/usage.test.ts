import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, emptyFolder, rolecall } from './rolecall.js';

beforeAll(build);

const usage = 'See `rolecall --help`, or `rolecall <command> --help`.';

describe('a command line that is not understood', () => {
  it.each([
    [['whoo'], "unknown command 'whoo' (Did you mean who?)"],
    [['help', 'sesions'], "unknown command 'sesions' (Did you mean sessions?)"],
    [['who', '--acount', 'prod'], "unknown option '--acount' (Did you mean --account?)"],
    [['--frmat', 'json', 'who'], "unknown option '--frmat' (Did you mean --format?)"],
    [['who', '--frmat', 'json'], "unknown option '--frmat' (Did you mean --format?)"],
    [['who', 'prod'], "too many arguments for 'who'. Expected 0 arguments but got 1."],
    [['show'], "missing required argument 'id'"],
    [['ingest'], "missing required argument 'source'"],
    [['who', '--on'], "option '--on <time>' argument missing"],
    [
      ['sessions', '--limit', 'many'],
      "option '--limit <n>' argument 'many' is invalid. It must be a whole number.",
    ],
    [['sessions', '--limit=-1'], "option '--limit <n>' argument '-1' is invalid. It must be a whole number."],
    [
      ['coverage', '--regions', 'eu-west-1,,'],
      "option '--regions <names>' argument 'eu-west-1,,' is invalid. Write names with commas between them.",
    ],
    [['who', '--format', 'xml'], "who has no format 'xml'; it has table, json, ndjson"],
    [['--verbose', '--quiet'], 'no command was given'],
    [
      ['ingest', 'athena://a.b', '--digest-keys', 'keys.json'],
      '--digest-keys is for files and s3://, where digests lie',
    ],
  ])('ends with exit 2 and says what is wrong: %j', (args, message) => {
    const { code, stdout, stderr } = rolecall(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.split('\n').slice(0, 2)).toEqual([`rolecall: ${message}`, usage]);
  });

  it('shows control characters instead of sending them to the terminal', () => {
    const { stderr } = rolecall(['who', '--on', '\u001b[31mred\u009b2J']);
    expect(stderr).toContain(String.raw`\u001b[31mred\u009b2J`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose.
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});

describe('a question that cannot be asked', () => {
  it('says that there is no store, and how to make one', () => {
    const folder = emptyFolder();
    const { code, stdout, stderr } = rolecall(['who'], { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^rolecall: .*rolecall\.db\nRun `rolecall ingest <folder>` first/);
    expect(existsSync(join(folder, 'rolecall.db'))).toBe(false);
  });

  it('says that nothing was promised, and how to begin', () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'broken.json'), '{}');
    rolecall(['ingest', 'broken.json'], { cwd: folder });
    const { code, stdout, stderr } = rolecall(['verify'], { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      'rolecall: nothing was promised: there is no rolecall.yaml here\n' +
        'Name the policy with --policy, or begin one with `rolecall policy init > rolecall.yaml`.\n',
    );
    const named = rolecall(['verify', '--policy', 'none.yaml'], { cwd: folder });
    expect(named.stderr).toMatch(/^rolecall: none\.yaml cannot be read: ENOENT[^\n]*\nCheck the path/);
  });

  it('says that an empty store tells nothing, and counts a file with many problems once', () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'broken.json'), 'no\nlog\nat all\n');
    expect(rolecall(['ingest', 'broken.json'], { cwd: folder }).code).toBe(3);
    const { code, stderr } = rolecall(['detect'], { cwd: folder });
    expect([code, stderr]).toEqual([0, expect.stringContaining('The store holds no records')]);
    expect(rolecall(['coverage'], { cwd: folder }).stdout).toContain('Not read completely: 1 file\n');
    expect(rolecall(['who'], { cwd: folder }).stdout).toContain('1 file could not be read completely');
  });

  it('breaks the sentence about a policy far away', () => {
    const folder = emptyFolder();
    const file = join(folder, `${'long-'.repeat(20)}name.yaml`);
    writeFileSync(file, 'version: 1\n');
    const { code, stdout } = rolecall(['policy', 'check', '--policy', file, '--width', '60'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => line.length > 60)).toEqual([]);
  });

  it('takes the store from --db, else from ROLECALL_DB', () => {
    const env = { ROLECALL_DB: 'of-the-environment.db' };
    expect(rolecall(['who'], { env }).stderr).toContain('of-the-environment.db');
    expect(rolecall(['who', '--db', 'given.db'], { env }).stderr).toContain('given.db');
    expect(rolecall(['--db', 'given.db', 'who'], { env }).stderr).toContain('given.db');
    expect(rolecall(['who'], { env: { ROLECALL_DB: '' } }).stderr).toContain('rolecall.db');
  });

  it.each([['who'], ['sessions'], ['coverage'], ['chain', 'latest'], ['show', 'latest'], ['ingest', '.']])(
    'refuses a time zone that is none: %s',
    (...args) => {
      const { code, stderr } = rolecall([...args, '--tz', 'Africa/Johanesburg']);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^rolecall: "Africa\/Johanesburg" is not a time zone; did you mean Africa\/Johannesburg\?\n/,
      );
    },
  );

  it('refuses a policy that was named and is not there, and one that is wrong, with its lines', () => {
    expect(rolecall(['who', '--policy', 'no.yaml'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^rolecall: .*no\.yaml.*\nCheck the path given with --policy\.\n$/),
    });
    const folder = emptyFolder();
    writeFileSync(join(folder, 'rolecall.yaml'), 'version: 1\nacounts: {}\n');
    const { code, stderr } = rolecall(['who'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^rolecall: rolecall\.yaml:2:1: .*acounts/);
  });

  it('refuses a clock that is no moment', () => {
    const { code, stderr } = rolecall(['who'], { env: { ROLECALL_NOW: 'soon' } });
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'rolecall: ROLECALL_NOW is "soon", which is no moment such as 2026-11-23T08:00:00Z',
    ]);
  });

  it('says errors in plain words on stderr with --format json too', () => {
    const { stdout, stderr } = rolecall(['who', '--format', 'json']);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^rolecall: /);
  });

  it('says errors with --quiet too', () => {
    expect(rolecall(['who', '--quiet']).stderr).toMatch(/^rolecall: /);
  });

  it('shows where an error came from with --verbose alone', () => {
    expect(rolecall(['who']).stderr).not.toMatch(/\n\s+at /);
    expect(rolecall(['who', '--verbose']).stderr).toMatch(/\n\s+at /);
  });
});

describe('colour', () => {
  const colored = (args: string[], env: Record<string, string> = {}) =>
    rolecall(['who', ...args], { env }).stderr.includes('\u001b[');

  it('is off in a pipe, on with FORCE_COLOR, and off again with NO_COLOR', () => {
    expect(colored([])).toBe(false);
    expect(colored([], { FORCE_COLOR: '1' })).toBe(true);
    expect(colored([], { FORCE_COLOR: '0' })).toBe(false);
    expect(colored([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  });

  it('is what --color says, whatever the environment says', () => {
    expect(colored(['--color', 'always'], { NO_COLOR: '1' })).toBe(true);
    expect(colored(['--color=always'])).toBe(true);
    expect(colored(['--color', 'never'], { FORCE_COLOR: '1' })).toBe(false);
  });
});
