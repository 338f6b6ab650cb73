import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtFrom, inputs, replaceBuild } from '../../bin/setup/build.js';
import { installed, npmCommand } from '../../bin/setup/install.js';
import { bareEnvironment, emptyFolder, root } from './rolecall.js';

const setup = join(root, 'bin/setup.js');

/** A checkout in a folder of its own, as far as setup looks at one. */
function checkout(): string {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'src/cli'), { recursive: true });
  writeFileSync(join(folder, 'src/cli/main.ts'), 'export const main = 1;\n');
  writeFileSync(join(folder, 'tsconfig.json'), '{}');
  mkdirSync(join(folder, 'bin/setup'), { recursive: true });
  writeFileSync(join(folder, 'bin/setup/steps.js'), '');
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  return folder;
}

const lock = {
  packages: {
    '': { name: 'rolecall' },
    'node_modules/luxon': { version: '3.7.2', integrity: 'sha512-a' },
    'node_modules/esbuild-for-another-machine': { version: '1.0.0', optional: true },
  } as Record<string, object>,
};

function installs(folder: string, packages: Record<string, object>): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
}

describe('packages', () => {
  const luxon = { 'node_modules/luxon': { version: '3.7.2', integrity: 'sha512-a' } };

  it('are installed when they are what the lock file says, parts for other machines aside', () => {
    const folder = checkout();
    expect(installed(folder)).toBe(false);
    installs(folder, luxon);
    expect(installed(folder)).toBe(true);
  });

  it.each([
    ['one is missing', {}],
    ['one has another version', { 'node_modules/luxon': { version: '3.7.1', integrity: 'sha512-a' } }],
    ['one has other content', { 'node_modules/luxon': { version: '3.7.2', integrity: 'sha512-b' } }],
    ['one is left over', { ...luxon, 'node_modules/moment': { version: '1.0.0' } }],
  ])('are not installed when %s', (_title, packages) => {
    const folder = checkout();
    installs(folder, packages);
    expect(installed(folder)).toBe(false);
  });

  it('come by the npm that runs us, and by no other program of that kind', () => {
    expect(npmCommand({ npm_execpath: '/opt/npm/bin/npm-cli.js' })).toEqual([
      process.execPath,
      ['/opt/npm/bin/npm-cli.js'],
    ]);
    expect(npmCommand({ npm_execpath: '/opt/yarn.js' }, 'linux')).toEqual(['npm', []]);
    expect(npmCommand({}, 'win32')).toEqual(['npm.cmd', []]);
  });
});

describe('the build', () => {
  const compile = async (outDir: string) => {
    mkdirSync(join(outDir, 'cli'));
    writeFileSync(join(outDir, 'cli/main.js'), 'export const main = 1;\n');
    return 0;
  };

  it('is fresh until a source or a setting changes, appears or goes', async () => {
    const folder = checkout();
    expect(builtFrom(folder)).toBeNull();
    expect(await replaceBuild(folder, compile)).toBe(0);
    const first = inputs(folder);
    expect(builtFrom(folder)).toBe(first);

    writeFileSync(join(folder, 'src/new.ts'), '');
    const second = inputs(folder);
    writeFileSync(join(folder, 'tsconfig.json'), '{ }');
    const third = inputs(folder);
    expect(new Set([first, second, third]).size).toBe(3);
    rmSync(join(folder, 'src/new.ts'));
    writeFileSync(join(folder, 'tsconfig.json'), '{}');
    expect(builtFrom(folder)).toBe(inputs(folder));
  });

  it('leaves no file of a source that is gone', async () => {
    const folder = checkout();
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/gone.js'), '');
    await replaceBuild(folder, compile);
    expect(readdirSync(join(folder, 'dist')).toSorted()).toEqual(['.built-from', 'cli']);
    expect(readdirSync(folder).filter((name) => name.startsWith('dist.'))).toEqual([]);
  });

  it('leaves the old one when the new one fails', async () => {
    const folder = checkout();
    await replaceBuild(folder, compile);
    writeFileSync(join(folder, 'src/new.ts'), '');
    expect(await replaceBuild(folder, async () => 2)).toBe(2);
    expect(existsSync(join(folder, 'dist/cli/main.js'))).toBe(true);
    expect(builtFrom(folder)).not.toBe(inputs(folder));
    expect(readdirSync(folder).filter((name) => name.startsWith('dist.'))).toEqual([]);
  });
});

describe('two setups at once', () => {
  /** Notes when it begins and ends, under the lock. */
  const script = (folder: string) => `
    import { appendFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(pathToFileURL(join(root, 'bin/setup/lock.js')).href)};
    const log = (word) => appendFileSync(${JSON.stringify(join(folder, 'log'))}, word + '\\n');
    await withLock(${JSON.stringify(join(folder, 'lock'))}, () => {}, async () => {
      log('begin');
      await new Promise((resolve) => setTimeout(resolve, 60));
      log('end');
    });`;

  const run = async (folder: string) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script(folder)], {
      stdio: 'inherit',
    });
    const [code] = await once(child, 'exit');
    return code;
  };

  it('do their work one after the other', async () => {
    const folder = emptyFolder();
    expect(await Promise.all([1, 2, 3, 4].map(() => run(folder)))).toEqual([0, 0, 0, 0]);
    const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
    expect(log).toEqual(Array.from({ length: 4 }, () => ['begin', 'end']).flat());
    expect(readdirSync(folder)).toEqual(['log']);
  });

  it('take over from one that was killed', async () => {
    const folder = emptyFolder();
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    mkdirSync(join(folder, 'lock'));
    writeFileSync(join(folder, 'lock/owner'), String(dead));
    expect(await Promise.all([run(folder), run(folder)])).toEqual([0, 0]);
    expect(readdirSync(folder)).toEqual(['log']);
  });
});

describe('the setup program', () => {
  it('refuses a step that it does not know', () => {
    const { status, stderr } = spawnSync(process.execPath, [setup, 'deploy'], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^rolecall setup: no such step: "deploy"; known are demo, test/);
  });

  it('passes on arguments, output and the exit code of what it runs', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [setup, 'demo', '--format', 'json'], {
      encoding: 'utf8',
      env: bareEnvironment(),
    });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('rolecall: the demo is told in tables');
  });
});

describe('the program without a build', () => {
  it('says how to make one', () => {
    const folder = emptyFolder();
    cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'bin/rolecall.js'), 'who'], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe('rolecall: this checkout is not built yet\nRun `npm run build` first.\n');
  });
});
