import type { Coverage } from '../model/answers.js';
import { type Told, toldWithin } from '../store/digests.js';
import type { Sqlite } from '../store/open.js';

const hourSeconds = 3_600;

/**
 * CloudTrail delivers within about a quarter of an hour: an hour is complete when the digests behind it agree, too.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html
 */
const lateness = 900;

/**
 * Hours of the window all of whose logs are here, by account and region, as one trail's digests prove and no digest
 * of another denies.
 */
export function provenHours(store: Sqlite, window: { from: number; to: number }): Coverage['proven'] {
  const first = window.from - (window.from % hourSeconds);
  const proven: Coverage['proven'] = [];
  for (const told of places(toldWithin(store, first, window.to + hourSeconds + lateness))) {
    const { account: accountId, region } = told[0]!;
    const denied = hoursDenied(told, first, window.to);
    const hours = new Set<number>();
    for (const chain of chains(told.filter((each) => each.proven)))
      for (const hour of hoursOf(chain))
        if (hour >= first && hour < window.to && !denied.has(hour)) hours.add(hour);
    if (hours.size > 0) proven.push({ accountId, region, hours: [...hours].sort((a, b) => a - b) });
  }
  return proven;
}

function places(all: readonly Told[]): Iterable<Told[]> {
  return groups(all, ({ account, region }) => `${account} ${region}`);
}

function groups(all: readonly Told[], by: (told: Told) => string): Iterable<Told[]> {
  const found = new Map<string, Told[]>();
  for (const told of all) {
    const name = by(told);
    const group = found.get(name);
    if (group === undefined) found.set(name, [told]);
    else group.push(told);
  }
  return found.values();
}

/** Digests that follow each other without a hole. */
function* chains(proven: readonly Told[]): Generator<Told[]> {
  let chain: Told[] = [];
  for (const told of proven) {
    const last = chain.at(-1);
    const follows = last?.trail === told.trail && told.start <= last.end;
    if (!follows && last !== undefined) {
      yield chain;
      chain = [];
    }
    chain.push(told);
  }
  if (chain.length > 0) yield chain;
}

function* hoursOf(chain: readonly Told[]): Generator<number> {
  const [start, end] = [chain[0]!.start, chain.at(-1)!.end];
  for (
    let hour = Math.ceil(start / hourSeconds) * hourSeconds;
    hour + hourSeconds + lateness <= end;
    hour += hourSeconds
  )
    yield hour;
}

/** Hours of `[from, to)` of which a log lacks, or records were left out: copies of one digest make up for each other. */
function hoursDenied(told: readonly Told[], from: number, to: number): Set<number> {
  const denied = new Set<number>();
  for (const copies of groups(told, ({ trail, start, end }) => `${trail} ${start} ${end}`)) {
    const { start, end } = copies[0]!;
    const first = start - lateness - hourSeconds;
    for (
      let hour = Math.max(from, (Math.floor(first / hourSeconds) + 1) * hourSeconds);
      hour < Math.min(to, end);
      hour += hourSeconds
    )
      if (!isComplete(copies, hour)) denied.add(hour);
  }
  return denied;
}

function isComplete(copies: readonly Told[], hour: number): boolean {
  const kept = copies.filter(({ since, until }) => since <= hour && hour + hourSeconds <= until);
  if (kept.some(({ proven }) => proven)) return true;
  return kept.length === copies.length && copies.every(({ wrong }) => !wrong);
}
