import { statSync } from 'node:fs';
import { RolecallError } from '../errors.js';
import type { IngestSummary } from '../model/answers.js';
import { isS3 } from '../sources/s3/place.js';
import { ingest } from './ingest.js';
import { together } from './ingest-plan.js';
import type { WatchQuestion } from './watch.js';

/** Does it and keeps what it throws among the errors of the round: null then. */
export type Attempt = <T>(work: () => Promise<T>) => Promise<T | null>;

/**
 * Reads what is new. A source that is gone or closed hides none of the others, but in the first round: that ends with
 * it, and nobody should wait for what the others hold to be told of a wrong name.
 * @param at when the round began, epoch seconds
 * @returns null when there was nothing, or it was stopped
 */
export async function readNew(
  question: WatchQuestion,
  { number, at }: { number: number; at: number },
  attempt: Attempt,
): Promise<IngestSummary | null> {
  const { sources, signal } = question.ingest;
  const read: IngestSummary[] = [];
  const take = async (some: string[]) => {
    const summary = await readFrom(some, question, at);
    if (summary === null) return;
    read.push(summary);
    await attempt(async () => refuseBlind(some, summary));
  };
  for (const group of number === 1 ? [sources] : groupsOf(sources)) {
    if (signal.aborted) break;
    await attempt(async () => {
      try {
        await take(group);
      } catch (error) {
        if (number === 1 || group.length === 1 || !isMissing(error)) throw error;
        for (const source of group) await attempt(() => take([source]));
      }
    });
  }
  return read.length === 0 ? null : read.reduce(sum);
}

/** Files are looked for together, each bucket by itself. */
function groupsOf(sources: readonly string[]): string[][] {
  const files = sources.filter((source) => !isS3(source));
  return [...(files.length > 0 ? [files] : []), ...sources.filter(isS3).map((source) => [source])];
}

/** Null when there was nothing, or it was stopped. */
async function readFrom(
  sources: string[],
  { ingest: what, lookback }: WatchQuestion,
  at: number,
): Promise<IngestSummary | null> {
  try {
    return await ingest({ ...what, sources, now: at, ...(lookback === null ? {} : { from: at - lookback }) });
  } catch (error) {
    if (what.signal.aborted && error === what.signal.reason) return null;
    // A folder that is empty today is filled tomorrow.
    if (error instanceof RolecallError && error.code === 'NO_LOGS_FOUND') return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof RolecallError && error.code === 'NO_SUCH_SOURCE';
}

/**
 * A folder that was named and cannot be entered is not one damaged log among others: nobody sees what is in it.
 * @throws RolecallError NO_SUCH_SOURCE
 */
function refuseBlind(sources: readonly string[], { problems }: IngestSummary): void {
  const blind = problems.find(({ source }) => sources.includes(source) && isFolder(source));
  if (blind !== undefined) throw new RolecallError('NO_SUCH_SOURCE', `${blind.source} ${blind.reason}`);
}

function isFolder(source: string): boolean {
  return statSync(source, { throwIfNoEntry: false })?.isDirectory() === true;
}

function sum(one: IngestSummary, other: IngestSummary): IngestSummary {
  return {
    ...other,
    objects: added(one.objects, other.objects),
    records: added(one.records, other.records),
    sessions: added(one.sessions, other.sessions),
    bytes: one.bytes + other.bytes,
    seconds: one.seconds + other.seconds,
    passedOver: together([one.passedOver, other.passedOver]),
    problems: [...one.problems, ...other.problems],
  };
}

function added<T extends Record<string, number>>(one: T, other: T): T {
  return Object.fromEntries(Object.keys(one).map((key) => [key, one[key]! + other[key]!])) as T;
}
