import { describe, expect, it } from 'vitest';
import { readClock } from '../../src/cli/clock.js';
import { asFailure, failureText, visible } from '../../src/cli/failure.js';
import { errorTable, RolecallError } from '../../src/errors.js';

const plain = { verbose: false, bold: (text: string) => text, dim: (text: string) => text };

describe('a failure', () => {
  it('is said with its remedy, and ends with the exit code of the table', () => {
    const failure = asFailure(new RolecallError('DB_MISSING', 'there is no store at x.db'));
    expect(failureText(failure, plain)).toBe(
      `rolecall: there is no store at x.db\n${errorTable.DB_MISSING.remedy}\n`,
    );
    expect(failure.exit).toBe(2);
  });

  it('that is no answer is a fault of the program, whatever was thrown', () => {
    for (const thrown of [new TypeError('x is undefined'), 'text', null, undefined, { code: 1 }]) {
      const failure = asFailure(thrown);
      expect([failure.code, failure.exit, failure.remedy]).toEqual([
        'INTERNAL',
        2,
        errorTable.INTERNAL.remedy,
      ]);
    }
    expect(asFailure(new TypeError('x is undefined')).message).toBe('TypeError: x is undefined');
  });

  it('shows its stack with --verbose alone', () => {
    const failure = asFailure(new TypeError('x is undefined'));
    expect(failureText(failure, plain)).not.toContain('failure.test.ts');
    expect(failureText(failure, { ...plain, verbose: true })).toContain('failure.test.ts');
  });

  it('keeps its lines and shows every other control character', () => {
    expect(visible('a\nb\tc\u001b]0;x\u0007\r\u009b\u202e')).toBe(
      String.raw`a${'\n'}b\u0009c\u001b]0;x\u0007\u000d\u009b\u202e`,
    );
  });
});

describe('the clock', () => {
  it('is that of the machine, in whole seconds, unless ROLECALL_NOW sets it', () => {
    expect(readClock(undefined, () => 1_795_420_800_999)).toBe(1_795_420_800);
    expect(readClock('', () => 1_795_420_800_999)).toBe(1_795_420_800);
    expect(readClock('2026-11-23T08:00:00Z')).toBe(1_795_420_800);
    expect(readClock('2026-11-23T10:00:00+02:00')).toBe(1_795_420_800);
  });

  it.each(['soon', '2026-11-23', '2026-11-23T08:00', '2026-13-23T08:00:00Z', '1795420800'])(
    'is not set by %s',
    (text) => {
      expect(() => readClock(text)).toThrow(/^ROLECALL_NOW is /);
    },
  );
});
