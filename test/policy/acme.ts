import { readFileSync } from 'node:fs';
import { parsePolicy } from '../../src/policy/parse.js';

/** Text of a file under `fixtures/policy`. */
export function policyText(name: string): string {
  return readFileSync(new URL(`../../fixtures/policy/${name}`, import.meta.url), 'utf8');
}

/** The policy of the shop. */
export const acme = parsePolicy(policyText('acme.yaml'), 'rolecall.yaml');
