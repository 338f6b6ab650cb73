import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { RolecallError } from '../errors.js';
import type { IngestSummary } from '../model/answers.js';
import type { DigestSummary } from '../model/digest.js';
import type { DigestFolder, Discovery, SourceFilter, SourceObject } from '../sources/discover.js';
import { list, type S3Options } from '../sources/list.js';
import { explain, openForWriting, type Sqlite } from '../store/open.js';
import { type DigestKeys, readDigestKeys, verifyDigests } from './digests.js';
import { filterOf, markedEtag } from './ingest-filter.js';
import { found, listedAt, rememberWalks, together, unread } from './ingest-plan.js';
import { type IngestProgress, ProgressTeller } from './ingest-progress.js';
import { Recorder } from './ingest-record.js';
import { readStdin } from './ingest-stdin.js';
import { Stop } from './ingest-stop.js';
import { readAll } from './ingest-threads.js';
import { SeenLogs } from './seen-logs.js';

export type { IngestProgress, S3Options };

/** The filter's `from` and `to` are epoch seconds; records outside it are neither read nor rejected. */
export interface IngestQuestion extends SourceFilter {
  /** Path of the store; made when it is not there. */
  db: string;
  /** Files, folders, globs and `s3://bucket/prefix`; `-` is `stdin`. */
  sources: string[];
  stdin?: Readable;
  s3?: S3Options;
  /**
   * Seconds for which logs may come late: a folder of a bucket that was looked through before is listed again only
   * from so long before that. Two days when left out; `Infinity` lists everything again.
   */
  settle?: number;
  /** Check CloudTrail's digests; `keys` are files with its public keys, null asks CloudTrail for them. */
  digests?: { keys: readonly string[] | null };
  /** What time it is, epoch seconds. */
  now?: number;
  /** Reading threads beside the one that writes. */
  threads?: number;
  /** Stops between two objects; one that takes longer than a moment is taken back. */
  signal?: AbortSignal;
  onProgress?: (progress: IngestProgress) => void;
}

/**
 * An object of more packed bytes has a transaction of its own: stopping inside it costs no other. Smaller ones come
 * from S3 in one piece or not at all.
 */
const largeBytes = 8 * 1024 * 1024;

const twoDays = 172_800;

/**
 * Reads what is new in the sources into the store: each object and its records in one transaction, so that the
 * process may end at any moment and the next run goes on from there. What cannot be read is among the problems of
 * the summary and is tried again by every run.
 *
 * @throws RolecallError `NO_SUCH_SOURCE`, `NO_LOGS_FOUND`, `SOURCE_NOT_SUPPORTED`, `AWS_*`, `S3_*`, `DIGEST_KEYS`, `DB_*`
 * @throws the signal's reason when it was stopped: whole objects read before are in the store
 */
export async function ingest(question: IngestQuestion): Promise<IngestSummary> {
  const progress = new ProgressTeller(question.onProgress);
  progress.phase('listing');
  const filter = filterOf(question);
  const paths = question.sources.filter((source) => source !== '-');
  const stdin = stdinOf(question, paths);
  const files = question.digests?.keys ?? null;
  const keys = files === null ? null : new Map(files.flatMap((file) => [...readDigestKeys(file)]));
  let db = existsSync(question.db) ? openForWriting(question.db) : null;
  try {
    const began = question.now ?? Math.floor(Date.now() / 1000);
    const listing = listingOf(paths, filter, question, began, () => db);
    // A source that is not there makes no store.
    const first = await listing.next();
    db ??= openForWriting(question.db);
    const run = { db, filter, progress, recorder: new Recorder(db), began, keys };
    const seen = await readInto(run, { first, listing, stdin }, question);
    const summary = run.recorder.summary();
    return {
      ...summary,
      objects: { ...summary.objects, seen: seen.objects, skipped: seen.skipped },
      seconds: progress.seconds,
      passedOver: seen.passedOver,
      digests: seen.digests,
      engine: null,
    };
  } catch (error) {
    throw explain(question.db, error);
  } finally {
    db?.close();
  }
}

function stdinOf({ sources, stdin }: IngestQuestion, paths: string[]): Readable | null {
  if (sources.length === 0) throw new RolecallError('NO_SUCH_SOURCE', 'no source was named');
  if (paths.length === sources.length) return null;
  if (stdin === undefined)
    throw new RolecallError('NO_SUCH_SOURCE', 'standard input is not there to be read');
  return stdin;
}

