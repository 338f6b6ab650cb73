import { RolecallError } from '../errors.js';
import type { EngineUse, IngestSummary } from '../model/answers.js';
import { readEngineRows } from '../parse/engine-object.js';
import type { Logs } from '../sources/athena/logs.js';
import { athenaPlace } from '../sources/athena/place.js';
import type { AthenaTable } from '../sources/athena/table.js';
import { engineQueries } from '../store/engine-queries.js';
import { explain, openForWriting, type Sqlite } from '../store/open.js';
import { takeTurn } from '../store/turn.js';
import { ahead } from './ahead.js';
import { type Ask, AthenaAsker, type AthenaState } from './athena-asker.js';
import { type KnownTable, refuseKnownHours, refuseNamesake, rememberTable } from './athena-known.js';
import {
  type AthenaOptions,
  type AthenaQuestion,
  athenaTable,
  athenaUnits,
  clock,
  twoDays,
} from './athena-table.js';
import { endOf, openMark, settledMark, type Unit } from './athena-units.js';
import { keeps, markedEtag } from './ingest-filter.js';
import { ProgressTeller } from './ingest-progress.js';
import { Recorder } from './ingest-record.js';

export type { AthenaOptions, AthenaQuestion };

/** Queries at a time. Athena queues what is beyond its account's limit, and that is shared with everybody else. */
const atOnce = 4;

/** For so many seconds the answer about a day that logs still come for is as good as a new one. */
const hour = 3_600;

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
  const { table, logs, known } = await athenaTable(question);
  const db = openForWriting(question.db);
  try {
    // Two at once would take up each other's queries, and remove results that the other reads.
    const giveBack = takeTurn(`${question.db}-athena`);
    if (giveBack === null)
      throw new RolecallError('DB_LOCKED', `another rolecall is asking Athena for what ${question.db} lacks`);
    try {
      refuseNamesake(db, known, { again: question.settle === Number.POSITIVE_INFINITY });
      rememberTable(db, known);
      return await new AthenaRun(db, known, table, question, progress).ingest(logs);
    } finally {
      giveBack();
    }
  } catch (error) {
    throw explain(question.db, error);
  } finally {
    db.close();
  }
}

class AthenaRun {
  private readonly now: number;
  private readonly recorder: Recorder;
  private readonly asker: AthenaAsker;
  /** Queries that are under way stop when nothing more can be kept. */
  private readonly ending = new AbortController();

  constructor(
    private readonly db: Sqlite,
    private readonly known: KnownTable,
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
      onLeft: question.onLeft ?? (() => {}),
      signal: AbortSignal.any([
        this.ending.signal,
        ...(question.signal === undefined ? [] : [question.signal]),
      ]),
    });
  }

  async ingest(logs: Logs): Promise<IngestSummary> {
    const { units, skipped } = athenaUnits(this.db, this.known.base, this.question, logs);
    refuseKnownHours(this.db, this.known, units);
    await this.asker.putAway(
      units,
      engineQueries(this.db, `${this.known.base}/`),
      (unit, asked) => this.isSettled(unit, asked) || this.now - asked < hour,
    );
    this.progress.expectMany(units.length, 'asking');
    const asks = ahead(
      units,
      // What a query scans is known when it has: under a limit, the next one waits for that.
      Object.keys(this.question.most ?? {}).length > 0 ? 1 : atOnce,
      (unit) => this.asker.ask(unit),
      (ask) => this.leave(ask),
    );
    for await (const { result } of asks) await this.keepOrLeave(result);
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

  /** An answer that nobody can keep is not left lying about, nor is anything asked any more. */
  private async keepOrLeave(ask: Ask): Promise<void> {
    try {
      await this.asker.whileReading(this.keep(ask));
    } catch (error) {
      this.ending.abort(error);
      await this.leave(ask);
      throw error;
    }
  }

  /** Results that this run does not read go, unless the next one may be able to: they are paid for. */
  private async leave({ unit, result }: Ask): Promise<void> {
    const { code = '' } = (this.ending.signal.reason ?? {}) as { code?: string };
    if (!/^(?:AWS|S3|DB|SQLITE)_/.test(code)) await this.asker.done(unit, result);
  }

  /** One answer, whole, in one transaction. */
  private async keep(ask: Ask): Promise<void> {
    try {
      await this.write(ask);
    } catch (error) {
      this.recorder.rollback();
      throw error;
    }
    await this.asker.done(ask.unit, ask.result);
    this.progress.finished(0);
    this.progress.phase('asking');
  }

  /** Whether no more logs could come when it was asked, epoch seconds. */
  private isSettled({ lastDay }: Unit, asked: number, settle = this.question.settle ?? twoDays): boolean {
    return endOf({ lastDay }) + settle <= asked;
  }

  /** Who has all days asked for again has that once: the next run does not pay for it another time. */
  private markOf(unit: Unit, asked: number): string {
    const { settle = twoDays } = this.question;
    return this.isSettled(unit, asked, Number.isFinite(settle) ? settle : twoDays) ? settledMark : openMark;
  }

  private async write({ unit, asked, result }: Ask): Promise<void> {
    const { recorder, progress } = this;
    const rows = readEngineRows(result.rows, unit.name, {
      bytes: result.scannedBytes,
      keep: keeps(unit.filter),
    });
    recorder.begin(unit.name, markedEtag(this.markOf(unit, asked), unit.filter), this.known.base);
    for (const name of unit.replaces) recorder.absorb(name);
    await recorder.take(rows, ({ length }) => {
      this.question.signal?.throwIfAborted();
      progress.took(length);
    });
    this.asker.kept(unit);
    progress.phase('linking');
    recorder.commit();
  }
}
