/** What one fixture of a rule came to. */
export interface RuleFixture {
  /** Id of the rule. */
  rule: string;
  verdict: 'fires' | 'silent';
  /** Path of the file. */
  file: string;
  passed: boolean;
  /** Titles of the findings that the rule gave. */
  found: string[];
  /** Why it says nothing about the rule, as a sentence without full stop: it could not be read, or the rule failed. */
  reason: string | null;
}

/** What the test of a folder of rules came to: sound when every fixture passed and there is no fault. */
export interface RuleTests {
  folder: string;
  /** Ids. */
  rules: string[];
  fixtures: RuleFixture[];
  /** Fixtures that are missing, and what belongs to no rule. */
  faults: { path: string; reason: string }[];
}
