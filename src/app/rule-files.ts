import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RolecallError } from '../errors.js';

/** Files of a folder of rules. */
export interface RuleFiles {
  /** Names of the rules, sorted. */
  rules: string[];
  /** Names that look like rules and are none, sorted. */
  passedOver: string[];
  /** Paths in the folder of other scripts, which the rules may import; sorted. */
  besides: string[];
}

const script = /\.(?:ts|mts|js|mjs)$/;
const rule = /^[^.]+\.(?:ts|mts|js|mjs|sql)$/;
const looksLikeRule = /\.(?:[cm]?[jt]sx?|sql|py|ya?ml)$/i;
/** Beside the rules, by convention. */
const known = /^rolecall\.yaml$|\.d\.[cm]?ts$/;

/** @throws RolecallError RULES_MISSING */
export function ruleFiles(folder: string): RuleFiles {
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    throw new RolecallError('RULES_MISSING', `${folder} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const rules = names.filter((name) => rule.test(name));
  if (rules.length === 0) throw new RolecallError('RULES_MISSING', `${folder} holds no rules`);
  return {
    rules,
    passedOver: names.filter((name) => !rule.test(name) && !known.test(name) && looksLikeRule.test(name)),
    besides: scriptsBelow(folder).filter((path) => !rules.includes(path)),
  };
}

/** SHA-256 of some files, with their names. */
export function hashOf(paths: readonly string[], folder: string): string {
  const hash = createHash('sha256');
  for (const path of paths)
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(folder, path)))
      .update('\0');
  return hash.digest('hex');
}

/** Scripts of the folder, without fixtures and packages. */
function scriptsBelow(folder: string, path = ''): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules' && name !== 'fixtures')
    .flatMap((entry) => {
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) return scriptsBelow(folder, below);
      return entry.isFile() && script.test(entry.name) ? [below] : [];
    })
    .sort();
}
