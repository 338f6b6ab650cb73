import { athenaCommands } from './athena-commands.js';
import { promiseCommands } from './promise-commands.js';
import type { CommandRow } from './row.js';
import { account, athena, athenaPlaces, aws, role, settle, time, timeAbout } from './shared-options.js';
import { trustCommands } from './trust-commands.js';

/** Every command, in the order of `--help`. Drives parsing, help and the tests. */
export const commandTable: readonly CommandRow[] = [
  {
    name: 'ingest',
    summary: 'read CloudTrail logs into the store',
    about:
      'Reads directories, files and quoted globs (.json, .json.gz, NDJSON, single events), stdin as "-", and ' +
      's3://bucket/prefix, where --from, --to, --accounts and --regions also narrow what is listed.\n' +
      'Or a table in Athena, athena://database.table: they narrow what is read and paid for.\n' +
      'What is in the store already is passed over, so the same command may be repeated or go on after a stop.',
    arguments: [{ name: 'source', help: 'where the logs are', many: true }],
    options: [
      { flags: '--from <time>', help: 'only files and records from then on' },
      { flags: '--to <time>', help: 'only files and records before; a date includes that day' },
      { flags: '--last <length>', help: 'only files and records back from now: 24h, 7d' },
      { flags: '--accounts <ids>', help: 'only these accounts: aliases or ids, with commas', reads: 'list' },
      { flags: '--regions <names>', help: 'only these regions, with commas', reads: 'list' },
      { flags: '--threads <n>', help: 'threads that read (default: by the number of cores)', reads: 'count' },
      ...aws,
      settle,
      ...athena,
      { flags: '--dry-run', help: 'athena:// only: show the queries, the partitions and an estimate' },
      { flags: '--digests', help: "check CloudTrail's signed digests: no log is missing or altered" },
      {
        flags: '--digest-keys <file>',
        help: 'output of `aws cloudtrail list-public-keys`; may be repeated, as each region has its own (default: CloudTrail is asked)',
        reads: 'each',
      },
    ],
    examples: [
      { line: 'ingest ./AWSLogs', says: 'a folder, with all below it' },
      { line: 'ingest "logs/**/*.json.gz" --accounts prod', says: 'a glob, one account' },
      { line: 'ingest ./AWSLogs --from 2026-11-16 --to 2026-11-22', says: 'one week of it' },
      { line: 'ingest s3://acme-trail --from yesterday --profile audit', says: 'two days of a bucket' },
      { line: 'ingest s3://acme-trail --last 24h --digests', says: 'and prove that the logs are all there' },
      {
        line: 'ingest athena://security.logs --from 2026-11-16 --to 2026-11-22',
        says: 'a week from Athena',
      },
      { line: 'ingest - < events.ndjson', says: 'from a pipe' },
    ],
    load: () => import('./commands/ingest.js'),
  },
  {
    name: 'who',
    summary: 'who held or used a role, through which chain',
    about: `Then direct access without a role, refused attempts, and what the logs do not cover.\n${timeAbout}`,
    arguments: [],
    options: [
      account,
      role,
      ...time,
      {
        flags: '--source <uri>',
        help: 'ask a table in Athena instead of the store: athena://database.table; needs a time, and costs',
      },
      ...aws,
      ...athena,
    ],
    examples: [
      {
        line: 'who --account prod --role admin --on "last tuesday"',
        says: 'who had prod admin last Tuesday',
      },
      {
        line: 'who --account 222222222222 --at 2026-11-17T14:30Z',
        says: 'who was in an account at a moment',
      },
      { line: 'who --role PlatformAdmin --last 24h --format json', says: 'for another program' },
      {
        line: 'who --source athena://security.logs --account prod --on yesterday',
        says: 'without a store',
      },
    ],
    load: () => import('./commands/who.js'),
  },
  {
    name: 'sessions',
    summary: 'list sessions',
    about: `Every condition given must hold. ${timeAbout}`,
    arguments: [],
    options: [
      account,
      role,
      { flags: '--origin <text>', help: 'who it goes back to: a user, a repository, a service; or a glob' },
      { flags: '--name <text>', help: 'session name, or a glob' },
      ...time,
      { flags: '--unobserved', help: 'only those whose origin the logs do not show' },
      { flags: '--ambiguous', help: 'only those with several possible parents' },
      {
        flags: '--min-depth <n>',
        help: 'only those at least that many role assumptions deep',
        reads: 'count',
      },
      { flags: '--limit <n>', help: 'how many at most', reads: 'count', default: 50 },
    ],
    examples: [
      { line: 'sessions --account prod --last 7d', says: 'a week of one account' },
      { line: 'sessions --min-depth 3', says: 'long chains' },
      { line: 'sessions --unobserved --format ndjson', says: 'what nobody can explain, one object a line' },
    ],
    load: () => import('./commands/sessions.js'),
  },
  {
    name: 'show',
    summary: 'one page about a session, key, event or principal',
    about: 'An id may be any unique prefix; "latest" is the session that was issued last.',
    arguments: [{ name: 'id', help: 'session id, access key, event id, principal id, or role ARN' }],
    options: [
      {
        flags: '--raw',
        help: 'with the record as CloudTrail wrote it, read again from its file or bucket, or what a table in Athena has of it',
      },
      ...aws,
      ...athenaPlaces,
    ],
    examples: [
      { line: 'show k7m2qp', says: 'a session' },
      { line: 'show ASIAPRODEXAMPLE00001', says: 'the session of a key' },
      { line: 'show 6f1d2c0e-6a53-4c0e-9a57-0d6e35a1b2c3 --raw', says: 'an event and its record' },
    ],
    load: () => import('./commands/show.js'),
  },
  {
    name: 'chain',
    summary: 'up to the origin of a session, and down to all derived from it',
    about: 'With a time line of the calls made along the way.',
    arguments: [{ name: 'id', help: 'session id or a unique prefix of it, access key, or "latest"' }],
    options: [
      { flags: '--limit <n>', help: 'entries of the time line at most', reads: 'count', default: 60 },
    ],
    examples: [
      { line: 'chain k7m2qp', says: 'how it came about, and what came of it' },
      { line: 'chain latest --format json', says: 'for another program' },
    ],
    load: () => import('./commands/chain.js'),
  },
  ...promiseCommands,
  ...trustCommands,
  ...athenaCommands,
  {
    name: 'coverage',
    summary: 'which accounts, regions and hours the store has seen',
    about: `And the gaps: no answer is better than the logs behind it. ${timeAbout}`,
    arguments: [],
    options: [
      ...time,
      { flags: '--accounts <ids>', help: 'only these accounts: aliases or ids, with commas', reads: 'list' },
      { flags: '--regions <names>', help: 'only these regions, with commas', reads: 'list' },
    ],
    examples: [
      { line: 'coverage', says: 'everything in the store' },
      { line: 'coverage --accounts prod --on 2026-11-17', says: 'one account on one day' },
    ],
    load: () => import('./commands/coverage.js'),
  },
  {
    name: 'demo',
    summary: 'try it on a made week of logs',
    about:
      'Reads the logs of a shop that does not exist into a new store, asks who had prod admin on a Tuesday, and ' +
      'follows the most interesting answer. Nothing leaves this machine.',
    arguments: [],
    options: [],
    examples: [
      { line: 'demo', says: 'in a temporary store' },
      { line: 'demo --db demo.db', says: 'in a new file here' },
    ],
    load: () => import('./commands/demo.js'),
  },
];
