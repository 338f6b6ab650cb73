import { randomUUID } from 'node:crypto';
import { type Channel, Undelivered } from '../alerts/index.js';
import type { Deliveries, TargetDeliveries } from '../model/delivery.js';
import type { Finding } from '../model/finding.js';

/**
 * Sends every target a made finding that says so, with one attempt each and past the ledger.
 * @param now epoch seconds
 */
export async function testAlerts(channels: readonly Channel[], now: number): Promise<Deliveries> {
  const targets = await Promise.all(channels.map((channel) => tryOut(channel, now)));
  return { targets, stopped: false };
}

async function tryOut({ target, payload, send }: Channel, now: number): Promise<TargetDeliveries> {
  try {
    await send(payload(madeFinding(now)), { id: `test-${randomUUID()}`, number: 1 });
    return { target: target.label, delivered: 1, due: 0, problem: null };
  } catch (error) {
    if (!(error instanceof Undelivered)) throw error;
    return {
      target: target.label,
      delivered: 0,
      due: 0,
      problem: { reason: error.message, remedy: error.remedy },
    };
  }
}

function madeFinding(now: number): Finding {
  return {
    id: 'test',
    detector: 'alert-test',
    severity: 'info',
    title: 'This is a test of rolecall alerts: nothing happened',
    detail: ['Somebody ran `rolecall alert-test` to see whether alerts arrive here.'],
    session: null,
    sessions: 0,
    origin: null,
    accountId: null,
    roleArn: null,
    depth: null,
    time: now,
    last: now,
    evidence: [],
    kept: null,
    fingerprint: 'test',
  };
}
