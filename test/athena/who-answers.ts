import { Recorder } from '../../src/app/ingest-record.js';
import { who } from '../../src/app/who.js';
import type { Who } from '../../src/model/answers.js';
import type { Session } from '../../src/model/session.js';
import { BatchBuilder } from '../../src/parse/batch.js';
import { readEngineRow } from '../../src/parse/engine-row.js';
import { openForReading, openForWriting, type Sqlite } from '../../src/store/open.js';
import { newDb } from '../app/ingest-made.js';
import type { HandRow } from './by-hand.js';

/** What is asked of who.sql and of rolecall. Times are as in event records. */
export interface Asked {
  account: string;
  /** LIKE pattern. */
  role: string;
  from: string;
  to: string;
}

const seconds = (time: string) => Date.parse(time) / 1000;
const time = (at: number | null | undefined) =>
  at === null || at === undefined ? null : new Date(at * 1000).toISOString().replace('.000', '');

/** Days and times that a question needs: twelve hours before its window, too. */
export function paramsOf({ account, role, from, to }: Asked): string[] {
  const first = new Date(Date.parse(from) - 12 * 3_600_000).toISOString().replace('.000', '');
  const day = (time: string) => time.slice(0, 10).replaceAll('-', '/');
  return [day(first), day(to), first, to, account, role, from, to];
}

/** What a store of an answer's rows cannot know: what else was logged. */
export const withoutCoverage = (lines: readonly string[]) =>
  lines.filter((line) => !line.startsWith('["coverage"'));

/** rolecall's own answer from a store. */
export function whoOf(db: string, { account, role, from, to }: Asked): Who {
  const store = openForReading(db);
  try {
    return who(store, {
      account: account === '%' ? null : account,
      role: role === '%' ? null : role.replaceAll('%', '*'),
      window: { from: seconds(from), to: seconds(to), tz: 'UTC' },
      ...{ when: '', policy: null },
    });
  } finally {
    store.close();
  }
}

function label({ accountId, roleArn, kind, sessionName }: Session): string {
  const name = sessionName === null ? '' : `/${sessionName}`;
  return `${accountId}:${roleArn?.split('/').at(-1) ?? kind}${name}`;
}

function methodOf({ link }: Session): string {
  if (link.confidence === 'ambiguous') return `ambiguous (${link.candidates.length})`;
  return link.method === 'none' ? 'unobserved' : link.method;
}

/** A session as its chain shows it: who, through which sessions. */
export function chainOf(session: Session, known: ReadonlyMap<string, Session>): string {
  const chain = session.chain.map((id) => known.get(id)!);
  const { link } = chain[0]!;
  const first =
    link.confidence === 'ambiguous'
      ? `${link.candidates.length} candidates`
      : session.origin.id || 'unobserved';
  return [first, ...chain.map(label)].join(' → ');
}

/** rolecall's answer as sorted lines that can be held beside those of who.sql. */
export function linesOf({ answers, lineage, attempts, direct, coverage }: Who): string[] {
  const sessions = answers.flatMap((answer) => answer.sessions);
  const known = new Map<string, Session>([...lineage, ...sessions].map((each) => [each.id, each]));
  return [
    ...sessions.map((each) => [
      ...['held', each.origin.id || 'unobserved', each.origin.kind, each.roleArn, each.sessionName],
      ...[chainOf(each, known), each.depth, time(each.issuedAt), time(each.expiresAt), each.used?.calls ?? 0],
      ...[each.used?.denied ?? 0, time(each.used?.first), time(each.used?.last), methodOf(each)],
      ...[each.issuance?.eventId ?? null, each.mfa === null ? null : String(each.mfa)],
    ]),
    ...attempts.map((each) => [
      ...['refused', each.caller, each.roleArn, each.attempts, time(each.first), time(each.last)],
      ...[each.errorCode, each.eventId],
    ]),
    ...direct.map((each) => [
      ...[
        'direct',
        each.id,
        each.kind,
        each.accountId,
        each.calls,
        each.denied,
        time(each.first),
        time(each.last),
      ],
    ]),
    ...coverage.rows.map((each) => [
      ...['coverage', each.accountId, each.region, each.hours.length],
      ...[time(each.first), time(each.last)],
    ]),
  ]
    .map((line) => JSON.stringify(line))
    .sort();
}

/** The answer of who.sql in the same shape. */
export function linesOfRows(rows: readonly HandRow[]): string[] {
  const line = (row: HandRow) => {
    const times = [row.first_used, row.last_used];
    switch (row.kind) {
      case 'held':
        return [
          ...[row.kind, row.who, row.origin_kind, row.role_arn, row.session_name, row.chain, row.depth],
          ...[
            row.issued_at,
            row.expires_at,
            row.calls,
            row.denied,
            ...times,
            row.method,
            row.event_id,
            row.mfa,
          ],
        ];
      case 'refused':
        return [row.kind, row.who, row.role_arn, row.calls, ...times, row.error_code, row.event_id];
      case 'direct':
        return [row.kind, row.who, row.origin_kind, row.account, row.calls, row.denied, ...times];
      default:
        return [row.kind, row.account, row.region, row.hours, ...times];
    }
  };
  return rows.map((row) => JSON.stringify(line(row))).sort();
}

/** A store of nothing but the rows that came with an answer: what the program has when it asks Athena. */
export function storeOfRows(answer: readonly HandRow[]): string {
  const path = newDb();
  const db: Sqlite = openForWriting(path);
  try {
    const recorder = new Recorder(db);
    recorder.begin('athena://answer', 'answer', 'athena://answer');
    const batch = new BatchBuilder();
    const told = answer.filter(({ kind }) => kind !== 'coverage');
    const distinct = new Set(
      told.flatMap(({ rows }) => JSON.parse(rows as string).map((row: unknown) => JSON.stringify(row))),
    );
    for (const text of distinct) {
      const read = readEngineRow(JSON.parse(text as string));
      if (typeof read === 'string') throw new Error(read);
      batch.add(read.record, 0, read.fold);
    }
    recorder.add(batch.take());
    recorder.finish({ read: distinct.size, rejected: 0, bytes: 0, problems: [], complete: true });
    recorder.commit();
    return path;
  } finally {
    db.close();
  }
}
