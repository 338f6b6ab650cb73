import { byteSize, type Limits } from './limits.js';
import type { ProblemLog } from './problem-log.js';
import type { Broken, Place, SplitSink } from './split-sink.js';
import type { ValueReader } from './value.js';
import { tooDeep, unwrap } from './wrappers.js';

/** Receives each record under its number; returns why it is none after all, or null. */
export type Receive = (record: object, position: number) => string | null;

/**
 * Gives every value that is or should be a record its number, from 1, and counts the rejected ones.
 * A document of another kind that stands alone (a digest, a notice) is named in the log and takes no number.
 * Numbers depend on the bytes alone, so that a record can be found again by its number.
 */
export class Numbering implements SplitSink {
  read = 0;
  rejected = 0;

  constructor(
    private readonly log: ProblemLog,
    private readonly limits: Limits,
    private readonly reader: ValueReader,
    private readonly receive: Receive,
  ) {}

  value(bytes: Uint8Array, place: Place): void {
    const parsed = this.reader.read(bytes);
    const found = parsed ? unwrap(parsed.value, this.limits.depth) : { rejected: 'it is not valid JSON' };
    if ('record' in found) this.number(found.record, parsed?.exact ?? true);
    else if ('rejected' in found) this.reject(found.rejected, place);
    else if (place.listed) this.reject(`it is ${found.other}`, place);
    else this.log.add(place.byte === 0 ? '' : `byte ${place.byte}`, `passed over: this is ${found.other}`);
  }

  broken(how: Broken, place: Place): void {
    if (how !== 'not JSON') this.log.complete = false;
    this.reject(this.describe(how), place);
  }

  damage(how: 'cut' | 'damaged', place: Place): void {
    this.log.lost(
      `byte ${place.byte}`,
      how === 'cut'
        ? 'the JSON ends here without its closing brackets: the records before were kept; fetch the object again'
        : 'the JSON is damaged here: the rest of this line was not read',
    );
  }

  private number(record: object, exact: boolean): void {
    this.read++;
    const refused = this.receive(record, this.read);
    if (refused !== null) {
      this.rejected++;
      this.log.add(`record ${this.read}`, refused);
    } else if (!exact) {
      this.log.add(
        `record ${this.read}`,
        'it holds bytes that are not UTF-8: it was kept, with \uFFFD in their place',
      );
    }
  }

  private reject(reason: string, place: Place): void {
    this.read++;
    this.rejected++;
    const where = place.line > 1 ? ` (line ${place.line})` : '';
    this.log.add(`record ${this.read}`, reason + where);
  }

  private describe(how: Broken): string {
    switch (how) {
      case 'cut':
        return 'it is cut off: the object ends inside it; fetch the object again';
      case 'damaged':
        return 'it is damaged, and what follows it could be read only from a later line on';
      case 'too large':
        return `it is larger than ${byteSize(this.limits.recordBytes)}: it was skipped`;
      case 'too deep':
        return `${tooDeep(this.limits.depth)}: it was skipped`;
      case 'not JSON':
        return 'it is a line that is no JSON: it was skipped';
    }
  }
}
