import type { EngineUse, Who } from '../model/answers.js';
import { dayOf, isoOf } from '../model/day.js';
import { readEngineRows } from '../parse/engine-object.js';
import type { EngineRow } from '../parse/engine-row.js';
import { type Policy, resolveAccount, roleMeaning } from '../policy/index.js';
import type { AthenaOptions } from '../sources/athena/connect.js';
import { costOf } from '../sources/athena/cost.js';
import type { Logs } from '../sources/athena/logs.js';
import { athenaPlace, athenaUri } from '../sources/athena/place.js';
import { fittedQuery } from '../sources/athena/query-file.js';
import { type HourSeen, setHoursSeen } from '../store/coverage.js';
import { emptyStore } from '../store/open.js';
import type { AthenaState } from './athena-asker.js';
import { isRoleName, readWindow, whoParams } from './athena-sql.js';
import { athenaTable } from './athena-table.js';
import { Recorder } from './ingest-record.js';
import { type WhoQuestion, who } from './who.js';

export interface WhoFromAthena extends WhoQuestion {
  /** `athena://[catalog.]database.table` */
  source: string;
  athena: AthenaOptions;
  fullScan: boolean;
  most: { bytes?: number; dollars?: number };
  /** Epoch seconds. */
  now: number;
  signal?: AbortSignal;
  onState?: (state: AthenaState) => void;
  onNote?: (note: string) => void;
}

/** Seconds after a window in which its last logs come. */
const delivery = 3_600;

/**
 * Asks Athena who held a role, without a store: `queries/athena/who.sql` finds the sessions and all that is above them,
 * and the records behind its answer go through the linking that every record goes through.
 * @throws RolecallError `ACCOUNT_UNKNOWN`, `ATHENA_*`, `AWS_*`, `S3_*`
 */
export async function whoFromAthena(question: WhoFromAthena): Promise<{ answer: Who; engine: EngineUse }> {
  const { source, athena, window, fullScan, signal, now, most, onNote } = question;
  const place = athenaPlace(source);
  const read = readWindow('who', window);
  const folders = {
    from: read.from,
    to: Math.max(read.from + 1, Math.min(window.to + delivery, Math.max(now, window.to))),
  };
  const asked = { source, athena, fullScan, now, ...(signal === undefined ? {} : { signal }) };
  const { table } = await athenaTable({ ...asked, ...folders });
  const { logsOf } = await import('../sources/athena/logs.js');
  const { runQuery } = await import('../sources/athena/query.js');
  const logs = logsOf(table, {
    ...read,
    firstDay: dayOf(folders.from),
    lastDay: dayOf(folders.to - 1),
    accounts: null,
    regions: null,
    now,
  });
  const dollarBytes = most.dollars === undefined ? undefined : (most.dollars / costOf(1e12, 1)) * 1e12;
  const limits = [most.bytes, dollarBytes].filter((limit) => limit !== undefined);
  const { scannedBytes, rows } = await runQuery({
    sql: fittedQuery('who', logs.sql),
    params: [...logs.params, ...patterns(question), isoOf(window.from), isoOf(window.to)],
    place,
    options: { ...athena, ...(limits.length === 0 ? {} : { maxScanBytes: Math.min(...limits) }) },
    signal,
    onNote,
    onState: ({ state, scannedBytes: bytes }) =>
      question.onState?.({
        queued: Number(state === 'QUEUED'),
        running: Number(state === 'RUNNING'),
        scannedBytes: bytes,
        dollars: costOf(bytes, 1),
      }),
  });
  const store = emptyStore();
  try {
    const behind = await evidence(rows);
    await keep(store, athenaUri(place), behind.rows);
    setHoursSeen(store, behind.hours);
    return {
      answer: who(store, question),
      engine: {
        ...{ queries: 1, scannedBytes, dollars: costOf(scannedBytes, 1) },
        missing: [...logs.missing, ...absent(question, logs)],
      },
    };
  } finally {
    store.close();
  }
}

/** Accounts asked about that the table has no partitions for. */
function absent({ account, policy }: WhoQuestion, { reach }: Logs): string[] {
  const ids = account === null ? [] : resolveAccount(account, policy);
  return ids
    .filter((id) => reach.accounts?.includes(id) === false)
    .map((id) => `account ${id}: the table has no partitions of it`);
}

/** Account and role as LIKE patterns; `%` where the policy says what a word means, and more than the answer comes. */
function patterns({
  account,
  role,
  policy,
}: {
  account: string | null;
  role: string | null;
  policy: Policy | null;
}): string[] {
  const ids = account === null ? [] : resolveAccount(account, policy);
  const meaning = roleMeaning(role, policy);
  const plain = role !== null && !meaning.isAdmin && meaning.from === 'given' && isRoleName(role);
  return whoParams(ids.length === 1 ? ids[0]! : null, plain ? role : null);
}

/** What lies behind the answers, each row once, and the hours that there are records of. */
async function evidence(answers: AsyncIterable<Readonly<Record<string, string | null>>>) {
  const rows = new Set<string>();
  const hours: HourSeen[] = [];
  for await (const { kind, rows: behind } of answers) {
    for (const each of JSON.parse(behind ?? '[]') as Record<string, unknown>[]) {
      if (kind === 'coverage') hours.push(hourOf(each));
      else rows.add(JSON.stringify(each));
    }
  }
  return { rows, hours };
}

function hourOf(row: Record<string, unknown>): HourSeen {
  const time = (text: unknown) =>
    Math.floor(Date.parse(`${String(text).slice(0, 19).replace(' ', 'T').replace('Z', '')}Z`) / 1000);
  return {
    account: String(row.account),
    region: String(row.region),
    hour: time(`${String(row.hour).slice(0, 13)}:00:00`),
    records: Number(row.records),
    first: time(row.first),
    last: time(row.last),
  };
}

async function keep(
  store: ReturnType<typeof emptyStore>,
  name: string,
  rows: ReadonlySet<string>,
): Promise<void> {
  const recorder = new Recorder(store);
  recorder.begin(name, '', name);
  await recorder.take(readEngineRows(parsed(rows), name, { bytes: 0 }));
  recorder.commit();
}

async function* parsed(rows: ReadonlySet<string>): AsyncGenerator<EngineRow> {
  for (const row of rows) {
    const fields = Object.entries(JSON.parse(row) as Record<string, unknown>);
    yield Object.fromEntries(fields.map(([name, value]) => [name, value === null ? null : String(value)]));
  }
}
