import { once } from 'node:events';
import { basename, relative } from 'node:path';
import pc from 'picocolors';
import { exit, RolecallError } from '../errors.js';
import { type Surroundings, understandContext } from './context.js';
import { asFailure, failureText } from './failure.js';
import { colorModes } from './global-options.js';
import { understand } from './program.js';
import { type StreamFacts, wantsColor } from './terminal.js';
import { version } from './version.js';

/** Runs one command line to its end and sets the exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  tolerateClosedPipes();
  // What the AWS SDK has to say about Node's version is for us, who choose the SDK's.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  process.on('uncaughtException', (error) => {
    report(error, argv);
    process.exit();
  });
  // Nothing left to wait for, and yet no answer: silence would look like success.
  const unfinished = () => report(new Error('the run ended before it was done'), argv);
  process.once('beforeExit', unfinished);
  try {
    await run(argv);
  } catch (error) {
    report(error, argv);
  }
  process.off('beforeExit', unfinished);
}

async function run(argv: readonly string[]): Promise<void> {
  const write = (text: string) => void process.stdout.write(text);
  if (argv.length === 0) return await helpForNobody();
  const invocation = await understand(argv, version(), { write });
  if (invocation === null) return;
  const context = understandContext(invocation.options, surroundings(), version());
  const { act } = await invocation.row.load();
  const { text, exit } = await act(invocation.args, invocation.options, context);
  // Set first: the reader of a pipe may be gone, and then writing ends the process.
  process.exitCode = exit;
  if (typeof text !== 'string') await writeAll(text);
  else if (text !== '') write(text);
}

/** Waits for a slow reader, so that nothing piles up here. */
async function writeAll(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

/** No command is no answer: the help goes where errors go. */
async function helpForNobody(): Promise<void> {
  process.exitCode = exit.failed;
  await understand(['--help'], version(), { write: (text) => void process.stderr.write(text) });
}

function report(error: unknown, argv: readonly string[]): void {
  const failure = asFailure(error);
  // The options may be what is wrong, so these two are looked for by hand.
  const mode =
    colorModes.find((mode) => argv.join(' ').replace('--color=', '--color ').includes(`--color ${mode}`)) ??
    'auto';
  const { bold, red, dim } = pc.createColors(wantsColor(mode, process.env, facts(process.stderr)));
  const text = failureText(failure, {
    verbose: argv.includes('--verbose'),
    bold: (text) => bold(red(text)),
    dim,
  });
  process.exitCode = failure.exit;
  process.stderr.write(text);
}

/** Whoever read our output has seen enough: that is no failure, and nobody is left to tell. */
function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE')
        throw new RolecallError('OUTPUT_UNWRITABLE', `the answer cannot be written: ${error.message}`, {
          cause: error,
        });
      process.exit();
    });
  }
}

function surroundings(): Surroundings {
  return {
    env: process.env,
    platform: process.platform,
    stdin: process.stdin,
    stdout: facts(process.stdout),
    stderr: { stream: process.stderr, ...facts(process.stderr) },
    invokedAs: invokedAs(),
  };
}

function facts(stream: NodeJS.WriteStream): StreamFacts {
  return { isTTY: stream.isTTY === true, columns: stream.isTTY ? stream.columns : undefined };
}

function invokedAs(): string {
  const script = process.argv[1] ?? 'rolecall';
  return basename(script) === 'rolecall.js' ? `node ${relative('', script)}` : 'rolecall';
}
