import type { CommandRow } from './row.js';
import { account, role, time, timeAbout } from './shared-options.js';

/** Commands about whom roles trust. */
export const trustCommands: readonly CommandRow[] = [
  {
    name: 'iam',
    summary: 'read exports of IAM: trust policies and permissions at one moment',
    about:
      'Reads what `aws iam get-account-authorization-details` printed, one file for each account. `trust`, `verify` ' +
      'and `who --role admin` rest on it. Reading a file twice is the same as once.',
    arguments: [{ name: 'file', help: 'JSON output of the AWS CLI', many: true }],
    options: [
      {
        flags: '--as-of <time>',
        help: 'when the files were made (default: when each was last changed)',
      },
    ],
    examples: [
      { line: 'iam prod.json staging.json', says: 'two accounts' },
      { line: 'iam prod.json --as-of 2026-11-17T09:30Z', says: 'a file that was copied since' },
    ],
    load: () => import('./commands/iam.js'),
  },
  {
    name: 'trust',
    summary: 'whom each role trusts, over time, and where that is too much',
    about:
      'From exports of IAM (`rolecall iam`) and from the records of CreateRole and UpdateAssumeRolePolicy.\n' +
      timeAbout,
    arguments: [],
    options: [
      account,
      role,
      { flags: '--weak', help: 'only what is weak, and the roles that have it' },
      ...time,
    ],
    examples: [
      { line: 'trust', says: 'every role whose trust policy is known' },
      { line: 'trust --weak --at now', says: 'what to mend today' },
      { line: 'trust --account prod --role "deploy*" --format json', says: 'for another program' },
    ],
    load: () => import('./commands/trust.js'),
  },
];
