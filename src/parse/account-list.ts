import type { ListedAccount } from '../model/iam-export.js';
import { cliOutput, listAt, objectAt, textAt, unreadable } from './cli-output.js';
import { text } from './fields.js';

/**
 * Reads the output of `aws organizations list-accounts`.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
 * @throws RolecallError IAM_UNREADABLE, naming file and place
 */
export function readAccountList(content: string, file: string): ListedAccount[] {
  const output = cliOutput(content, file);
  if (output.Accounts === undefined)
    throw unreadable({ file, path: '' }, 'it has no Accounts, as `aws organizations list-accounts` prints');
  const accounts = listAt(output, 'Accounts', { file, path: '' }).map((entry, i): ListedAccount => {
    const place = { file, path: `Accounts[${i}]` };
    const account = objectAt(entry, place);
    const id = textAt(account, 'Id', /^[0-9]{12}$/, place);
    const state = text(account.State) ?? text(account.Status) ?? 'ACTIVE';
    return { id, name: text(account.Name) ?? '', active: state === 'ACTIVE' };
  });
  return [...new Map(accounts.map((account) => [account.id, account])).values()];
}
