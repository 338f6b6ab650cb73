import { type Fields, fields } from './fields.js';
import { listOf } from './policy-document.js';

/**
 * Condition keys that keep a statement for everybody from being public, as long as they are compared with something
 * definite.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
const narrowing = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
]);

/** Addresses so many that they are everybody's. */
const everywhere = /^(?:[*?]*|0\.0\.0\.0\/0|::\/0)$/;

/** True when a resource policy lets anybody at all do something. */
export function isPublic(policy: Fields): boolean {
  return listOf(policy.Statement).some((entry) => {
    const statement = fields(entry);
    return (
      statement.Effect === 'Allow' && isEverybody(statement.Principal) && !isNarrowed(statement.Condition)
    );
  });
}

function isEverybody(principal: unknown): boolean {
  return principal === '*' || listOf(fields(principal).AWS).includes('*');
}

function isNarrowed(conditions: unknown): boolean {
  return Object.entries(fields(conditions)).some(
    ([operator, keys]) =>
      /^(?:String|Arn|Ip)(?!.*(?:Not|IfExists))/.test(operator) &&
      Object.entries(fields(keys)).some(
        ([key, value]) => narrowing.has(key.toLowerCase()) && isDefinite(listOf(value)),
      ),
  );
}

function isDefinite(values: readonly unknown[]): boolean {
  return values.length > 0 && values.every((value) => typeof value === 'string' && !everywhere.test(value));
}
