import { GetQueryResultsCommand } from '@aws-sdk/client-athena';
import { type About, ask } from './ask.js';
import type { Row } from './row.js';

/** Most that a page may have. */
const pageRows = 1000;

/** Rows of a query whose results Athena keeps. Needs `athena:GetQueryResults`. @throws RolecallError `AWS_*`, `ATHENA_*` */
export async function* pageRowsOf(queryId: string, about: About, signal?: AbortSignal): AsyncGenerator<Row> {
  let names: string[] | null = null;
  for (let token: string | undefined; ; ) {
    const command = new GetQueryResultsCommand({
      QueryExecutionId: queryId,
      MaxResults: pageRows,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const how = signal === undefined ? {} : { abortSignal: signal };
    const page = await ask('athena:GetQueryResults', about, (client) => client.send(command, how), signal);
    const rows = (page.ResultSet?.Rows ?? []).map(({ Data = [] }) =>
      Data.map((cell) => cell.VarCharValue ?? null),
    );
    for (const [i, cells] of rows.entries()) {
      if (names === null) {
        names = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name }) => Name ?? '');
        // The first row has the names again.
        if (i === 0 && cells.every((cell, column) => cell === names![column])) continue;
      }
      yield Object.fromEntries(names.map((name, column) => [name, cells[column] ?? null]));
    }
    token = page.NextToken;
    if (token === undefined) return;
  }
}
