import pLimit from 'p-limit';
import { RolecallError } from '../errors.js';
import { dayOf } from '../model/day.js';
import type { DigestSummary } from '../model/digest.js';
import { mostBytes, nameHere, readDigest, readPublicKeys } from '../parse/digest.js';
import { type FoundDigest, judgeDigest, type LogHash } from '../parse/digest-chain.js';
import { digestBytes } from '../sources/digest-bytes.js';
import type { DigestFolder, SourceFilter, SourceObject } from '../sources/discover.js';
import { type DigestPlace, digestPlaceOf, timeOfName } from '../sources/layout.js';
import type { S3Options } from '../sources/list.js';
import { publicKeys } from '../sources/public-keys.js';
import { type DigestRow, writeDigests } from '../store/digests.js';
import type { Sqlite } from '../store/open.js';
import { readBounded } from './read-bounded.js';
import { decoded } from './read-text.js';
import type { SeenLogs } from './seen-logs.js';

export interface DigestQuestion {
  folders: readonly DigestFolder[];
  filter: SourceFilter | null;
  s3: S3Options;
  /** Fingerprint → DER; null asks CloudTrail itself. */
  keys: DigestKeys | null;
  /** The logs that were listed and read in this run. */
  logs: SeenLogs;
  /** Epoch seconds. */
  now: number;
  signal?: AbortSignal | undefined;
}

/** A list of public keys has a few hundred bytes for each. */
const mostKeyBytes = 16 * 1024 * 1024;

/** Digests fetched ahead. */
const atOnce = 16;

const hourSeconds = 3_600;
const daySeconds = 86_400;
/** Two hours: an hour's digest may come up to so long after it. */
const lateness = 7_200;

export type DigestKeys = ReadonlyMap<string, Uint8Array>;
type Placed = FoundDigest & { place: DigestPlace; end: number };

/**
 * Judges the digests of the folders, one chain after the other, and keeps in the store what they prove and what is
 * wrong.
 * @throws RolecallError DIGEST_KEYS, AWS_*, S3_*
 */
export async function verifyDigests(db: Sqlite, question: DigestQuestion): Promise<DigestSummary> {
  const summary: DigestSummary = { verified: 0, unproven: 0, problems: [] };
  const told = new Set<string>();
  for (const folder of question.folders) {
    for (const chain of chainsOf(await folder.list())) {
      const { account, region } = digestPlaceOf(chain[0]!.path)!;
      told.add(`${account} ${region}`);
      const keys = question.keys ?? (await keysFor(chain, question.s3));
      for await (const { state, row } of judged(chain, keys, question)) {
        writeDigests(db, [row]);
        if (state === 'proven') summary.verified++;
        if (state === 'unproven') summary.unproven++;
        summary.problems.push(...row.problems);
      }
    }
  }
  summary.problems.push(...untold(told, question));
  return summary;
}

