import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Detector, detectors } from '../detectors/index.js';
import { RolecallError } from '../errors.js';
import { hashOf, ruleFiles } from './rule-files.js';
import { loadScript } from './rule-script.js';
import { definitionProblems, detectorOf } from './rule-shape.js';
import { inHeaderWords, readSqlRule } from './rule-sql.js';

/** A detector of a user's own. */
export interface Rule {
  detector: Detector;
  /** Path of its file, as the folder was named. */
  file: string;
  /** `sha256:<hex>`: another one when the file changes, or a script beside it that it may import. */
  version: string;
  /** The question, of a rule in SQL: it is asked instead of `detect`. */
  sql: string | null;
}

/** A folder of rules, read whole and found sound. */
export interface Rules {
  folder: string;
  /** By id. */
  rules: readonly Rule[];
  /** Names of files that look like rules and are none. */
  passedOver: readonly string[];
}

/**
 * Reads a folder of a user's own detectors. Its scripts are run: only name a folder that is trusted as this program is.
 * @throws RolecallError RULES_MISSING; RULE_INVALID: one line per problem, each `file: what is wrong`
 */
export async function loadRules(folder: string): Promise<Rules> {
  const { rules: names, passedOver, besides } = ruleFiles(folder);
  const problems: string[] = [];
  const rules: Rule[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const { exported, sql, wrong } = name.endsWith('.sql') ? sqlRule(file) : await scriptRule(file);
    const id = name.slice(0, name.indexOf('.'));
    const faults = wrong.length > 0 ? wrong : nameProblems(id, (exported as Detector).id, rules);
    problems.push(...faults.map((fault) => `${file}: ${fault}`));
    if (faults.length > 0) continue;
    const version = `sha256:${hashOf(sql === null ? [name, ...besides] : [name], folder)}`;
    rules.push({ detector: detectorOf(exported), file, version, sql });
  }
  if (problems.length > 0) throw new RolecallError('RULE_INVALID', problems.join('\n'));
  return { folder, rules, passedOver };
}

interface Read {
  /** A sound definition, when nothing is wrong. */
  exported: unknown;
  sql: string | null;
  wrong: string[];
}

async function scriptRule(file: string): Promise<Read> {
  try {
    const exported = await loadScript(resolve(file));
    return { exported, sql: null, wrong: definitionProblems(exported) };
  } catch (error) {
    return { exported: null, sql: null, wrong: [(error as Error).message] };
  }
}

/** The scenes are not its business: its question is asked once for all. */
function sqlRule(file: string): Read {
  try {
    const sql = readFileSync(file, 'utf8');
    const { definition, problems } = readSqlRule(sql);
    const exported = { ...definition, detect: () => null };
    return { exported, sql, wrong: [...problems, ...definitionProblems(exported).map(inHeaderWords)] };
  } catch (error) {
    return { exported: null, sql: null, wrong: [(error as Error).message] };
  }
}

function nameProblems(name: string, id: string, before: readonly Rule[]): string[] {
  if (id !== name) return [`its id is ${id}, which is not the name of the file`];
  if (detectors.some((detector) => detector.id === id)) return [`there is a built-in detector ${id}`];
  const other = before.find(({ detector }) => detector.id === id);
  return other === undefined ? [] : [`${other.file} is the rule ${id} already`];
}
