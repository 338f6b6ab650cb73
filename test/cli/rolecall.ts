import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'bin/rolecall.js');

export interface Result {
  stdout: string;
  stderr: string;
  /** Exit code; null when a signal ended it. */
  code: number | null;
}

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  input?: string | Buffer;
}

/** Builds when the sources are newer; one process does it, others wait. */
export function build(): void {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin/setup.js'), '--build'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed:\n${stderr}`);
}

/** Only what a program needs to start: the machine's own settings play no part in a test. */
export function bareEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR = tmpdir() } = process.env;
  return { PATH, HOME, TMPDIR, ...extra };
}

/** Runs the built program to its end, its streams being pipes. */
export function rolecall(args: readonly string[], options: RunOptions = {}): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    cwd: options.cwd ?? emptyFolder(),
    env: bareEnvironment(options.env),
    input: options.input ?? '',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, stdout, stderr };
}

/** The same while this process goes on, as it must where it serves what the program asks for. */
export async function rolecallWhile(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = start(args, options);
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => text(stream));
  child.stdin.end(options.input ?? '');
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, stdout: await stdout!, stderr: await stderr! };
}

/** Starts the built program, to be watched while it runs. */
export function start(args: readonly string[], options: RunOptions = {}) {
  return spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd ?? emptyFolder(),
    env: bareEnvironment(options.env),
  });
}

/** A folder of its own for a test, below the system's temporary folder. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'rolecall-test-'));
}

export const demo = {
  logs: join(root, 'fixtures/demo/logs'),
  policy: join(root, 'fixtures/demo/rolecall.yaml'),
  /** The Monday after the made week. */
  now: '2026-11-23T08:00:00Z',
} as const;
