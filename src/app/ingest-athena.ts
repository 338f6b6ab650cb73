import { RolecallError } from '../errors.js';
import type { EngineUse, IngestSummary } from '../model/answers.js';
import { readEngineRows } from '../parse/engine-object.js';
import type { AthenaOptions } from '../sources/athena/connect.js';
import type { Logs } from '../sources/athena/logs.js';
import { athenaPlace, athenaUri } from '../sources/athena/place.js';
import type { AthenaTable } from '../sources/athena/table.js';
import type { SourceFilter } from '../sources/discover.js';
import { engineObjects, engineQueries } from '../store/engine-queries.js';
import { explain, openForWriting, type Sqlite } from '../store/open.js';
import { ahead } from './ahead.js';
import { type Ask, AthenaAsker, type AthenaState } from './athena-asker.js';
import { endOf, openMark, settledMark, type Unit, unitsOf } from './athena-units.js';
import { filterOf, markedEtag } from './ingest-filter.js';
import { type IngestProgress, ProgressTeller } from './ingest-progress.js';
import { Recorder } from './ingest-record.js';

export type { AthenaOptions };

export interface AthenaQuestion extends SourceFilter {
  /** Path of the store; made when it is not there. */
  db: string;
  /** `athena://[catalog.]database.table` */
  source: string;
  /** Epoch seconds. */
  from: number;
  to: number;
  /** Seconds for which logs may come late: a day's folder is asked for again until so long after its end, or always. */
  settle?: number;
  /** Ask a table without partitions by time, too. */
  fullScan?: boolean;
  /** Bytes that all queries together may scan, and US dollars that they may cost. */
  most?: { bytes?: number; dollars?: number };
  athena?: AthenaOptions;
  /** What time it is, epoch seconds. */
  now?: number;
  signal?: AbortSignal;
  onProgress?: (progress: IngestProgress) => void;
  /** Told, as a clause, of what is no error. */
  onNote?: (note: string) => void;
}

/** Queries at a time. Athena queues what is beyond its account's limit, and that is shared with everybody else. */
const atOnce = 4;

const twoDays = 172_800;

/**
 * Asks Athena for what chains are made of, a day's folder to a query, and reads the answers into the store: each in one
 * transaction, so that the process may end at any moment. A day whose logs are complete is not asked for again, and a
 * query that was under way when the process died is taken up where it is.
 *
 * @throws RolecallError `SOURCES_OVERLAP`, `ATHENA_*`, `AWS_*`, `S3_*`, `DB_*`
 * @throws the signal's reason when it was stopped: queries are stopped in Athena, days read before are in the store
 */
export async function ingestAthena(question: AthenaQuestion): Promise<IngestSummary> {
  const progress = new ProgressTeller(question.onProgress);
  progress.phase('listing');
  const { table, logs, base } = await athenaTable(question);
  const db = openForWriting(question.db);
  try {
    const run = new AthenaRun(db, base, table, question, progress);
    return await run.ingest(logs);
  } catch (error) {
    throw explain(question.db, error);
  } finally {
    db.close();
  }
}

/**
 * The table that a question is about, and what it has for the whole of the window.
 * @throws RolecallError `ATHENA_*`, `AWS_*`
 */
export async function athenaTable({
  source,
  from,
  to,
  accounts,
  regions,
  athena = {},
  fullScan,
  signal,
}: Pick<
  AthenaQuestion,
  'source' | 'from' | 'to' | 'accounts' | 'regions' | 'athena' | 'fullScan' | 'signal'
>): Promise<{
  table: AthenaTable;
  logs: Logs;
  base: string;
}> {
  const place = athenaPlace(source);
  // The AWS SDK takes a while to load: it comes in when there is something to do for it.
  const { describeTable } = await import('../sources/athena/metadata.js');
  const { logsOf, noTimePartition } = await import('../sources/athena/logs.js');
  const table = await describeTable(place, athena, signal);
  const logs = logsOf(table, {
    from,
    to,
    firstDay: new Date(from * 1000).toISOString().slice(0, 10),
    lastDay: new Date((to - 1) * 1000).toISOString().slice(0, 10),
    accounts: accounts ?? null,
    regions: regions ?? null,
  });
  if (!logs.timePartition && fullScan !== true) throw noTimePartition(table);
  return { table, logs, base: athenaUri(place) };
}

