import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, type Patience, usualPatience } from '../alerts/index.js';
import type { Deliveries, TargetDeliveries } from '../model/delivery.js';
import { countDue } from '../store/deliveries.js';
import { explain, openForReading, openForWriting, type Sqlite } from '../store/open.js';
import { takeTurn } from '../store/turn.js';
import { type Queued, queue } from './deliver-queue.js';
import { deliverTo } from './deliver-target.js';

export interface DeliverQuestion extends Queued {
  /** Path of the store, which keeps what was delivered. */
  db: string;
  /** Each target once. */
  channels: readonly Channel[];
  /** Stops between two deliveries, and between two attempts at one. */
  signal?: AbortSignal;
  patience?: Patience;
  /** Milliseconds to wait for another process that delivers from the same store. */
  turnWithin?: number;
  /** Milliseconds after which nothing more is begun: what is left stays due. Every target is sent one at least. */
  within?: number;
}

/** An ingest may hold the store for the time of a large object. */
const busy = 30_000;

/**
 * Tells every target what it was not told yet: in order of time, targets side by side, each finding at least once
 * and after its arrival never again. What failed, in this run or before, stays due for the next.
 * @throws RolecallError DB_*
 */
export async function deliver(question: DeliverQuestion): Promise<Deliveries> {
  const { db: path, channels, signal, patience = usualPatience, turnWithin = 10_000 } = question;
  const { within = Number.POSITIVE_INFINITY } = question;
  // The other way of opening makes a store where there is none.
  openForReading(path).close();
  const db = openForWriting(path);
  try {
    db.pragma(`busy_timeout = ${busy}`);
    await queue(db, question, channels);
    // Two at once would send the same things.
    const giveBack = await turn(`${path}-alerts`, turnWithin, signal);
    if (giveBack === null) {
      const stopped = isAborted(signal);
      return { targets: channels.map((each) => leftOf(db, each, stopped)), stopped };
    }
    try {
      const how = { patience, end: performance.now() + within, signal };
      const targets = await settled(channels.map((each) => deliverTo(db, each, how)));
      return { targets, stopped: isAborted(signal) };
    } finally {
      giveBack();
    }
  } catch (error) {
    throw explain(path, error);
  } finally {
    db.close();
  }
}

/** All of them, or the first error when none is under way any more: the store is closed after that. */
async function settled(work: Promise<TargetDeliveries>[]): Promise<TargetDeliveries[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

async function turn(
  path: string,
  within: number,
  signal: AbortSignal | undefined,
): Promise<(() => void) | null> {
  const end = performance.now() + within;
  while (!isAborted(signal)) {
    const taken = takeTurn(path);
    if (taken !== null || performance.now() >= end) return taken;
    await sleep(100);
  }
  return null;
}

function leftOf(db: Sqlite, { target }: Channel, stopped: boolean): TargetDeliveries {
  const due = countDue(db, target.hash);
  const problem = {
    reason: 'another rolecall is delivering from this store',
    remedy: 'What is left is sent by that one, or by the next run.',
  };
  return { target: target.label, delivered: 0, due, problem: due === 0 || stopped ? null : problem };
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
