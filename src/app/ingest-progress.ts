import type { SourceObject } from '../sources/discover.js';

/** How far an ingest is. `seconds` since it began. */
export interface IngestProgress {
  phase: 'listing' | 'asking' | 'reading' | 'linking';
  objectsDone: number;
  objectsTotal: number;
  /** Packed, as they lie in the source; what comes from stdin has no total. */
  bytesDone: number;
  bytesTotal: number;
  /** Records taken from the objects so far. */
  records: number;
  /** Of a query engine: queries that wait or run, bytes scanned so far, and US dollars. */
  engine?: { queued: number; running: number; scannedBytes: number; dollars: number };
  seconds: number;
}

/** Milliseconds between two reports. */
const pause = 100;

/** Tells how far it is, now and then. */
export class ProgressTeller {
  private readonly began = performance.now();
  private told = Number.NEGATIVE_INFINITY;
  private readonly now: Omit<IngestProgress, 'seconds'> = {
    phase: 'listing',
    objectsDone: 0,
    objectsTotal: 0,
    bytesDone: 0,
    bytesTotal: 0,
    records: 0,
  };

  constructor(private readonly receive: ((p: IngestProgress) => void) | undefined) {}

  get seconds(): number {
    return (performance.now() - this.began) / 1000;
  }

  phase(phase: IngestProgress['phase']): void {
    this.now.phase = phase;
    this.tell();
  }

  /** What a query engine is doing for us. */
  engine(state: NonNullable<IngestProgress['engine']>): void {
    this.now.engine = state;
    this.tell();
  }

  /** Objects of a source that does not tell their size. */
  expectMany(objects: number, phase: IngestProgress['phase']): void {
    this.now.objectsTotal += objects;
    this.phase(phase);
  }

  /** @param extra objects beside those listed, such as stdin */
  expect(objects: readonly SourceObject[], extra = 0): void {
    this.now.objectsTotal += objects.length + extra;
    this.now.bytesTotal += objects.reduce((sum, { size }) => sum + size, 0);
    this.phase('reading');
  }

  took(records: number): void {
    this.now.records += records;
    if (performance.now() - this.told >= pause) this.tell();
  }

  finished(bytes: number): void {
    this.now.objectsDone++;
    this.now.bytesDone += bytes;
    this.took(0);
  }

  private tell(): void {
    this.told = performance.now();
    this.receive?.({ ...this.now, seconds: this.seconds });
  }
}