async function* listingOf(
  paths: string[],
  filter: SourceFilter | null,
  { s3 = {}, settle = twoDays, digests, signal }: IngestQuestion,
  now: number,
  store: () => Sqlite | null,
): AsyncGenerator<Discovery> {
  if (paths.length === 0) return;
  const known = (folder: string) => {
    const db = store();
    return db === null ? null : listedAt(db, filter)(folder);
  };
  // Digests tell of every log of the window: all of them have to be listed.
  const options =
    digests === undefined
      ? { s3, now, digests: false, settle, listedAt: known }
      : { s3, now, digests: true, settle };
  yield* found(list(paths, filter ?? {}, options), paths, signal ?? new AbortController().signal);
}

interface Run {
  db: Sqlite;
  filter: SourceFilter | null;
  progress: ProgressTeller;
  recorder: Recorder;
  /** Epoch seconds. */
  began: number;
  /** To check digests with; null where none were given. */
  keys: DigestKeys | null;
}

interface Sources {
  first: IteratorResult<Discovery>;
  listing: AsyncGenerator<Discovery>;
  stdin: Readable | null;
}

interface Seen {
  objects: number;
  skipped: number;
  passedOver: Record<string, number>;
  digests: DigestSummary | null;
}

/** @throws what made it end early; whole objects are committed, the rest is taken back. */
async function readInto(run: Run, sources: Sources, question: IngestQuestion): Promise<Seen> {
  const { recorder, progress } = run;
  const { stdin } = sources;
  const stop = new Stop(question.signal, recorder);
  try {
    const seen = await readListed(run, sources, question, stop);
    if (stdin !== null) {
      progress.expect([], 1);
      recorder.commit();
      await readStdin(run.db, stdin, recorder, { filter: run.filter, stop: stop.now, progress });
      seen.objects++;
    }
    progress.phase('linking');
    recorder.commit();
    return seen;
  } catch (error) {
    // What ended it was outside the store: the objects before are whole.
    if (!recorder.isOpen && (stop.is(error) || error instanceof RolecallError)) recorder.commit();
    else recorder.rollback();
    throw error;
  } finally {
    stop.done();
  }
}

async function readListed(
  run: Run,
  { first, listing }: Sources,
  question: IngestQuestion,
  stop: Stop,
): Promise<Seen> {
  const seen: Seen = { objects: 0, skipped: 0, passedOver: {}, digests: null };
  const hash = question.digests !== undefined;
  const logs = new SeenLogs(run.db);
  const folders: DigestFolder[] = [];
  const walked = new Set<string>();
  const failed: string[] = [];
  for (let batch = first; !batch.done; batch = await listing.next()) {
    const { objects, problems, passedOver } = batch.value;
    const todo = unread(run.db, objects, run.filter, { hash });
    seen.objects += objects.length;
    seen.skipped += objects.length - todo.length;
    seen.passedOver = together([seen.passedOver, passedOver]);
    for (const folder of batch.value.walked) walked.add(folder);
    run.recorder.note(problems);
    run.progress.expect(todo);
    const lost = await readObjects(run, todo, question, stop);
    failed.push(...lost.failed, ...lost.damaged);
    folders.push(...batch.value.digestFolders);
    if (hash)
      logs.add(
        objects.map(({ path }) => path),
        lost.failed,
      );
  }
  run.recorder.commit();
  const whole = [...walked].filter((folder) => !failed.some((path) => path.startsWith(folder)));
  rememberWalks(run.db, whole, run.filter, run.began);
  if (question.digests !== undefined) {
    const { s3 = {}, signal } = question;
    const asked = { folders, filter: run.filter, s3, keys: run.keys, logs, now: run.began, signal };
    seen.digests = await verifyDigests(run.db, asked);
  }
  return seen;
}

/** @returns paths of those that could not be had, and of those that could not be read completely. */
async function readObjects(
  { recorder, progress, filter }: Run,
  todo: SourceObject[],
  { threads, s3 = {}, digests }: IngestQuestion,
  stop: Stop,
): Promise<{ failed: string[]; damaged: string[] }> {
  const failed: string[] = [];
  const damaged: string[] = [];
  const options = {
    filter,
    s3,
    hash: digests !== undefined,
    stop: stop.now,
    ...(threads === undefined ? {} : { threads }),
  };
  for await (const { object, batch, result, failure } of readAll(todo, options)) {
    if (failure !== null) {
      recorder.drop({ source: object.name, at: '', reason: failure });
      failed.push(object.path);
      continue;
    }
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
    if (!result.complete) damaged.push(object.path);
    progress.finished(object.size);
    recorder.commitWhenDue();
    stop.betweenObjects();
  }
  return { failed, damaged };
}
