import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RolecallError } from '../errors.js';
import { isDay } from '../model/day.js';
import { buildPolicy } from './build.js';
import { type CheckOptions, checkMeaning } from './checks.js';
import { type PolicyProblem, readDocument } from './document.js';
import { explainErrors } from './explain.js';
import type { Policy } from './policy.js';
import { policySchema } from './schema.js';

/**
 * Reads and checks a whole `rolecall.yaml`.
 * @param file its name, for messages and `Policy.file`
 * @throws RolecallError POLICY_INVALID: one line per problem, in the order of the file, each
 *   `file:line:col: what is wrong (what would be right)`
 */
export function parsePolicy(text: string, file: string, options: CheckOptions = {}): Policy {
  const document = readDocument(text);
  const problems = [...document.problems];
  if (document.readable) {
    const valid = schemaCheck();
    if (!valid(document.value)) problems.push(...explainErrors(valid.errors ?? [], document));
    problems.push(...checkMeaning(document, options));
  }
  if (problems.length > 0) throw new RolecallError('POLICY_INVALID', lines(problems, file));
  return buildPolicy(document, file);
}

function lines(problems: PolicyProblem[], file: string): string {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.col - b.col);
  return [...new Set(sorted.map(({ line, col, message }) => `${file}:${line}:${col}: ${message}`))].join(
    '\n',
  );
}

let validate: ValidateFunction | undefined;

function schemaCheck(): ValidateFunction {
  if (validate === undefined) {
    const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true });
    ajv.addFormat('date', isDay);
    ajv.addVocabulary(['x-secret']);
    validate = ajv.compile(policySchema);
  }
  return validate;
}
