import type { Coverage } from '../model/answers.js';
import { type Proven, provenWithin } from '../store/digests.js';
import type { Sqlite } from '../store/open.js';

const hourSeconds = 3_600;

/**
 * CloudTrail delivers within about a quarter of an hour: an hour is complete when the digests behind it agree, too.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html
 */
const lateness = 900;

/** Hours of the window all of whose logs are here, by account and region, as one trail's digests prove. */
export function provenHours(store: Sqlite, window: { from: number; to: number }): Coverage['proven'] {
  const first = window.from - (window.from % hourSeconds);
  const places = new Map<string, { accountId: string; region: string; hours: Set<number> }>();
  for (const chain of chains(provenWithin(store, first, window.to + hourSeconds + lateness))) {
    const { account: accountId, region } = chain[0]!;
    const place = places.get(`${accountId} ${region}`) ?? { accountId, region, hours: new Set<number>() };
    for (const hour of hoursOf(chain)) if (hour >= first && hour < window.to) place.hours.add(hour);
    if (place.hours.size > 0) places.set(`${accountId} ${region}`, place);
  }
  return [...places.values()].map(({ hours, ...place }) => ({
    ...place,
    hours: [...hours].sort((a, b) => a - b),
  }));
}

/** Digests that follow each other without a hole. */
function* chains(rows: readonly Proven[]): Generator<Proven[]> {
  let chain: Proven[] = [];
  for (const row of rows) {
    const last = chain.at(-1);
    const follows =
      last?.account === row.account &&
      last.region === row.region &&
      last.trail === row.trail &&
      row.start <= last.end;
    if (!follows && last !== undefined) {
      yield chain;
      chain = [];
    }
    chain.push(row);
  }
  if (chain.length > 0) yield chain;
}

function* hoursOf(chain: readonly Proven[]): Generator<number> {
  const [start, end] = [chain[0]!.start, chain.at(-1)!.end];
  let at = 0;
  for (
    let hour = Math.ceil(start / hourSeconds) * hourSeconds;
    hour + hourSeconds + lateness <= end;
    hour += hourSeconds
  ) {
    while (chain[at]!.end <= hour) at++;
    if (isKept(chain, at, hour)) yield hour;
  }
}

/** Whether no filter left out records of the hour in a log that may hold some. */
function isKept(chain: readonly Proven[], from: number, hour: number): boolean {
  for (let at = from; at < chain.length && chain[at]!.start < hour + hourSeconds + lateness; at++) {
    const { since, until } = chain[at]!;
    if (since > hour || until < hour + hourSeconds) return false;
  }
  return true;
}
