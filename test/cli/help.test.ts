import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandTable } from '../../src/cli/command-table.js';
import { environment, exitCodes, globalOptions } from '../../src/cli/global-options.js';
import { exit } from '../../src/errors.js';
import { build, emptyFolder, rolecall } from './rolecall.js';

beforeAll(build);

const long = (flags: string) => /--[a-z-]+/.exec(flags)![0];

describe('help', () => {
  it('is what is kept here, to the letter', async () => {
    const pages = [[], ...commandTable.map(({ name }) => [name])].map((words) => {
      const { code, stdout, stderr } = rolecall([...words, '--help']);
      expect([code, stderr]).toEqual([0, '']);
      return `$ ${['rolecall', ...words, '--help'].join(' ')}\n${stdout}`;
    });
    await expect(pages.join('\n')).toMatchFileSnapshot('__snapshots__/help.txt');
  });

  it('fits 80 columns', () => {
    for (const words of [[], ...commandTable.map(({ name }) => [name])]) {
      const wide = rolecall([...words, '--help'])
        .stdout.split('\n')
        .filter((line) => line.length > 80);
      expect(wide).toEqual([]);
    }
  });

  it('lists every command, global option, variable and exit code', () => {
    const { stdout } = rolecall(['--help']);
    for (const { name, summary } of commandTable) {
      expect(stdout).toContain(`\n  ${name} `);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(summary);
    }
    for (const { flags } of globalOptions) expect(stdout).toContain(`\n  ${flags} `);
    for (const [name] of environment) expect(stdout).toContain(`\n  ${name} `);
    expect(exitCodes.map(([code]) => code)).toEqual(Object.values(exit));
  });

  it.each(commandTable.map((row) => [row.name, row] as const))(
    'of %s lists its options, the global ones and its examples',
    (name, row) => {
      const { stdout } = rolecall([name, '--help']);
      for (const { flags } of [...row.options, ...globalOptions]) expect(stdout).toContain(`\n  ${flags} `);
      for (const { line } of row.examples) expect(stdout).toContain(`\n  rolecall ${line}\n`);
    },
  );

  it('is the same by `help` and by `--help`', () => {
    expect(rolecall(['help']).stdout).toBe(rolecall(['--help']).stdout);
    expect(rolecall(['help', 'who']).stdout).toBe(rolecall(['who', '--help']).stdout);
  });

  it('goes to stderr with exit 2 when no command was given', () => {
    const { code, stdout, stderr } = rolecall([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(rolecall(['--help']).stdout);
  });

  it('gives in its examples only options that the command has', () => {
    for (const { options, examples } of commandTable) {
      const known = new Set([...options, ...globalOptions].map(({ flags }) => long(flags)));
      const used = examples.flatMap(({ line }) => line.match(/--[a-z-]+/g) ?? []);
      expect(used.filter((flag) => !known.has(flag))).toEqual([]);
    }
  });
});

describe('the version', () => {
  it('is that of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(rolecall(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('help and version', () => {
  const heavy =
    /node_modules\/(?:better-sqlite3|chrono-node|luxon|piscina|ajv|yaml|cli-progress|cli-table3)\//;
  const folder = emptyFolder();

  /** Addresses of all modules that a run loads. */
  function loaded(args: string[]): string[] {
    const log = join(folder, `${args.join('')}.log`);
    const hook = `import { appendFileSync } from 'node:fs';
      export async function load(url, context, next) {
        appendFileSync(${JSON.stringify(log)}, url + '\\n');
        return next(url, context);
      }`;
    const preload = `import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));`;
    const file = join(folder, 'preload.mjs');
    writeFileSync(file, preload);
    appendFileSync(log, '');
    rolecall(args, { env: { NODE_OPTIONS: `--import=${pathToFileURL(file)}` } });
    return readFileSync(log, 'utf8').split('\n');
  }

  it.each([['--help'], ['--version'], ...commandTable.map(({ name }) => [name, '--help'])])(
    'load neither SQLite nor anything else that is heavy: %s %s',
    (...args) => {
      const urls = loaded(args.filter((arg) => arg !== undefined));
      expect(urls.some((url) => url.endsWith('/dist/cli/program.js'))).toBe(true);
      expect(urls.filter((url) => heavy.test(url) || url.includes('/dist/app/'))).toEqual([]);
    },
  );

  it('are told apart from a question, which loads SQLite', () => {
    expect(loaded(['coverage']).some((url) => /better-sqlite3/.test(url))).toBe(true);
  });
});
