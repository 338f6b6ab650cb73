import { RolecallError } from '../errors.js';
import { dayOf } from '../model/day.js';
import type { Finding } from '../model/finding.js';
import {
  type FindingRow,
  findingRow,
  findingsByPrefix,
  acknowledge as keep,
  unacknowledge,
} from '../store/findings.js';
import { guarded, type Sqlite } from '../store/open.js';
import { shortly } from '../store/shortly.js';
import { findingIn } from './detect-kept.js';

export interface AcknowledgeQuestion {
  /** Ids of findings, or unique prefixes. */
  findings: readonly string[];
  /** Null takes the acknowledgement back. */
  reason: string | null;
  /** `YYYY-MM-DD`, the last day; null: for good. */
  until: string | null;
  /** Epoch seconds. */
  now: number;
}

/**
 * Hides findings that somebody has looked into, until a day; or shows them again. All or none.
 * @param store opened for writing
 * @throws RolecallError FINDING_UNKNOWN, ID_AMBIGUOUS, DB_LOCKED
 */
export function acknowledge(store: Sqlite, { findings, reason, until, now }: AcknowledgeQuestion): Finding[] {
  const all = () =>
    findings
      .map((prefix) => found(store, prefix))
      .map(({ fingerprint }) => {
        if (reason === null) unacknowledge(store, fingerprint);
        else keep(store, fingerprint, { reason, until, at: now });
        return findingIn(findingRow(store, fingerprint, dayOf(now))!, { run: -1, now });
      });
  return guarded(store.name, () => shortly(store, all));
}

function found(store: Sqlite, prefix: string): FindingRow {
  // Nothing begins every id: a variable that is empty means no finding, though there may be only one.
  const rows = prefix === '' ? [] : findingsByPrefix(store, prefix.toLowerCase(), 2);
  if (rows.length === 0)
    throw new RolecallError('FINDING_UNKNOWN', `no finding has the id ${JSON.stringify(prefix)}`);
  if (rows.length > 1)
    throw new RolecallError(
      'ID_AMBIGUOUS',
      `${JSON.stringify(prefix)} begins the ids of several findings, such as ${rows.map(({ id }) => id).join(' and ')}`,
    );
  return rows[0]!;
}
