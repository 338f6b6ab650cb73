import type { IngestProgress } from '../app/ingest.js';
import { RolecallError } from '../errors.js';
import type { Context } from './context.js';
import { onInterrupt } from './interrupt.js';
import { showProgress } from './progress.js';

/** What work that is watched is given. */
export interface Watching {
  signal: AbortSignal;
  onProgress: (progress: IngestProgress) => void;
}

/**
 * Reads logs under the eyes of somebody who may stop it: progress on stderr, Ctrl-C between two objects.
 * @param o.piped standard input is read, too
 * @param o.kept what stays in the store of a run that was stopped, asked for when it was
 * @returns null when it was stopped
 */
export async function watched<T>(
  context: Context,
  work: (how: Watching) => Promise<T>,
  { piped, kept }: { piped: boolean; kept: () => string },
): Promise<T | null> {
  const progress = showProgress(context);
  const { signal, done } = onInterrupt(() => {
    progress.stop();
    context.note('stopping after what is being written; Ctrl-C again to end at once');
  });
  try {
    const result = await work({ signal, onProgress: progress.update });
    if (!signal.aborted) return result;
  } catch (error) {
    if (!signal.aborted || error instanceof RolecallError) throw error;
  } finally {
    done();
    progress.stop();
    // A pipe that stays open would keep a stopped run from ending.
    if (piped) context.stdin.destroy();
  }
  context.note(`stopped: ${kept()} is kept in ${context.db}; the same command goes on from there`);
  return null;
}
