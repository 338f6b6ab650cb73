import type { IngestSummary } from '../model/answers.js';
import type { ObjectResult, RecordBatch } from '../model/batch.js';
import type { Problem } from '../model/record.js';
import { lastSession, sessionsChanged, storeSpan } from '../store/ledger.js';
import type { Sqlite } from '../store/open.js';
import { type BatchCounts, Writer } from '../store/writer.js';
import { relink } from './relink.js';

/** A transaction ends with the first object after so many records, or so many milliseconds. */
const mostRecords = 50_000;
const mostMilliseconds = 2_000;

/** Problems kept for the summary; all are in the ledger, and the rest is counted. */
const mostProblems = 10_000;

/** Writes what was read, whole objects to a transaction, and adds up what it came to. */
export class Recorder {
  readonly objects = { read: 0, failed: 0 };
  readonly records = { read: 0, stored: 0, duplicate: 0, rejected: 0 };
  bytes = 0;
  private readonly writer: Writer;
  private readonly touched = new Set<number>();
  private readonly sessionsBefore: number;
  private readonly problems: Problem[] = [];
  private unlisted = 0;
  /** `takenBack`: calls that the store had, and that come again. */
  private open: { id: number; takenBack: number; counts: BatchCounts } | null = null;
  private began: number | null = null;
  private pending = 0;

  constructor(private readonly db: Sqlite) {
    this.writer = new Writer(db);
    this.sessionsBefore = lastSession(db);
  }

  /** An object is begun and not finished. */
  get isOpen(): boolean {
    return this.open !== null;
  }

  /** @param table that the records come from as sums, if any */
  begin(name: string, etag: string, table = ''): void {
    if (this.began === null) {
      this.writer.begin();
      this.began = performance.now();
    }
    this.open = { ...this.writer.beginObject(name, etag, table), counts: { stored: 0, duplicate: 0 } };
  }

  /** The open object has all that another had, and takes its place. */
  absorb(name: string): void {
    this.open!.takenBack += this.writer.absorb(this.open!.id, name);
  }

  add(batch: RecordBatch): void {
    const { id, counts } = this.open!;
    const { stored, duplicate } = this.writer.add(id, batch);
    counts.stored += stored;
    counts.duplicate += duplicate;
    this.pending += batch.length;
  }

  /** @returns id of the object's ledger row, still in the transaction. */
  finish(result: ObjectResult): number {
    const { id, counts, takenBack } = this.open!;
    this.writer.finishObject(id, result, counts);
    this.open = null;
    const again = Math.min(takenBack, counts.stored);
    this.records.read += result.read;
    this.records.stored += counts.stored - again;
    this.records.duplicate += counts.duplicate + again;
    this.records.rejected += result.rejected;
    this.objects[result.complete ? 'read' : 'failed']++;
    this.bytes += result.bytes;
    this.note(result.problems);
    return id;
  }

  /**
   * Reads the open object to its end.
   * @param told of every batch before it is taken
   */
  async take(
    batches: AsyncGenerator<RecordBatch, ObjectResult>,
    told: (batch: RecordBatch) => void = () => {},
  ): Promise<void> {
    let next = await batches.next();
    for (; !next.done; next = await batches.next()) {
      told(next.value);
      this.add(next.value);
    }
    this.finish(next.value);
  }

  /** An object that could not be had: nothing of it stays. What was begun of it has its transaction to itself. */
  drop(problem: Problem): void {
    if (this.isOpen) this.rollback();
    this.objects.failed++;
    this.note([problem]);
  }

  note(problems: Problem[]): void {
    const room = mostProblems - this.problems.length;
    this.problems.push(...problems.slice(0, room));
    this.unlisted += Math.max(0, problems.length - room);
  }

  /** Between two objects: ends the transaction when it is large or old. */
  commitWhenDue(): void {
    if (this.began === null) return;
    if (this.pending >= mostRecords || performance.now() - this.began >= mostMilliseconds) this.commit();
  }

  commit(): void {
    if (this.began === null) return;
    for (const session of this.writer.commit((dirty) => relink(this.db, dirty))) this.touched.add(session);
    this.began = null;
    this.pending = 0;
  }

  /** Takes back everything since the last commit. */
  rollback(): void {
    this.writer.rollback();
    this.open = null;
    this.began = null;
  }

  /** After the last commit. */
  summary(): Pick<IngestSummary, 'objects' | 'records' | 'sessions' | 'bytes' | 'problems' | 'window'> {
    const more = `${this.unlisted} more problems, counted but not listed`;
    return {
      objects: { seen: 0, skipped: 0, ...this.objects },
      records: this.records,
      sessions: sessionsChanged(this.db, this.touched, this.sessionsBefore),
      bytes: this.bytes,
      problems:
        this.unlisted === 0 ? this.problems : [...this.problems, { source: '', at: '', reason: more }],
      window: storeSpan(this.db),
    };
  }
}
