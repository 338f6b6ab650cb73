/**
 * What asking Athena costs, on Trino over a real S3 server: bytes and processor time of each query, and what comes back.
 * `npm run bench -- [--records 100000]`, once `npm run test:athena` has unpacked the engine.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { writeOrganization } from '../../fixtures/make/organization.js';
import { filled } from '../../src/app/athena-sql.js';
import { fittedQuery, queryText } from '../../src/sources/athena/query-file.js';
import { type Athena, athenaOf, startParts, stopParts } from '../athena/athena.js';

const { values } = parseArgs({
  options: { records: { type: 'string', default: '100000' } },
  strict: false,
});
const records = Number(values.records);
const folder = mkdtempSync(join(tmpdir(), 'rolecall-bench-athena-'));

function show(what: string, value: number, unit: string, digits = 1): void {
  console.log(`${what.padEnd(44)} ${value.toFixed(digits).padStart(10)} ${unit}`);
}

async function main(): Promise<void> {
  const parts = await startParts().catch((error: Error) => error);
  if (parts instanceof Error) {
    console.log(`Athena: not measured, no engine could be started: ${parts.message}`);
    return;
  }
  try {
    await measure(athenaOf(parts));
  } finally {
    await stopParts(parts);
  }
}

async function measure(athena: Athena): Promise<void> {
  const made = await writeOrganization({ records, seed: 'bench', days: 1 }, folder);
  console.log(`Athena: ${records} records in ${made.files} files`);
  await athena.makeTable({ lake: await athena.lake(folder), name: 'bench' });
  show('as delivered', made.bytes / records, 'bytes per record');
  const window = ['2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];
  for (const name of ['ingest', 'issuances', 'significant', 'uses', 'coverage']) {
    const sql = fittedQuery(name, logsOf());
    await athena.query(sql);
    const { rows, columns, cpuMs, scannedBytes } = await athena.query(sql);
    const lines = rows.map((row) =>
      JSON.stringify(Object.fromEntries(row.map((value, i) => [columns[i]!.name, value]))),
    );
    show(`${name}: scanned`, scannedBytes / records, 'bytes per record');
    show(`${name}: processor time`, (cpuMs / records) * 1000, 's per million records');
    show(`${name}: rows`, rows.length / records, 'per record', 3);
    show(`${name}: result, packed`, gzipSync(lines.join('\n')).length / records, 'bytes per record');
  }
  for (const [name, params] of [
    ['who', ['%', '%Admin%', ...window]],
    ['chains', window],
  ] as const) {
    const { rows, cpuMs, scannedBytes, peakBytes } = await athena.query(
      filled(fittedQuery(name, logsOf()), params),
    );
    show(`${name}: scanned`, scannedBytes / records, 'bytes per record');
    show(`${name}: processor time`, (cpuMs / records) * 1000, 's per million records');
    show(`${name}: rows`, rows.length / records, 'per record', 3);
    show(`${name}: memory`, peakBytes / 1e6, 'MB at most');
  }
}

/** `logs` as the files have it, over the table of this run and all of its days. */
function logsOf(): string {
  const [own] = /^logs AS \([\s\S]*?\n {2}FROM /m.exec(queryText('coverage'))!;
  return `${own}bench\n)`;
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
