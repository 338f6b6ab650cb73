import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showProgress } from '../../src/cli/progress.js';
import { barText, type Progress, progressLine } from '../../src/cli/progress-text.js';

const midway: Progress = {
  phase: 'reading',
  objectsDone: 120,
  objectsTotal: 480,
  bytesDone: 1000,
  bytesTotal: 4000,
  records: 52_300,
  seconds: 5,
};

describe('the text of progress', () => {
  it('tells files, records, speed and the time left by bytes', () => {
    expect(progressLine(midway)).toBe('reading: 120 of 480 files, 52,300 records, 10,460/s, 15 s left');
  });

  it('keeps quiet about what cannot be known yet', () => {
    expect(progressLine({ ...midway, phase: 'listing' })).toBe('listing: 480 files');
    expect(progressLine({ ...midway, seconds: 0.1 })).toBe('reading: 120 of 480 files, 52,300 records');
    expect(progressLine({ ...midway, bytesDone: 0 })).toBe(
      'reading: 120 of 480 files, 52,300 records, 10,460/s',
    );
    expect(progressLine({ ...midway, phase: 'linking' })).toBe(
      'linking sessions: 120 of 480 files, 52,300 records',
    );
  });

  it('tells what a query engine does, and what it has cost so far', () => {
    const engine = { queued: 1, running: 3, scannedBytes: 12.4e9, dollars: 0.062 };
    const asking: Progress = {
      ...midway,
      phase: 'asking',
      objectsDone: 2,
      objectsTotal: 7,
      records: 0,
      engine,
    };
    expect(progressLine(asking)).toBe(
      'asking Athena: 2 of 7 days, 3 running, 1 queued, 12.4 GB scanned, 0.06 USD',
    );
    expect(progressLine({ ...asking, records: 1200, phase: 'linking' })).toBe(
      'linking sessions: 2 of 7 days, 3 running, 1 queued, 1,200 rows, 12.4 GB scanned, 0.06 USD',
    );
  });

  it('says hours and minutes for a long way to go', () => {
    expect(progressLine({ ...midway, bytesTotal: 1_000_000 })).toMatch(/, 1 h 23 min left$/);
    expect(progressLine({ ...midway, bytesTotal: 40_000 })).toMatch(/, 3 min 15 s left$/);
  });

  it('draws a bar where there is room', () => {
    expect(barText(midway, 0.25, { unicode: true, width: 100 })).toBe(
      `${'█'.repeat(6)}${'░'.repeat(18)} ${progressLine(midway)}`,
    );
    expect(barText(midway, 0.25, { unicode: false, width: 100 })).toMatch(/^#{6}\.{18} reading/);
    expect(barText(midway, 0.25, { unicode: true, width: 70 })).toBe(progressLine(midway));
  });

  it('never takes more columns than it may', () => {
    const count = fc.nat({ max: 10 ** 12 });
    const progress: fc.Arbitrary<Progress> = fc.record({
      phase: fc.constantFrom('listing', 'reading', 'linking'),
      objectsDone: count,
      objectsTotal: count,
      bytesDone: count,
      bytesTotal: count,
      records: count,
      seconds: fc.double({ min: 0, max: 10 ** 7, noNaN: true }),
    });
    fc.assert(
      fc.property(
        progress,
        fc.double({ min: -1, max: 2, noNaN: true }),
        fc.integer({ min: 1, max: 220 }),
        (p, share, width) => {
          const text = barText(p, share, { unicode: true, width });
          expect(text.length).toBeLessThanOrEqual(width);
          expect(text).not.toMatch(/NaN|Infinity|undefined/);
        },
      ),
    );
  });
});

/** A stream that remembers, and says that it is a terminal or not. */
function stderr(isTTY: boolean) {
  let text = '';
  const stream = {
    isTTY,
    columns: 100,
    write: (chunk: string) => {
      text += chunk;
      return true;
    },
    on: () => stream,
    cursorTo: () => true,
  };
  return { isTTY, columns: 100, stream: stream as unknown as NodeJS.WritableStream, written: () => text };
}

describe('progress on stderr', () => {
  it('is a line every ten seconds in a pipe, with --verbose alone', () => {
    const pipe = stderr(false);
    const verbose = showProgress({ stderr: pipe, quiet: false, verbose: true, unicode: true });
    for (let seconds = 0; seconds <= 25; seconds++) verbose.update({ ...midway, seconds });
    verbose.stop();
    expect(pipe.written().trim().split('\n')).toHaveLength(2);

    const plain = stderr(false);
    showProgress({ stderr: plain, quiet: false, verbose: false, unicode: true }).update({
      ...midway,
      seconds: 60,
    });
    expect(plain.written()).toBe('');
  });

  it('is nothing with --quiet', () => {
    for (const isTTY of [true, false]) {
      const quiet = stderr(isTTY);
      const progress = showProgress({ stderr: quiet, quiet: true, verbose: true, unicode: true });
      progress.update({ ...midway, seconds: 60 });
      progress.stop();
      expect(quiet.written()).toBe('');
    }
  });

  it('is a bar on a terminal, which is wiped away and gives the cursor back', () => {
    const terminal = stderr(true);
    const progress = showProgress({ stderr: terminal, quiet: false, verbose: false, unicode: true });
    progress.update(midway);
    progress.update({ ...midway, objectsDone: 480, bytesDone: 4000 });
    progress.stop();
    progress.stop();
    const text = terminal.written();
    expect(text).toContain('480 of 480 files');
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
    expect(text.endsWith('\u001b[2K')).toBe(true);
    expect(text).not.toContain('\n');
  });
});
