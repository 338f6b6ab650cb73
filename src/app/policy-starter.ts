import { readAccountList } from '../parse/account-list.js';
import { readIamExport } from '../parse/iam-export.js';
import { starterPolicy } from '../policy/starter.js';
import type { Sqlite } from '../store/open.js';
import { readText } from './read-text.js';
import { starterFacts } from './starter-facts.js';

/**
 * A starter policy from what the store has seen, and from documents: exports of IAM, and a list of accounts.
 * @param store null: there is none
 * @returns YAML
 * @throws RolecallError IAM_UNREADABLE
 */
export function policyStarter(
  store: Sqlite | null,
  { iam, accounts }: { iam: readonly string[]; accounts: string | null },
): string {
  const exports = iam.map((file) => readIamExport(readText(file).text, file));
  const listed = accounts === null ? [] : readAccountList(readText(accounts).text, accounts);
  return starterPolicy(starterFacts(store, { exports, accounts: listed }));
}
