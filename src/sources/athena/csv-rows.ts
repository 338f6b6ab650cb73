import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { Row } from './row.js';

/**
 * Rows of a result file, the first line of which has the names. Athena quotes every value; what has no quotes and is
 * empty is NULL.
 * @throws Error when it is no such file
 */
export async function* csvRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  const parser = parse({
    columns: true,
    cast: (value, { quoting, header }) => (value === '' && !quoting && !header ? null : value),
    // A result of one column has a line of nothing for NULL.
    skip_empty_lines: false,
  });
  pipeline(Readable.from(bytes, { objectMode: true }), parser, () => {});
  yield* parser as AsyncIterable<Row>;
}
