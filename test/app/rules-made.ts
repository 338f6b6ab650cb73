import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detectorFixtures } from '../../fixtures/make/detectors/write.js';
import { ruleCases } from '../../fixtures/make/rules/cases.js';
import { detectWithRules } from '../../src/app/detect-rules.js';
import { ingest } from '../../src/app/ingest.js';
import { openStore } from '../../src/app/open.js';
import { loadRules } from '../../src/app/rules.js';
import { type ErrorCode, RolecallError } from '../../src/errors.js';
import type { Finding, Findings } from '../../src/model/finding.js';
import type { Policy } from '../../src/policy/index.js';
import { folderOf, newDb, packed } from './ingest-made.js';

/** The example rules. */
export const exampleRules = fileURLToPath(new URL('../../fixtures/rules/', import.meta.url)).replace(
  /\/$/,
  '',
);

const meta = `summary: 'a test looks at every session', severity: 'low', cannotSee: ['nothing else'],
  falsePositives: ['always'], triage: ['Nothing.']`;

/** A sound rule in a script, but for what is said instead. */
export const scriptRule = (id: string, detect: string, more = '') =>
  `export default { id: '${id}', ${meta}, ${more} detect: ${detect} };\n`;

/** A sound header of a rule in SQL, then a question. */
export const sqlRule = (id: string, sql: string, more = '') =>
  `-- id: ${id}\n-- summary: a test asks\n-- severity: low\n-- cannot-see: nothing else\n` +
  `-- false-positives: always\n-- triage: Nothing.\n${more}${sql}\n`;

/** Lines that say what is wrong with a folder of these files, without the folder. */
export async function refused(
  files: Record<string, string>,
  code: ErrorCode = 'RULE_INVALID',
): Promise<string[]> {
  const folder = folderOf(files);
  try {
    await loadRules(folder);
  } catch (error) {
    if (!(error instanceof RolecallError) || error.code !== code) throw error;
    return error.message.split('\n').map((line) => line.replaceAll(join(folder, '/'), ''));
  }
  throw new Error('nothing was refused');
}

/** A store with the records of one fixture of an example rule: `many-regions/fires/…`. */
export async function storeOf(path: string): Promise<string> {
  const db = newDb();
  const { Records } = JSON.parse(detectorFixtures(ruleCases).get(path)!);
  await ingest({ db, sources: [folderOf({ 'a.json.gz': packed(Records) })], threads: 1 });
  return db;
}

/** What rules in these files find in a store. */
export async function found(
  db: string,
  files: Record<string, string> | string,
  o: { policy?: Policy | null; only?: string[] | null; seconds?: number } = {},
): Promise<Findings<Finding[]>> {
  const rules = await loadRules(typeof files === 'string' ? files : folderOf(files));
  const store = openStore(db);
  try {
    const only = o.only === undefined ? rules.rules.map(({ detector }) => detector.id) : o.only;
    return await detectWithRules(store, { policy: o.policy ?? null, window: null, only }, rules, o.seconds);
  } finally {
    store.close();
  }
}
