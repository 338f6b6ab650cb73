import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { type RunOptions, start } from './rolecall.js';

/** A running `rolecall watch`. */
export interface Watching {
  child: ReturnType<typeof start>;
  /** All of stderr so far. */
  said: () => string;
  /** Waits until stderr has this, from `after` characters on; @throws when the watch ends without. */
  until: (words: RegExp, after?: number) => Promise<RegExpExecArray>;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

/** Starts it; it is ended with the test at the latest. */
export function startWatch(args: readonly string[], options: RunOptions = {}): Watching {
  const child = start(['watch', ...args], options);
  let text = '';
  let heard = () => {};
  child.stdout.resume();
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    heard();
  });
  let over = false;
  const ended = once(child, 'exit').then(([code, signal]) => {
    over = true;
    heard();
    return { code, signal } as { code: number | null; signal: string | null };
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    child,
    said: () => text,
    async until(words, after = 0) {
      for (;;) {
        const found = words.exec(text.slice(after));
        if (found !== null) return found;
        if (over) throw new Error(`ended without ${words}:\n${text}`);
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
    ended,
  };
}
