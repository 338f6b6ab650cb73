import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { SourceFilter, SourceObject } from '../sources/discover.js';
import type { S3Options } from '../sources/s3/connect.js';
import { isS3 } from '../sources/s3/place.js';
import { groups } from './ingest-groups.js';
import { type Delivery, Trip } from './ingest-trip.js';

export interface ThreadOptions {
  /** Reading threads; by default one for each processor but the writer's, at most 4: more outrun the writer. */
  threads?: number;
  filter: SourceFilter | null;
  s3?: S3Options;
  /** Tell the hash of each object's content; false when left out. */
  hash?: boolean;
  /** Ends everything at once. */
  stop: AbortSignal;
  /** The module that reads; the built one when left out. */
  worker?: string;
}

// Threads start from JavaScript: run from its source, this module takes the reader that was built from there.
const beside = import.meta.url.endsWith('.ts') ? '../../dist/app/read-worker.js' : './read-worker.js';
const reader = fileURLToPath(new URL(beside, import.meta.url));

/** One to work on and one to go on with: a thread must not wait until the writer has time to give it more. */
const tasksPerThread = 2;

/** A thread that needs more is ended: one hostile object must not take the machine's memory. */
const limits = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 16 };

/**
 * Reads objects on threads and gives what they hold in the order of the objects, whichever thread was faster.
 * Memory stays bounded: threads wait for the one who takes. A thread that dies costs the object that it read.
 * @throws the reason of `stop` once it is given
 * @throws RolecallError what keeps all objects of a source from coming
 */
export async function* readAll(
  objects: readonly SourceObject[],
  options: ThreadOptions,
): AsyncGenerator<Delivery> {
  if (objects.length === 0) return;
  const { filter, stop, worker = reader, s3 = {}, hash = false } = options;
  const how = { filter, s3, hash };
  const threads = Math.min(objects.length, options.threads ?? defaultThreads(objects));
  const pool = poolOf(worker, threads);
  const tasks = groups(objects, threads);
  const ahead: Trip[] = [];
  // Its own pool: the threads of the other may all be waiting for what has to be read again first.
  let rescue: Piscina | null = null;
  try {
    for (;;) {
      while (ahead.length <= threads * tasksPerThread) {
        const task = tasks.next();
        if (task.done) break;
        ahead.push(new Trip(pool, task.value, how));
      }
      const trip = ahead.shift();
      if (!trip) return;
      yield* trip.deliveries(stop);
      for (const object of trip.lost) {
        rescue ??= poolOf(worker, 1);
        yield* new Trip(rescue, [object], how, true).deliveries(stop);
      }
    }
  } finally {
    await Promise.all([pool.destroy(), rescue?.destroy()]);
  }
}

/** Asking S3 for an object takes longer than writing what it holds: then the writer's processor is free, too. */
function defaultThreads([first]: readonly SourceObject[]): number {
  const processors = availableParallelism();
  return Math.max(1, Math.min(4, first !== undefined && isS3(first.path) ? processors : processors - 1));
}

function poolOf(filename: string, threads: number): Piscina {
  return new Piscina({
    filename,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: tasksPerThread,
    // The task that the writer waits for must never stand behind one that waits for the writer.
    stricterFIFO: true,
    resourceLimits: limits,
  });
}