/** Units of a window that have to be asked for. */
export function athenaUnits(
  db: Sqlite | null,
  base: string,
  {
    from,
    to,
    accounts,
    regions,
    settle = twoDays,
    now = clock(),
  }: Pick<AthenaQuestion, 'from' | 'to' | 'accounts' | 'regions' | 'settle' | 'now'>,
  whole: boolean,
): { units: Unit[]; skipped: number } {
  if (from >= now)
    throw new RolecallError('USAGE', 'the window begins in the future, of which there are no logs');
  const filter = filterOf({
    from,
    to,
    ...(accounts === undefined ? {} : { accounts }),
    ...(regions === undefined ? {} : { regions }),
  });
  return unitsOf(
    base,
    filter as SourceFilter & { from: number; to: number },
    db === null ? [] : engineObjects(db, `${base}/`),
    { whole, now, complete: now - settle },
  );
}

/** Epoch seconds. */
function clock(): number {
  return Math.floor(Date.now() / 1000);
}

class AthenaRun {
  private readonly now: number;
  private readonly recorder: Recorder;
  private readonly asker: AthenaAsker;

  constructor(
    private readonly db: Sqlite,
    private readonly base: string,
    table: AthenaTable,
    private readonly question: AthenaQuestion,
    private readonly progress: ProgressTeller,
  ) {
    this.now = question.now ?? clock();
    this.recorder = new Recorder(db);
    this.asker = new AthenaAsker(db, table, athenaPlace(question.source), {
      options: question.athena ?? {},
      most: question.most ?? {},
      now: this.now,
      onState: (state: AthenaState) => progress.engine(state),
      onNote: question.onNote ?? (() => {}),
      ...(question.signal === undefined ? {} : { signal: question.signal }),
    });
  }

  async ingest(logs: Logs): Promise<IngestSummary> {
    const { units, skipped } = athenaUnits(this.db, this.base, this.question, !logs.timePartition);
    await this.asker.putAway(units, engineQueries(this.db, `${this.base}/`));
    this.progress.expectMany(units.length, 'asking');
    const asks = ahead(
      units,
      // What a query scans is known when it has: under a limit, the next one waits for that.
      Object.keys(this.question.most ?? {}).length > 0 ? 1 : atOnce,
      (unit) => this.asker.ask(unit),
      ({ unit, result }) => this.asker.done(unit, result),
    );
    try {
      for await (const { result } of asks) await this.keepOrLeave(result);
    } catch (error) {
      this.recorder.rollback();
      throw error;
    }
    const summary = this.recorder.summary();
    return {
      ...summary,
      objects: { ...summary.objects, seen: units.length + skipped, skipped },
      seconds: this.progress.seconds,
      passedOver: {},
      digests: null,
      engine: this.used(logs),
    };
  }

  private used({ missing }: Logs): EngineUse {
    const { queries, scannedBytes, dollars } = this.asker.used;
    return { queries, scannedBytes, dollars, missing };
  }

  /** An answer that cannot be kept is not left lying about. */
  private async keepOrLeave(ask: Ask): Promise<void> {
    try {
      await this.keep(ask);
    } catch (error) {
      this.recorder.rollback();
      // Results that cannot be reached now are paid for, and the next run reads them.
      if (!(error instanceof RolecallError) || !error.code.startsWith('AWS_'))
        await this.asker.done(ask.unit, ask.result);
      throw error;
    }
  }

  /** One answer, whole, in one transaction. */
  private async keep({ unit, asked, result }: Ask): Promise<void> {
    const { recorder, progress } = this;
    const { settle = twoDays } = this.question;
    const mark = endOf(unit) + settle <= asked ? settledMark : openMark;
    const rows = readEngineRows(result.rows, unit.name, { bytes: result.scannedBytes });
    recorder.begin(unit.name, markedEtag(mark, unit.filter), this.base);
    for (const name of unit.replaces) recorder.absorb(name);
    let next = await rows.next();
    for (; !next.done; next = await rows.next()) {
      this.question.signal?.throwIfAborted();
      recorder.add(next.value);
      progress.took(next.value.length);
    }
    recorder.finish(next.value);
    this.asker.kept(unit);
    progress.phase('linking');
    recorder.commit();
    await this.asker.done(unit, result);
    progress.finished(0);
    progress.phase('asking');
  }
}
