import type { Finding } from '../model/finding.js';
import type { Session } from '../model/session.js';
import { objectOfEvent, sessionsOfEvent } from '../store/event-detail.js';
import type { Lineage } from './lineage.js';

/** Sessions above the one of a finding that are asked: a juggled role makes a chain of thousands. */
const mostAbove = 50;

/**
 * Event that came late and shows where the session of a finding came from; null when none did. A session that was
 * known from its calls alone has another id once its issuance is known: then the calls tell which it is.
 * @param before row of the last object that had been read when the finding was last confirmed
 */
export function lateLink(lineage: Lineage, finding: Finding, before: number): string | null {
  const { session, evidence, time } = finding;
  if (session === null) return null;
  const [same] = lineage.known([session]);
  const now =
    same === undefined && evidence[0] !== undefined
      ? sessionsOfEvent(lineage.db, evidence[0], time).flatMap((sid) => lineage.session(sid) ?? [])
      : [same];
  for (const one of now) {
    if (one === undefined) continue;
    for (const each of [one, ...above(lineage, one)])
      for (const event of each.link.evidence)
        if ((objectOfEvent(lineage.db, event, each.issuedAt) ?? 0) > before) return event;
  }
  return null;
}

function above(lineage: Lineage, { chain }: Session): Session[] {
  const nearest = chain.slice(-mostAbove - 1, -1);
  const found = new Map(lineage.known(nearest).map((each) => [each.id, each]));
  return nearest.toReversed().flatMap((id) => found.get(id) ?? []);
}
