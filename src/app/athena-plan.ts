import { existsSync } from 'node:fs';
import type { AthenaPlan } from '../model/athena-plan.js';
import { costOf } from '../sources/athena/cost.js';
import type { AthenaTable } from '../sources/athena/table.js';
import { list } from '../sources/list.js';
import { engineObjects } from '../store/engine-queries.js';
import { openForReading, type Sqlite } from '../store/open.js';
import { refuseKnownHours, refuseNamesake } from './athena-known.js';
import { athenaQuery } from './athena-query.js';
import { type AthenaQuestion, athenaTable, athenaUnits } from './athena-table.js';
import type { Unit } from './athena-units.js';

/**
 * What an ingest from Athena would ask and about what it would cost. Asks the catalog, and may list the objects of one
 * day; runs no query.
 * @throws RolecallError `SOURCES_OVERLAP`, `ATHENA_*`, `AWS_*`, `S3_*`, `DB_*`
 */
export async function athenaPlan(question: AthenaQuestion): Promise<AthenaPlan> {
  const { table, logs, known } = await athenaTable(question);
  const { base } = known;
  const db = existsSync(question.db) ? openForReading(question.db) : null;
  try {
    if (db !== null) refuseNamesake(db, known, { again: question.settle === Number.POSITIVE_INFINITY });
    const { units, skipped } = athenaUnits(db, base, question, logs);
    if (db !== null) refuseKnownHours(db, known, units);
    const queries = units.map((unit) => ({ unit, ...athenaQuery(table, unit) }));
    return {
      table: base,
      queries: queries.map(({ unit, partitions, params }) => ({ name: unit.name, partitions, params })),
      skipped,
      sql: queries[0]?.sql ?? null,
      missing: logs.missing,
      estimate: await estimate(db, base, table, units, question),
    };
  } finally {
    db?.close();
  }
}

/** By what days of this table took before; else by the size of one day's objects, where their folders tell the day. */
async function estimate(
  db: Sqlite | null,
  base: string,
  table: AthenaTable,
  units: readonly Unit[],
  question: AthenaQuestion,
): Promise<AthenaPlan['estimate']> {
  if (units.length === 0) return { bytes: 0, dollars: 0, basis: 'ledger' };
  const narrowed = question.accounts !== undefined || question.regions !== undefined;
  const before = db === null ? [] : engineObjects(db, `${base}/`).filter(({ name }) => !name.includes('?'));
  const told = (bytes: number, basis: 'ledger' | 'listing') => ({
    bytes: Math.round(bytes * units.length),
    dollars: costOf(bytes * units.length, units.length),
    basis,
  });
  if (before.length > 0 && !narrowed)
    return told(before.reduce((sum, { bytes }) => sum + bytes, 0) / before.length, 'ledger');
  const bytes = await dayBytes(table, units[0]!, question);
  return bytes === null ? null : told(bytes, 'listing');
}

/** Packed bytes of one day's logs; null where the table's place has no layout that tells. */
async function dayBytes(
  table: AthenaTable,
  { firstDay, lastDay }: Unit,
  { accounts, regions, athena = {} }: AthenaQuestion,
): Promise<number | null> {
  if (table.location === null || firstDay !== lastDay) return null;
  const from = Date.parse(`${firstDay}T00:00:00Z`) / 1000;
  const filter = {
    from,
    to: from + 86_400,
    ...(accounts === undefined ? {} : { accounts }),
    ...(regions === undefined ? {} : { regions }),
  };
  const options = { s3: athena, now: from, digests: false, settle: Number.POSITIVE_INFINITY };
  let bytes: number | null = null;
  try {
    for await (const { objects } of list([table.location], filter, options))
      for (const { size, day } of objects) if (day === firstDay) bytes = (bytes ?? 0) + size;
  } catch {
    // No estimate is an answer; the query itself will say what is wrong.
    return null;
  }
  return bytes;
}
