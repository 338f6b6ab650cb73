import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { builtFrom, inputs, replaceBuild } from './build.js';
import { installed, npmCommand } from './install.js';
import { withLock } from './lock.js';
import { interruptible, node, run } from './run.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const verbs = {
  demo: (args) => node('bin/rolecall.js', ['demo', ...args], root),
  test,
  'test:athena': testAthena,
  check,
  bench,
  fixtures: (args) => tool('tsx', ['fixtures/make/all.ts', ...args]),
  '--build': async () => 0,
};

/**
 * Installs and builds what is missing or outdated, then does what the verb says. One line per step on stderr.
 * Exits with the code of the step that failed.
 */
export async function main([verb = '', ...args]) {
  interruptible();
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (act === undefined) {
    say(`no such step: ${JSON.stringify(verb)}; known are ${Object.keys(verbs).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  try {
    process.exitCode = (await bootstrap()) || (await act(args));
  } catch (error) {
    say(error.message);
    process.exitCode = 2;
  }
}

/** 0 when packages and build are as the sources want them. */
async function bootstrap() {
  if (ready()) return 0;
  const waiting = (owner) => say(`waiting for process ${owner}, which is setting up this checkout`);
  return await withLock(join(root, '.setup.lock'), waiting, async () => {
    if (!installed(root)) {
      say('installing packages (npm ci)');
      const [command, first] = npmCommand();
      const code = await run(command, [...first, 'ci', '--prefer-offline'], root, { quietStdout: true });
      if (code !== 0) return failed('npm ci', code);
    }
    if (builtFrom(root) !== inputs(root)) {
      say('building (tsc)');
      const code = await replaceBuild(root, compile);
      if (code !== 0) return failed('the build', code);
    }
    return 0;
  });
}

/** The compiled sources, and the policy's JSON Schema as a file that editors can be pointed at. */
async function compile(outDir) {
  const args = ['-p', 'tsconfig.json', '--noEmitOnError', '--outDir', outDir];
  const code = await tool('typescript', args, 'tsc', { quietStdout: true });
  if (code !== 0) return code;
  const { policySchema } = await import(pathToFileURL(join(outDir, 'policy', 'schema.js')).href);
  writeFileSync(join(outDir, 'rolecall.schema.json'), `${JSON.stringify(policySchema, null, 2)}\n`);
  return 0;
}

function ready() {
  return installed(root) && builtFrom(root) === inputs(root);
}

/** Every check runs, so that one failure does not hide another. */
async function test(args) {
  const checks = await check([]);
  const tests = await tool('vitest', ['run', ...args]);
  if (checks !== 0) say('a check before the tests failed, see above');
  return tests || checks;
}

/** The tests that need a real engine, which is fetched where it is missing: none of them is skipped. */
async function testAthena(args) {
  const fetched = await tool('tsx', ['test/athena/fetch-trino.ts']);
  if (fetched !== 0) return failed('getting Trino', fetched);
  Object.assign(process.env, { ROLECALL_REQUIRE_ATHENA: '1', ROLECALL_REQUIRE_S3: '1' });
  return await tool('vitest', ['run', '--config', 'test/athena/vitest.config.ts', ...args]);
}

async function check(args) {
  const style = await tool('@biomejs/biome', ['check', ...args], 'biome', { quietStdout: true });
  if (style !== 0) failed('biome check', style);
  // The build has checked src; this adds the tests and the fixture makers.
  const types = await tool('typescript', ['-p', 'test/tsconfig.json'], 'tsc', { quietStdout: true });
  if (types !== 0) failed('the type check of the tests', types);
  return style || types;
}

async function bench(args) {
  const files = readdirSync(join(root, 'test/bench')).filter((file) => file.endsWith('.ts'));
  if (files.length === 0) throw new Error('there is no benchmark in test/bench');
  for (const file of files.sort()) {
    const code = await tool('tsx', [`test/bench/${file}`, ...args]);
    if (code !== 0) return failed(`test/bench/${file}`, code);
  }
  return 0;
}

/** Runs a package's own program with this Node: no shell and no `.cmd` shims in between. */
function tool(name, args, bin = name, options = {}) {
  return node(binOf(name, bin), args, root, options);
}

function binOf(name, bin) {
  const folder = join(root, 'node_modules', name);
  const { bin: bins } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bins === 'string' ? bins : bins[bin]);
}

function failed(step, code) {
  say(`${step} failed (exit ${code})`);
  return code;
}

function say(text) {
  process.stderr.write(`rolecall setup: ${text}\n`);
}
