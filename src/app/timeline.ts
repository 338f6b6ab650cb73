import type { ChainAnswer, TimelineEntry } from '../model/answers.js';
import type { Sqlite } from '../store/open.js';
import { sessionIdAt } from '../store/select-sessions.js';
import { callsOf } from '../store/session-calls.js';

/**
 * Calls of some sessions by time, equal ones in a row folded into one entry. Where there are more than `limit`,
 * issuances, changes and failures stay before reads that succeeded, and early before late.
 * @param sessions row number → id
 */
export function timeline(
  store: Sqlite,
  sessions: ReadonlyMap<number, string>,
  limit: number,
): Pick<ChainAnswer, 'timeline' | 'timelineOmitted'> {
  const telling: TimelineEntry[] = [];
  const reading: TimelineEntry[] = [];
  let omitted = 0;
  let last: TimelineEntry | null = null;
  for (const { session, issued, readOnly, calls, ...call } of callsOf(store, [...sessions.keys()])) {
    const entry: TimelineEntry = {
      time: call.time,
      sessionId: sessions.get(session)!,
      eventId: call.eventId,
      eventSource: call.eventSource,
      eventName: call.eventName,
      region: call.region,
      accountId: call.accountId,
      errorCode: call.errorCode,
      sourceIp: call.sourceIp,
      count: calls,
      issued: issued === null ? null : (sessions.get(issued) ?? sessionIdAt(store, issued)),
    };
    if (last !== null && sameCall(last, entry)) {
      last.count += calls;
      continue;
    }
    last = entry;
    const list = issued === null && call.errorCode === null && readOnly === true ? reading : telling;
    if (list.length < limit) list.push(entry);
    else omitted++;
  }
  const kept = [...telling, ...reading.slice(0, limit - telling.length)];
  return {
    timeline: kept.sort((a, b) => a.time - b.time || (a.eventId < b.eventId ? -1 : 1)),
    timelineOmitted: omitted + telling.length + reading.length - kept.length,
  };
}

function sameCall(a: TimelineEntry, b: TimelineEntry): boolean {
  return (
    a.issued === null &&
    b.issued === null &&
    a.sessionId === b.sessionId &&
    a.eventSource === b.eventSource &&
    a.eventName === b.eventName &&
    a.region === b.region &&
    a.accountId === b.accountId &&
    a.errorCode === b.errorCode &&
    a.sourceIp === b.sourceIp
  );
}
