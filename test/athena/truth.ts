import { ingestAthena } from '../../src/app/ingest-athena.js';
import { openStore } from '../../src/app/open.js';
import { sessions } from '../../src/app/sessions.js';
import { plain, run } from '../app/kept-runs.js';
import { dumpStore } from '../app/store-dump.js';
import type { Athena } from './athena.js';

/** 2026-11-16, and the day after the made week: epoch seconds. */
export const week = {
  from: Date.parse('2026-11-16T00:00:00Z') / 1000,
  to: Date.parse('2026-11-23T00:00:00Z') / 1000,
};

/** When the made week is long over and all of it settled, epoch seconds. */
export const afterwards = Date.parse('2026-12-01T00:00:00Z') / 1000;

type Question = Parameters<typeof ingestAthena>[0];

/** Reads a table as `rolecall ingest athena://acme.<table>` does. */
export async function ingestTable(
  athena: Athena,
  db: string,
  more: Partial<Question> & { table?: string; output?: string } = {},
) {
  const { table = 'logs', output = await athena.newOutput(), ...question } = more;
  return await ingestAthena({
    db,
    source: `athena://acme.${table}`,
    ...week,
    now: afterwards,
    athena: { output, pathStyle: true },
    ...question,
  });
}

/** What sums and single records must agree about: everything that an answer about sessions says, and findings. */
export function truthOf(db: string, policy?: Parameters<typeof run>[1]) {
  const store = openStore(db);
  const all = sessions(store, {
    limit: 1e9,
    account: null,
    role: null,
    origin: null,
    name: null,
    window: null,
    unobserved: false,
    ambiguous: false,
    minDepth: null,
    policy: null,
  });
  store.close();
  const { identities, issuances, sessions: rows, copies, changes, exposures, revocations } = dumpStore(db);
  return {
    sessions: all.sessions,
    facts: { identities, issuances, rows, copies, changes, exposures, revocations },
    findings: plain(run(db, policy).findings),
  };
}
