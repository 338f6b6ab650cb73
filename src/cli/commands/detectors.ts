import { describeDetector, describeDetectors } from '../../app/detectors.js';
import { loadPolicy } from '../../app/open.js';
import { rowColumns } from '../../app/rule-sql.js';
import { ruleViews } from '../../app/rule-views.js';
import { policyOfRules, testRules } from '../../app/test-rules.js';
import { exit, RolecallError } from '../../errors.js';
import { renderDetector, renderDetectors, renderRuleTests, renderRuleViews } from '../../report/index.js';
import { preparePolicy, ruleSeconds, rulesAsked } from '../answering.js';
import type { Context } from '../context.js';
import type { OptionValues } from '../option-values.js';
import type { Act, Outcome } from '../row.js';

/** `rolecall detectors list`, `explain <id>`, `test <dir>` and `views`. */
export const act: Act = async ([verb, name, ...rest], options, context) => {
  if (rest.length === 0 && verb === 'test') return await test(name, options, context);
  if (verb === 'views' && name === undefined) {
    const { report } = preparePolicy(context);
    return { text: renderRuleViews({ views: ruleViews, answer: rowColumns }, report), exit: exit.ok };
  }
  if (
    (verb !== 'list' || name !== undefined) &&
    (verb !== 'explain' || name === undefined || rest.length > 0)
  )
    throw new RolecallError(
      'USAGE',
      'detectors takes "list", "explain" and the id of one, "test" and a folder, or "views"',
    );
  const rules = await rulesAsked(options, context);
  const { policy, report } = preparePolicy(context, rules ?? 'built-in');
  const text =
    name === undefined
      ? renderDetectors(describeDetectors(policy, rules), report)
      : renderDetector(describeDetector(name, policy, rules), report);
  return { text, exit: exit.ok };
};

/** Exit 1 when a fixture fails, is missing, or belongs to no rule. */
async function test(folder: string | undefined, options: OptionValues, context: Context): Promise<Outcome> {
  const seconds = ruleSeconds(options);
  const rules = await rulesAsked(options, context, folder ?? options.text('rules'));
  if (rules === null) throw new RolecallError('USAGE', 'detectors test takes a folder with rules');
  const { report } = preparePolicy(context);
  // The folder's own policy: what lies where the test happens to be run must not decide.
  const path = context.policyGiven ? context.policyPath : policyOfRules(rules.folder);
  const tests = await testRules(rules, loadPolicy(path, true, rules), seconds);
  const passed = tests.faults.length === 0 && tests.fixtures.every((fixture) => fixture.passed);
  return { text: renderRuleTests(tests, report), exit: passed ? exit.ok : exit.findings };
}
