import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RolecallError } from '../errors.js';
import type { Finding, Findings } from '../model/finding.js';
import type { RuleFixture, RuleTests } from '../model/rule-test.js';
import type { Policy } from '../policy/index.js';
import { detectWithRules, usualSeconds } from './detect-rules.js';
import { ingest } from './ingest.js';
import { openStore } from './open.js';
import { type Fixture, ruleFixtures } from './rule-fixtures.js';
import type { Rules } from './rules.js';

/** The policy that belongs to a folder of rules; null when there is none. */
export function policyOfRules(folder: string): string | null {
  const paths = [join(folder, 'fixtures', 'rolecall.yaml'), join(folder, 'rolecall.yaml')];
  return paths.find((path) => existsSync(path)) ?? null;
}

/**
 * Tries each rule on its fixtures, each in a store of its own: on a `fires` file it must give exactly one finding, on
 * a `silent` one none.
 * @param seconds that a question in SQL may take
 */
export async function testRules(
  rules: Rules,
  policy: Policy | null,
  seconds = usualSeconds,
): Promise<RuleTests> {
  const ids = rules.rules.map(({ detector }) => detector.id);
  const { fixtures, faults } = ruleFixtures(rules.folder, ids);
  const stores = mkdtempSync(join(tmpdir(), 'rolecall-rules-'));
  const results: RuleFixture[] = [];
  try {
    for (const [at, fixture] of fixtures.entries()) {
      const tried = await tryOn(fixture, join(stores, `${at}.db`), { rules, policy, seconds });
      results.push(tried);
    }
  } finally {
    rmSync(stores, { recursive: true, force: true });
  }
  return { folder: rules.folder, rules: ids, fixtures: results, faults };
}

interface Trial {
  rules: Rules;
  policy: Policy | null;
  seconds: number;
}

async function tryOn(fixture: Fixture, db: string, trial: Trial): Promise<RuleFixture> {
  const failed = (reason: string) => ({ ...fixture, passed: false, found: [], reason });
  try {
    const { records, problems } = await ingest({ db, sources: [fixture.file], threads: 1 });
    const [problem] = problems;
    if (problem !== undefined) return failed(`it cannot be read: ${[problem.at, problem.reason].join(': ')}`);
    if (records.stored === 0) return failed('it holds no records');
    const { findings, problems: troubles, detectors } = await findingsIn(db, fixture.rule, trial);
    if (detectors.length === 0) return failed('the policy switches the rule off');
    const found = findings.map(({ title }) => title);
    const [trouble] = troubles;
    if (trouble !== undefined) return { ...failed(`the rule failed: ${trouble.reason}`), found };
    return {
      ...fixture,
      passed: found.length === (fixture.verdict === 'fires' ? 1 : 0),
      found,
      reason: null,
    };
  } catch (error) {
    if (error instanceof RolecallError) return failed(error.message);
    throw error;
  }
}

async function findingsIn(
  db: string,
  rule: string,
  { rules, policy, seconds }: Trial,
): Promise<Findings<Finding[]>> {
  const store = openStore(db);
  try {
    return await detectWithRules(store, { policy, window: null, only: [rule] }, rules, seconds);
  } finally {
    store.close();
  }
}
