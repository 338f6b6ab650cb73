/**
 * What an ingest costs, as ratios that hold on any machine. `npm run bench -- [--records 100000] [--files 5000]`
 * Writes made logs below the system's temporary folder and takes them away again.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { compress } from '../../fixtures/make/deliver.js';
import { writeOrganization } from '../../fixtures/make/organization.js';
import { openForReading } from '../../src/store/open.js';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    files: { type: 'string', default: '5000' },
    threads: { type: 'string' },
    tables: { type: 'boolean', default: false },
  },
});
const records = Number(values.records);
const folder = mkdtempSync(join(tmpdir(), 'rolecall-bench-'));
const built = pathToFileURL(join(import.meta.dirname, '../../dist/app/ingest.js')).href;

interface Ran {
  seconds: number;
  /** Highest resident memory of the whole process, MiB. */
  peak: number;
  summary: { records: { stored: number }; objects: { skipped: number } };
}

/** An ingest in a process of its own, so that its memory is its own. */
function ingest(db: string, source: string): Ran {
  const threads = values.threads === undefined ? '' : `, threads: ${Number(values.threads)}`;
  const program = `const { ingest } = await import(${JSON.stringify(built)});
    const summary = await ingest({ db: ${JSON.stringify(db)}, sources: [${JSON.stringify(source)}]${threads} });
    console.log(JSON.stringify({ seconds: summary.seconds, peak: process.resourceUsage().maxRSS / 1024, summary }));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Ran;
}

/** The least that anybody has to do to see the records: unpack and parse, one file after the other. */
function baseline(source: string): number {
  const began = performance.now();
  let seen = 0;
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const text = gunzipSync(readFileSync(join(entry.parentPath, entry.name))).toString('utf8');
    seen += (JSON.parse(text) as { Records: unknown[] }).Records.length;
  }
  if (seen !== records) throw new Error(`the baseline saw ${seen} of ${records} records`);
  return (performance.now() - began) / 1000;
}

function show(what: string, value: number, unit: string, digits = 1): void {
  console.log(`${what.padEnd(44)} ${value.toFixed(digits).padStart(10)} ${unit}`);
}

function showTables(db: string): void {
  const store = openForReading(db);
  const sizes = store
    .prepare('SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name ORDER BY bytes DESC LIMIT 14')
    .all() as { name: string; bytes: number }[];
  store.close();
  for (const { name, bytes } of sizes) show(`  ${name}`, bytes / records, 'bytes per record');
}

async function largeLogs(): Promise<void> {
  const logs = join(folder, 'logs');
  const db = join(folder, 'large.db');
  const made = await writeOrganization({ records, seed: 'bench' }, logs);
  console.log(`${records} records in ${made.files} files, ${made.sessions} sessions`);
  const least = baseline(logs);
  const whole = ingest(db, logs);
  show('gunzipSync + JSON.parse', least, 's', 2);
  show('ingest', whole.seconds, 's', 2);
  show('ingest ÷ (gunzipSync + JSON.parse)', whole.seconds / least, '', 2);
  show('records per second', whole.summary.records.stored / whole.seconds, '', 0);
  show('peak memory', whole.peak, 'MiB');
  show('on disk', statSync(db).size / records, 'bytes per record');
  if (values.tables) showTables(db);
  show('again, with nothing new', ingest(db, logs).seconds, 's', 2);
}

function manyFiles(): void {
  const logs = join(folder, 'many');
  const db = join(folder, 'many.db');
  const count = Number(values.files);
  const empty = compress([]);
  for (let i = 0; i < count; i++) {
    const day = join(logs, String(i % 200));
    if (i < 200) mkdirSync(day, { recursive: true });
    writeFileSync(join(day, `${i}.json.gz`), empty);
  }
  const first = ingest(db, logs);
  const again = ingest(db, logs);
  if (again.summary.objects.skipped !== count) throw new Error('files were read again');
  show(`${count} empty files, first time`, first.seconds, 's', 2);
  show(`${count} files with nothing new`, again.seconds, 's', 2);
}

try {
  await largeLogs();
  manyFiles();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
