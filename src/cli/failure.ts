import { type ErrorCode, errorTable, RolecallError } from '../errors.js';

/** What a person reads when a run fails, and its exit code. */
export interface Failure {
  code: ErrorCode;
  /** What happened and where. */
  message: string;
  remedy: string;
  /** Where in the program it happened; null for errors that are answers. */
  stack: string | null;
  exit: number;
}

/** Any thrown value as a failure: what is not a RolecallError is a fault of the program. */
export function asFailure(error: unknown): Failure {
  if (error instanceof RolecallError) {
    const { code, message, remedy, exitCode } = error;
    return { code, message, remedy, stack: error.stack ?? null, exit: exitCode };
  }
  const { remedy, exit } = errorTable.INTERNAL;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;
  return {
    code: 'INTERNAL',
    message,
    remedy,
    stack: error instanceof Error ? (error.stack ?? null) : null,
    exit,
  };
}

/**
 * The failure as text for stderr: `rolecall: what happened`, the remedy, and with `verbose` the stack.
 * Control characters are shown, not sent: a message may quote a file's name or content.
 */
export function failureText(
  failure: Failure,
  o: { verbose: boolean; bold: (text: string) => string; dim: (text: string) => string },
): string {
  const lines = [`${o.bold('rolecall:')} ${visible(failure.message)}`, o.dim(visible(failure.remedy))];
  if (o.verbose && failure.stack !== null) lines.push(o.dim(visible(failure.stack)));
  return `${lines.join('\n')}\n`;
}

/** Text with terminal control characters spelled out; line ends stay. */
export function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose.
  const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
  return text.replaceAll(control, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
