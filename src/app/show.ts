import { RolecallError } from '../errors.js';
import type { ShowAnswer } from '../model/answers.js';
import type { Session } from '../model/session.js';
import type { S3Options } from '../sources/list.js';
import { type EventFound, eventsById, hasSums } from '../store/event-detail.js';
import { issuedBy } from '../store/find-sessions.js';
import type { Sqlite } from '../store/open.js';
import * as select from '../store/select-sessions.js';
import { actionsOf } from '../store/session-calls.js';
import { Lineage } from './lineage.js';
import { cameFromAthena, type RawAthena, rawFromAthena } from './raw-athena.js';
import { rawRecord } from './raw-record.js';
import { eventNamed, isEventId, isKey, sessionNamed, unknownId } from './resolve.js';

/** How to read a record again from where it came. */
interface Raw {
  s3?: S3Options;
  athena?: RawAthena;
}

/** Sessions on a page that lists them. */
const listed = 100;

/**
 * One page about a session (id, unique prefix, `latest`), an access key, an event id, a principal id, or the ARN of a
 * role, role session or user.
 * @param o.raw read the event's record again from where it was ingested
 * @param o.s3 how to reach S3, should it have been there
 * @param o.athena how to ask Athena, should it have come from there
 * @throws RolecallError ID_UNKNOWN, ID_AMBIGUOUS, RAW_UNAVAILABLE, USAGE, AWS_*, S3_*, ATHENA_*
 */
export async function show(
  store: Sqlite,
  id: string,
  { raw, s3 = {}, athena = { options: {}, onCost: () => {} } }: Raw & { raw: boolean },
): Promise<ShowAnswer> {
  const lineage = new Lineage(store);
  if (isEventId(id)) return eventAnswer(lineage, id, raw ? { s3, athena } : null);
  if (raw) {
    const named = eventNamed(store, id);
    if (named !== null) return eventAnswer(lineage, named, { s3, athena });
    throw new RolecallError(
      'USAGE',
      `--raw shows the record of an event, and ${JSON.stringify(id)} is the id of none here`,
    );
  }
  if (isKey(id)) return keyAnswer(lineage, id);
  const many = listOf(store, id);
  if (many !== null)
    return many.rows.length === 0 ? unknownId(id) : listAnswer(lineage, many.what, many.rows);
  const sid = sessionNamed(store, id);
  if (sid !== null) return sessionAnswer(lineage, sid);
  const named = eventNamed(store, id);
  return named === null ? unknownId(id) : eventAnswer(lineage, named, null);
}

function keyAnswer(lineage: Lineage, key: string): ShowAnswer {
  const own = select.sessionsByKey(lineage.db, key);
  if (own.length === 1) return sessionAnswer(lineage, own[0]!);
  if (own.length > 1) return listAnswer(lineage, `sessions with access key ${key}`, own);
  const issued = select.sessionsIssuedTo(lineage.db, { key });
  if (issued.length === 0) return unknownId(key);
  return listAnswer(lineage, `sessions that access key ${key} obtained`, issued);
}

/** Sessions behind a principal id or an ARN; null when the text is neither. */
function listOf(store: Sqlite, id: string): { what: string; rows: number[] } | null {
  if (/^AROA[A-Z0-9]+(?::.+)?$/.test(id))
    return { what: `sessions of principal ${id}`, rows: select.sessionsByPrincipal(store, id) };
  if (/^AIDA[A-Z0-9]+$/.test(id))
    return {
      what: `sessions obtained by user ${id}`,
      rows: select.sessionsIssuedTo(store, { principal: id }),
    };
  const arn = /^arn:[^:]*:(?:iam|sts)::\d{12}:(?:role|assumed-role)\/(.+)$/.exec(id);
  if (arn === null) return null;
  const session = id.includes(':assumed-role/') ? /^([^/]+)\/(.+)$/.exec(arn[1]!) : null;
  const account = id.split(':')[4]!;
  const issuers = select
    .roles(store)
    .filter((role) =>
      session === null
        ? role.arn === id
        : role.arn.split(':')[4] === account && role.arn.endsWith(`/${session[1]}`),
    )
    .map((role) => role.id);
  const rows = select.selectSessions(store, { issuers, accounts: null, window: null, kinds: null });
  if (session === null) return { what: `sessions of role ${id}`, rows };
  const lineage = new Lineage(store);
  return {
    what: `sessions of ${id}`,
    rows: rows.filter((sid) => lineage.session(sid)?.sessionName === session[2]),
  };
}

function listAnswer(lineage: Lineage, what: string, rows: number[]): ShowAnswer {
  return {
    kind: 'list',
    what,
    sessions: rows.slice(0, listed).flatMap((sid) => lineage.session(sid) ?? []),
    omitted: Math.max(0, rows.length - listed),
  };
}

function sessionAnswer(lineage: Lineage, sid: number): ShowAnswer {
  return {
    kind: 'session',
    session: lineage.session(sid)!,
    children: childrenOf(lineage, sid),
    actions: actionsOf(lineage.db, sid),
  };
}

/** Sessions that were derived from this one, by time of issue. */
function childrenOf(lineage: Lineage, sid: number): Session[] {
  const id = lineage.session(sid)!.id;
  return issuedBy(lineage.db, sid)
    .flatMap((child) => lineage.session(child) ?? [])
    .filter((child) => child.parent?.id === id)
    .sort((a, b) => a.issuedAt - b.issuedAt || (a.id < b.id ? -1 : 1));
}

/** @param raw how to reach the record's source; null when the record is not asked for */
async function eventAnswer(lineage: Lineage, id: string, raw: Raw | null): Promise<ShowAnswer> {
  const [found] = eventsById(lineage.db, id.toLowerCase());
  if (found === undefined)
    return unknownId(
      id,
      hasSums(lineage.db)
        ? 'of calls that Athena added up it knows the first alone, and `rolecall athena sql record --event <id> --on <day>` finds any'
        : null,
    );
  const { event, session, issued } = found;
  return {
    kind: 'event',
    event,
    session: session === null ? null : lineage.session(session),
    issued: issued === null ? null : lineage.session(issued),
    raw: raw === null ? null : await rawOf(found, raw),
  };
}

async function rawOf({ event, bytes }: EventFound, { s3 = {}, athena }: Raw): Promise<unknown> {
  if (cameFromAthena(event.source) && athena !== undefined) return rawFromAthena({ ...event, bytes }, athena);
  return rawRecord(event, s3);
}
