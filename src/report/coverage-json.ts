import type { AccountNames, Coverage } from '../model/answers.js';
import type { Problem } from '../model/record.js';
import { digestProblemJson } from './digests.js';
import { iso } from './json-text.js';
import { alias, spanJson } from './session-json.js';

/** `rolecall/coverage/v1` */
export function coverageJson(coverage: Coverage, names: AccountNames) {
  return {
    schema: 'rolecall/coverage/v1',
    window: coverage.window && spanJson(coverage.window),
    rows: coverage.rows.map((row) => rowJson(row, names)),
    proven: coverage.proven.map((place) => provenJson(place, names)),
    gaps: coverage.gaps.map((gap) => gapJson(gap, names)),
    digests: digestsJson(coverage),
    damaged: coverage.damaged.map(problemJson),
    records: coverage.records,
    objects: coverage.objects,
  };
}

/** The same, an object per account and region, gap and damaged object; the totals come last. */
export function coverageLines(coverage: Coverage, names: AccountNames): object[] {
  return [
    ...coverage.rows.map((row) => ({ schema: 'rolecall/coverage-row/v1', ...rowJson(row, names) })),
    ...coverage.gaps.map((gap) => ({ schema: 'rolecall/coverage-gap/v1', ...gapJson(gap, names) })),
    ...coverage.proven.map((place) => ({
      schema: 'rolecall/coverage-proven/v1',
      ...provenJson(place, names),
    })),
    ...coverage.damaged.map((problem) => ({
      schema: 'rolecall/coverage-damaged/v1',
      ...problemJson(problem),
    })),
    {
      schema: 'rolecall/coverage-total/v1',
      window: coverage.window && spanJson(coverage.window),
      digests: digestsJson(coverage),
      records: coverage.records,
      objects: coverage.objects,
    },
  ];
}

export function problemJson({ source, at, reason }: Problem) {
  return { source, at, reason };
}

function rowJson(row: Coverage['rows'][number], names: AccountNames) {
  return {
    accountId: row.accountId,
    account: alias(row.accountId, names),
    region: row.region,
    first: iso(row.first),
    last: iso(row.last),
    records: row.records,
    hours: row.hours.map((hour) => iso(hour)),
  };
}

function gapJson(gap: Coverage['gaps'][number], names: AccountNames) {
  return {
    accountId: gap.accountId,
    account: alias(gap.accountId, names),
    region: gap.region,
    ...spanJson(gap),
  };
}

function provenJson({ accountId, region, hours }: Coverage['proven'][number], names: AccountNames) {
  return { accountId, account: alias(accountId, names), region, hours: hours.map((hour) => iso(hour)) };
}

function digestsJson({ digests }: Coverage) {
  return { verified: digests.verified, problems: digests.problems.map(digestProblemJson) };
}
