import cliProgress from 'cli-progress';
import type { Context } from './context.js';
import { barText, type Progress, progressLine } from './progress-text.js';

export interface ProgressReport {
  update: (p: Progress) => void;
  /** Takes the bar away and gives the cursor back; may be called again. */
  stop: () => void;
}

/** Seconds between the plain lines of a run that nobody watches. */
const lineEvery = 10;

/** Progress on stderr: a bar on a terminal, a line now and then in a pipe with --verbose, nothing with --quiet. */
export function showProgress(
  context: Pick<Context, 'stderr' | 'quiet' | 'verbose' | 'unicode'>,
): ProgressReport {
  if (context.quiet) return silent;
  if (context.stderr.isTTY) return bar(context);
  return context.verbose ? lines(context) : silent;
}

const silent: ProgressReport = { update: () => {}, stop: () => {} };

function bar({ stderr, unicode }: Pick<Context, 'stderr' | 'unicode'>): ProgressReport {
  let latest: Progress | null = null;
  const shown = new cliProgress.SingleBar({
    stream: stderr.stream,
    format: (_options, { progress }) =>
      latest === null ? '' : barText(latest, progress, { unicode, width: (stderr.columns || 80) - 1 }),
    clearOnComplete: true,
    hideCursor: true,
    // Signals are the command's; the text is kept shorter than a line.
    gracefulExit: false,
    linewrap: true,
    forceRedraw: true,
  });
  return {
    update: (p) => {
      const starting = latest === null;
      latest = p;
      // What a query engine will have to read is not known before it has.
      const [total, done] =
        p.engine === undefined ? [p.bytesTotal, p.bytesDone] : [p.objectsTotal, p.objectsDone];
      if (starting) shown.start(Math.max(1, total), done);
      shown.setTotal(Math.max(1, total));
      shown.update(done);
    },
    stop: () => {
      if (latest !== null) shown.stop();
      latest = null;
    },
  };
}

function lines({ stderr }: Pick<Context, 'stderr'>): ProgressReport {
  let next = lineEvery;
  return {
    update: (p) => {
      if (p.seconds < next) return;
      next = p.seconds + lineEvery;
      stderr.stream.write(`${progressLine(p)}\n`);
    },
    stop: () => {},
  };
}
