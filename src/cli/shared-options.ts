import { severities } from '../model/finding.js';
import type { OptionRow } from './row.js';

/* Options that several commands have. */

export const account: OptionRow = {
  flags: '--account <account>',
  help: 'alias or id, a glob over aliases, or env:<name>',
};

export const role: OptionRow = {
  flags: '--role <role>',
  help: 'name from the policy, a role name, or a glob',
};

export const time: readonly OptionRow[] = [
  {
    flags: '--on <time>',
    help: 'a day, week or month, or a range: "last tuesday", 2026-11, "yesterday 9am..noon"',
  },
  { flags: '--at <time>', help: 'one moment: 2026-11-17T09:30Z' },
  { flags: '--from <time>', help: 'where the window begins' },
  { flags: '--to <time>', help: 'where it ends; a date includes that day (default: now)' },
  { flags: '--last <length>', help: 'back from now: 24h, 90m, 7d' },
];

export const rules: OptionRow = {
  flags: '--rules <dir>',
  help: 'a folder with detectors of your own: its .ts, .js and .sql files are run',
};

export const ruleTimeout: OptionRow = {
  flags: '--rule-timeout <s>',
  help: 'seconds that a rule in SQL may take',
  reads: 'count',
  default: 60,
};
/** Of every command that sends alerts. */
export const sending: readonly OptionRow[] = [
  {
    flags: '--webhook-secret-file <path>',
    help: 'secret that signs webhooks (default: $ROLECALL_WEBHOOK_SECRET)',
  },
  { flags: '--allow-http', help: 'addresses without TLS beyond this machine too' },
];

export const alerts: readonly OptionRow[] = [
  {
    flags: '--alert <target>',
    help: 'tell findings once to stdout, webhook:<url> or slack:<url>; env:<name> takes the url from the environment; may be repeated',
    reads: 'each',
  },
  {
    flags: '--alert-min <severity>',
    help: 'only findings at least so urgent',
    choices: severities,
    default: 'medium',
  },
  ...sending,
];

export const timeAbout = 'Times are read in --tz; the window understood is always part of the answer.';

/** How to reach S3. */
export const aws: readonly OptionRow[] = [
  { flags: '--profile <name>', help: 'AWS profile to read s3:// with' },
  { flags: '--region <name>', help: "AWS region of the bucket (default: the profile's; another is found)" },
  { flags: '--role-arn <arn>', help: 'role to assume for reading' },
  { flags: '--requester-pays', help: 'pay for the requests to a bucket whose owner does not' },
];

/** How to ask Athena. */
export const athenaPlaces: readonly OptionRow[] = [
  { flags: '--workgroup <name>', help: 'Athena workgroup (default: primary)' },
  { flags: '--output <uri>', help: "where Athena puts results in between (default: the workgroup's place)" },
  { flags: '--athena-catalog <name>', help: 'data source of the table (default: AwsDataCatalog)' },
];

export const fullScan: OptionRow = {
  flags: '--full-scan',
  help: 'ask a table without partitions by time, too: it is read whole',
};

export const athena: readonly OptionRow[] = [
  ...athenaPlaces,
  { flags: '--max-scan <size>', help: 'stop when queries have scanned so much: 50GB' },
  { flags: '--max-cost <usd>', help: 'stop when queries have cost so many US dollars' },
  { flags: '--keep-results', help: 'leave the results in S3' },
  fullScan,
];

export const settle: OptionRow = {
  flags: '--settle <length>',
  help: 'how late logs may come: older days are listed, or asked for, once; "all": every time',
  default: '2d',
};
