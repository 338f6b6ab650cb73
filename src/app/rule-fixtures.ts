import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleFixture, RuleTests } from '../model/rule-test.js';

/** A file that a rule must fire on, or stay silent on. */
export type Fixture = Pick<RuleFixture, 'rule' | 'verdict' | 'file'>;

const verdicts = ['fires', 'silent'] as const;
const records = /\.(?:json|ndjson|jsonl)(?:\.gz)?$/;

/**
 * Finds the fixtures of rules by convention: `fixtures/<rule>/fires/*.json` and `fixtures/<rule>/silent/*.json`.
 * What is missing, and what belongs to no rule, is a fault: it would look tested and is not.
 */
export function ruleFixtures(
  folder: string,
  rules: readonly string[],
): { fixtures: Fixture[]; faults: RuleTests['faults'] } {
  const faults: RuleTests['faults'] = [];
  const top = join(folder, 'fixtures');
  const fixtures = rules.flatMap((rule) =>
    verdicts.flatMap((verdict) => {
      const path = join(top, rule, verdict);
      const names = entries(path);
      const files = names.filter((name) => records.test(name));
      if (files.length === 0)
        faults.push({
          path,
          reason: `${rule} has no fixture that it ${verdict === 'fires' ? 'fires on' : 'is silent on'}`,
        });
      for (const name of names)
        if (!records.test(name))
          faults.push({ path: join(path, name), reason: 'this is no file of records' });
      return files.map((name) => ({ rule, verdict, file: join(path, name) }));
    }),
  );
  for (const name of entries(top)) {
    const path = join(top, name);
    if (!rules.includes(name)) {
      if (name !== 'rolecall.yaml') faults.push({ path, reason: 'there is no rule of this name' });
    } else
      for (const below of entries(path))
        if (!(verdicts as readonly string[]).includes(below))
          faults.push({ path: join(path, below), reason: 'it is neither fires nor silent' });
  }
  return { fixtures, faults };
}

/** Names in a folder, sorted; none when it is not there. */
function entries(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => !name.startsWith('.'))
    .sort();
}