/** Logs of which no digest tells at all, although the first of them is old enough for one. */
function untold(told: ReadonlySet<string>, { logs, now }: DigestQuestion): DigestSummary['problems'] {
  return [...logs.digestFolders]
    .filter(
      ([, { account, region }]) => !told.has(`${account} ${region}`) && !(account === null && told.size > 0),
    )
    .filter(([, { oldest }]) => oldest + hourSeconds + lateness < now)
    .map(([key]): DigestSummary['problems'][number] => ({ key, reason: 'gap' }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Digests of one trail belong to one chain. */
function chainsOf(digests: readonly SourceObject[]): SourceObject[][] {
  const chains = new Map<string, SourceObject[]>();
  for (const digest of digests) {
    const { trail, home } = digestPlaceOf(digest.path)!;
    const chain = chains.get(`${home}/${trail}`);
    if (chain === undefined) chains.set(`${home}/${trail}`, [digest]);
    else chain.push(digest);
  }
  return [...chains.values()];
}

async function* judged(
  chain: readonly SourceObject[],
  keys: DigestKeys,
  question: DigestQuestion,
): AsyncGenerator<{ state: string; row: DigestRow }> {
  const { filter, logs, signal } = question;
  const firstDay = filter?.from === undefined ? null : dayOf(filter.from - daySeconds);
  let before: Placed | null = null;
  for await (const [found, after] of withNext(fetched(chain, question.s3))) {
    signal?.throwIfAborted();
    // Where the listing begins inside a chain, nobody looked for the one before.
    const beforeWasListed = (name: string) =>
      before !== null || (firstDay !== null && (digestPlaceOf(name)?.day ?? '') >= firstDay);
    const early = after === null && endsEarly(found, question);
    if (isAsked(found, filter) || endsHole(found, before, filter) || early) {
      const around = { before, after, beforeWasListed };
      const { state, signed, problems } = judgeDigest(found, around, keys, (name) =>
        logHash(name, found, question),
      );
      if (early) problems.push({ key: found.name, reason: 'gap' });
      yield { state, row: { ...described(found, signed, logs), proven: state === 'proven', problems } };
    }
    before = found;
  }
}

/** A log that came after the listing began is not missing: it could not be in the list. */
function logHash(name: string, { end }: Placed, { logs, now }: DigestQuestion): ReturnType<LogHash> {
  return logs.hashOf(name) ?? (end > now ? { hash: null, whole: false } : undefined);
}

/** Whether it tells of the window asked for. */
function isAsked({ end, digest }: Placed, filter: SourceFilter | null): boolean {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = filter ?? {};
  return end > from && (digest?.start ?? end - hourSeconds) < to;
}

/** Whether the window reaches into a hole before it: where all of the window is in one, no digest tells of it. */
function endsHole({ digest }: Placed, before: Placed | null, filter: SourceFilter | null): boolean {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = filter ?? {};
  const since = before?.end ?? Number.NEGATIVE_INFINITY;
  return digest !== null && digest.start > Math.max(since, from) && since < to;
}

/** Whether the chain ends although the window goes on: one that only begins somewhere goes on until now. */
function endsEarly({ end, digest }: Placed, { filter, now }: DigestQuestion): boolean {
  const { from, to = from === undefined ? end : now } = filter ?? {};
  if (end >= Math.min(to, now - lateness)) return false;
  // Of a day that was not listed, its logs were not either.
  const start = digest?.start ?? end - hourSeconds;
  return from === undefined || dayOf(start) >= dayOf(from - daySeconds);
}

function described({ name, digest, place, end }: Placed, signed: boolean, logs: SeenLogs) {
  const names = (digest?.logs ?? []).flatMap(({ object }) => nameHere(name, digest!.object, object) ?? []);
  const { account, region, trail, home } = place;
  const told = timeOfName(place);
  // One that nobody signed may say what it likes: it is of the hour in its name.
  const period =
    signed && digest !== null ? { start: digest.start, end } : { start: told - hourSeconds, end: told };
  return { name, account, region, trail: `${home}/${trail}`, ...period, ...logs.windowKept(names) };
}

/** The digests of a chain in its order, some of them asked for ahead. */
async function* fetched(chain: readonly SourceObject[], s3: S3Options): AsyncGenerator<Placed> {
  const limit = pLimit(atOnce);
  const ahead: Promise<Placed>[] = [];
  for (let next = 0; next < chain.length || ahead.length > 0; ) {
    for (; next < chain.length && ahead.length < atOnce; next++) {
      const object = chain[next]!;
      const digest = limit(() => read(object, s3));
      digest.catch(() => {});
      ahead.push(digest);
    }
    yield await ahead.shift()!;
  }
}

async function read(object: SourceObject, s3: S3Options): Promise<Placed> {
  const name = object.path.replaceAll('\\', '/');
  const place = digestPlaceOf(name)!;
  const told = { name, place, end: timeOfName(place) };
  const nothing = { ...told, digest: null, signature: null };
  if (object.size > mostBytes) return { ...nothing, had: true };
  try {
    const { bytes, signature } = await digestBytes(object, s3);
    const digest = readDigest(bytes);
    return { ...told, digest, signature, had: true, end: digest?.end ?? told.end };
  } catch (error) {
    if (error instanceof RolecallError) throw error;
    return { ...nothing, had: false };
  }
}

/** Each with the one after it. */
async function* withNext<T>(all: AsyncIterable<T>): AsyncGenerator<[T, T | null]> {
  let held: T | null = null;
  for await (const each of all) {
    if (held !== null) yield [held, each];
    held = each;
  }
  if (held !== null) yield [held, null];
}

/**
 * Reads what `aws cloudtrail list-public-keys` told.
 * @throws RolecallError DIGEST_KEYS
 */
export function readDigestKeys(path: string): DigestKeys {
  let text: string;
  try {
    text = decoded(readBounded(path, mostKeyBytes).bytes);
  } catch (error) {
    throw new RolecallError('DIGEST_KEYS', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const keys = readPublicKeys(text);
  if (keys === null) throw new RolecallError('DIGEST_KEYS', `${path} holds no list of public keys`);
  return keys;
}

/** Keys differ by region: a digest is signed where its logs are, or where the trail is at home. */
async function keysFor(chain: readonly SourceObject[], s3: S3Options): Promise<DigestKeys> {
  const { region, home } = digestPlaceOf(chain[0]!.path)!;
  const times = chain.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / 1000);
  const keys = new Map<string, Uint8Array>();
  for (const each of new Set([region, home])) {
    const told = await publicKeys(each, times[0]! - daySeconds, times.at(-1)! + 2 * daySeconds, s3);
    for (const [fingerprint, key] of told) keys.set(fingerprint, key);
  }
  return keys;
}
