import type { DigestProblem } from '../model/digest.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** What was found out about one digest. Times are epoch seconds. */
export interface DigestRow {
  name: string;
  account: string;
  region: string;
  trail: string;
  start: number;
  end: number;
  proven: boolean;
  /** Records of its logs from then … */
  since: number;
  /** … up to here were kept. */
  until: number;
  problems: DigestProblem[];
}

/** Writes what was found out, in the place of what was found out before. */
export function writeDigests(db: Sqlite, rows: readonly DigestRow[]): void {
  const upsert = prepared<{ id: number }>(
    db,
    `INSERT INTO digest (name, account, region, trail, start, end, proven, since, until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET start = excluded.start, end = excluded.end, proven = excluded.proven,
         since = excluded.since, until = excluded.until RETURNING id`,
  );
  const drop = prepared(db, 'DELETE FROM digest_problem WHERE digest = ?');
  const add = prepared(db, 'INSERT INTO digest_problem (digest, key, reason) VALUES (?, ?, ?)');
  db.transaction(() => {
    for (const row of rows) {
      const { name, account, region, trail, start, end, proven, since, until } = row;
      const { id } = upsert.get(name, account, region, trail, start, end, Number(proven), since, until)!;
      drop.run(id);
      for (const { key, reason } of row.problems) add.run(id, key, reason);
    }
  }).immediate();
}

/** A stretch of time that a digest tells of. */
export interface Told {
  account: string;
  region: string;
  trail: string;
  start: number;
  end: number;
  since: number;
  until: number;
  /** All its logs are here. */
  proven: boolean;
  /** Something is known to lack, or not to be what CloudTrail delivered. */
  wrong: boolean;
}

/** What digests tell of `[from, to)`, by account, region, trail and time. */
export function toldWithin(db: Sqlite, from: number, to: number): Told[] {
  return prepared<Omit<Told, 'proven' | 'wrong'> & { proven: number; wrong: number }>(
    db,
    `SELECT account, region, trail, start, end, since, until, proven,
         EXISTS (SELECT 1 FROM digest_problem p WHERE p.digest = d.id AND p.reason <> 'gap') AS wrong
       FROM digest d WHERE end > ? AND start < ? ORDER BY account, region, trail, start`,
  )
    .all(from, to)
    .map((row) => ({ ...row, proven: row.proven === 1, wrong: row.wrong === 1 }));
}

/** How many digests are proven, and what is wrong with the others: of `[from, to)`. */
export function digestState(
  db: Sqlite,
  from: number,
  to: number,
): { verified: number; problems: (DigestProblem & { account: string; region: string })[] } {
  const { verified } = prepared<{ verified: number }>(
    db,
    'SELECT count(*) AS verified FROM digest WHERE proven = 1 AND end > ? AND start < ?',
  ).get(from, to)!;
  const problems = prepared<DigestProblem & { account: string; region: string }>(
    db,
    `SELECT p.key, p.reason, d.account, d.region FROM digest_problem p JOIN digest d ON d.id = p.digest
       WHERE d.end > ? AND d.start < ? ORDER BY p.key, p.reason`,
  ).all(from, to);
  return { verified, problems };
}
