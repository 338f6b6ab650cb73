import { spawn } from 'node:child_process';
import { constants } from 'node:os';

let child = null;

/**
 * A signal ends the program that is running, and we end after it, with its code. From a terminal Ctrl-C reaches
 * the whole group by itself; sending it again would be a second Ctrl-C.
 */
export function interruptible() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (child === null) process.exit(128 + constants.signals[signal]);
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
}

/** Runs a script with this Node. */
export function node(script, args, cwd, options) {
  return run(process.execPath, [script, ...args], cwd, options);
}

/**
 * Runs a program on our own streams and resolves to its exit code; 128 + n when signal n ended it.
 * @param options.quietStdout its output belongs to stderr: stdout is for what was asked for
 */
export function run(command, args, cwd, options = {}) {
  return new Promise((resolve, reject) => {
    const stdout = options.quietStdout ? 2 : 'inherit';
    child = spawn(command, args, {
      cwd,
      stdio: ['inherit', stdout, 'inherit'],
      shell: /\.cmd$/.test(command),
    });
    child.on('error', (error) => {
      child = null;
      reject(new Error(`${command} could not be started: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      child = null;
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
