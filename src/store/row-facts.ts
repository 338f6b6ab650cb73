import type { RecordBatch } from '../model/batch.js';
import type { Exposure, IamChange } from '../model/iam.js';
import type { Revocation } from '../model/record.js';
import { issuanceText } from './issuance-text.js';

/** Comes after every text: of two records with one identity the one that tells something is kept. */
export const noFacts = '\uffff';

/** What one record tells beside its issuance. */
export interface ToldFacts {
  revocation: Pick<Revocation, 'accountId' | 'roleName' | 'before'> | null;
  change: IamChange | null;
  exposure: Exposure | null;
  targets: readonly string[];
}

/** Rows of a batch that tell more than a call. */
export function rowsWithMore(batch: RecordBatch): Set<number> {
  const { shared, issuances, revocations, changes, exposures, targets, revises } = batch;
  return new Set(
    [shared, issuances, revocations, changes, exposures, targets, revises].flatMap((column) =>
      column.map(([row]) => row),
    ),
  );
}

/** What a row tells, as texts that decide, in this order, between two records with one identity: the lesser stays. */
export function textsOfRow(batch: RecordBatch, row: number): [issuance: string, facts: string] {
  const issuance = ofRow(batch.issuances, row);
  const facts = factsText({
    revocation: ofRow(batch.revocations, row) ?? null,
    change: ofRow(batch.changes, row) ?? null,
    exposure: ofRow(batch.exposures, row) ?? null,
    targets: ofRow(batch.targets, row) ?? [],
  });
  return [issuance === undefined ? noFacts : issuanceText(issuance), facts];
}

/** Facts as text to order records by. */
export function factsText({ revocation, change, exposure, targets }: ToldFacts): string {
  if (revocation === null && change === null && exposure === null && targets.length === 0) return noFacts;
  return JSON.stringify([
    revocation && [revocation.accountId, revocation.roleName, revocation.before],
    change && [change.change, change.entity, change.accountId, change.name, change.policy, change.document],
    exposure && [exposure.what, exposure.resource, exposure.to],
    [...targets].sort(),
  ]);
}

/** A row's value in a column that few rows have; such a column goes by rows. */
function ofRow<T>(column: readonly [row: number, value: T][], row: number): T | undefined {
  let [low, high] = [0, column.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle]![0] < row) low = middle + 1;
    else high = middle;
  }
  return column[low]?.[0] === row ? column[low]![1] : undefined;
}
