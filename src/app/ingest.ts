import type { Readable } from 'node:stream';
import { RolecallError } from '../errors.js';
import type { IngestSummary } from '../model/answers.js';
import type { Discovery, SourceFilter, SourceObject } from '../sources/discover.js';
import { explain, openForWriting, type Sqlite } from '../store/open.js';
import { filterOf, markedEtag } from './ingest-filter.js';
import { listed, unread } from './ingest-plan.js';
import { type IngestProgress, ProgressTeller } from './ingest-progress.js';
import { Recorder } from './ingest-record.js';
import { readStdin } from './ingest-stdin.js';
import { Stop } from './ingest-stop.js';
import { readAll } from './ingest-threads.js';

export type { IngestProgress };

/** The filter's `from` and `to` are epoch seconds; records outside it are neither read nor rejected. */
export interface IngestQuestion extends SourceFilter {
  /** Path of the store; made when it is not there. */
  db: string;
  /** Files, folders and globs; `-` is `stdin`. */
  sources: string[];
  stdin?: Readable;
  /** Reading threads beside the one that writes. */
  threads?: number;
  /** Stops between two objects; one that takes longer than a moment is taken back. */
  signal?: AbortSignal;
  onProgress?: (progress: IngestProgress) => void;
}

/** An object of more packed bytes has a transaction of its own: stopping inside it costs no other. */
const largeBytes = 8 * 1024 * 1024;

const nothing: Discovery = { objects: [], passedOver: {}, problems: [] };

/**
 * Reads what is new in the sources into the store: each object and its records in one transaction, so that the
 * process may end at any moment and the next run goes on from there. What cannot be read is among the problems of
 * the summary and is tried again by every run.
 *
 * @throws RolecallError `NO_SUCH_SOURCE`, `NO_LOGS_FOUND`, `SOURCE_NOT_SUPPORTED`, `DB_*`
 * @throws the signal's reason when it was stopped: whole objects read before are in the store
 */
export async function ingest(question: IngestQuestion): Promise<IngestSummary> {
  const progress = new ProgressTeller(question.onProgress);
  progress.phase('listing');
  const filter = filterOf(question);
  const paths = question.sources.filter((source) => source !== '-');
  const stdin = stdinOf(question, paths);
  const found = paths.length === 0 ? nothing : await listed(paths, filter);
  question.signal?.throwIfAborted();
  const db = openForWriting(question.db);
  try {
    const todo = unread(db, found.objects, filter);
    progress.expect(todo, stdin === null ? 0 : 1);
    const run = { db, filter, progress, recorder: new Recorder(db) };
    run.recorder.note(found.problems);
    await readInto(run, todo, stdin, question);
    const summary = run.recorder.summary();
    const seen = found.objects.length + (stdin === null ? 0 : 1);
    return {
      ...summary,
      objects: { ...summary.objects, seen, skipped: found.objects.length - todo.length },
      seconds: progress.seconds,
      passedOver: found.passedOver,
    };
  } catch (error) {
    throw explain(question.db, error);
  } finally {
    db.close();
  }
}

function stdinOf({ sources, stdin }: IngestQuestion, paths: string[]): Readable | null {
  if (sources.length === 0) throw new RolecallError('NO_SUCH_SOURCE', 'no source was named');
  if (paths.length === sources.length) return null;
  if (stdin === undefined)
    throw new RolecallError('NO_SUCH_SOURCE', 'standard input is not there to be read');
  return stdin;
}

interface Run {
  db: Sqlite;
  filter: SourceFilter | null;
  progress: ProgressTeller;
  recorder: Recorder;
}

/** @throws what made it end early; whole objects are committed, the rest is taken back. */
async function readInto(
  run: Run,
  todo: SourceObject[],
  stdin: Readable | null,
  question: IngestQuestion,
): Promise<void> {
  const { recorder, progress } = run;
  const stop = new Stop(question.signal, recorder);
  try {
    await readObjects(run, todo, question.threads, stop);
    if (stdin !== null) {
      recorder.commit();
      await readStdin(run.db, stdin, recorder, { filter: run.filter, stop: stop.now, progress });
    }
    progress.phase('linking');
    recorder.commit();
  } catch (error) {
    if (stop.is(error) && !recorder.isOpen) recorder.commit();
    else recorder.rollback();
    throw error;
  } finally {
    stop.done();
  }
}

async function readObjects(
  { recorder, progress, filter }: Run,
  todo: SourceObject[],
  threads: number | undefined,
  stop: Stop,
): Promise<void> {
  const options = { filter, stop: stop.now, ...(threads === undefined ? {} : { threads }) };
  for await (const { object, batch, result } of readAll(todo, options)) {
    if (!recorder.isOpen) {
      if (object.size > largeBytes) recorder.commit();
      recorder.begin(object.path, markedEtag(object.etag, filter));
    }
    if (batch !== null) {
      recorder.add(batch);
      progress.took(batch.length);
      continue;
    }
    recorder.finish(result);
    progress.finished(object.size);
    recorder.commitWhenDue();
    stop.betweenObjects();
  }
}
