import type { CloudTrailRecord } from '../model/record.js';
import { BatchBuilder, type ObjectResult, type RecordBatch } from './batch.js';
import { type EngineRow, readEngineRow } from './engine-row.js';
import { guarded } from './guarded.js';
import { defaultLimits } from './limits.js';
import { ProblemLog } from './problem-log.js';

/**
 * Reads the rows that `queries/athena/ingest.sql` answers with, as `readObject` reads an object's records. Rows have no
 * order, so no place either: every position is 0.
 * @param source the object's name, for problems
 * @param o.bytes that the engine scanned
 * @param o.batchSize rows per batch; default 4096
 * @param o.keep tells the records that were asked for: of a time that is written oddly the engine knows no better
 * @yields batches; a record that was delivered twice is in them twice
 * @returns counts of records, not of rows
 * @throws what reading the rows throws
 */
export async function* readEngineRows(
  rows: AsyncIterable<EngineRow>,
  source: string,
  {
    bytes,
    batchSize = 4096,
    keep = () => true,
  }: { bytes: number; batchSize?: number; keep?: (record: CloudTrailRecord) => boolean },
): AsyncGenerator<RecordBatch, ObjectResult> {
  const builder = new BatchBuilder();
  const log = new ProblemLog(source, defaultLimits.problems);
  let read = 0;
  let rejected = 0;
  for await (const row of rows) {
    const told = guarded(() => readEngineRow(row));
    const records = typeof told === 'string' ? recordsOf(row) : told.records;
    if (typeof told !== 'string' && !keep(told.record)) continue;
    read += records;
    if (typeof told === 'string') {
      rejected += records;
      log.add(placeOf(row), told);
      continue;
    }
    const { record, fold } = told;
    for (let times = fold === null ? records : 1; times > 0; times--) builder.add(record, 0, fold);
    if (builder.length >= batchSize) yield builder.take();
  }
  if (builder.length > 0) yield builder.take();
  return { read, rejected, bytes, problems: log.list(), complete: log.complete };
}

/** Records behind a row that is none: at least one. */
function recordsOf({ records }: EngineRow): number {
  const told = Number(records);
  return Number.isSafeInteger(told) && told > 0 ? told : 1;
}

/** A row is found again by its event id. */
function placeOf({ event_id: id }: EngineRow): string {
  return id ? `event ${id.slice(0, 64)}` : '';
}
