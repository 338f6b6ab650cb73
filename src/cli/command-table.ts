import { severities } from '../model/finding.js';
import type { CommandRow } from './row.js';
import { account, alerts, role, rules, ruleTimeout, sending, time, timeAbout } from './shared-options.js';

/** Every command, in the order of `--help`. Drives parsing, help and the tests. */
export const commandTable: readonly CommandRow[] = [
  {
    name: 'ingest',
    summary: 'read CloudTrail logs into the store',
    about:
      'Reads directories, files and quoted globs (.json, .json.gz, NDJSON, single events), and stdin as "-".\n' +
      'What is in the store already is passed over, so the same command may be repeated or go on after a stop.',
    arguments: [{ name: 'source', help: 'where the logs are', many: true }],
    options: [
      { flags: '--from <time>', help: 'only files and records from then on' },
      { flags: '--to <time>', help: 'only files and records before; a date includes that day' },
      { flags: '--accounts <ids>', help: 'only these accounts: aliases or ids, with commas', reads: 'list' },
      { flags: '--regions <names>', help: 'only these regions, with commas', reads: 'list' },
      { flags: '--threads <n>', help: 'threads that read (default: by the number of cores)', reads: 'count' },
    ],
    examples: [
      { line: 'ingest ./AWSLogs', says: 'a folder, with all below it' },
      { line: 'ingest "logs/**/*.json.gz" --accounts prod', says: 'a glob, one account' },
      { line: 'ingest ./AWSLogs --from 2026-11-16 --to 2026-11-22', says: 'one week of it' },
      { line: 'ingest - < events.ndjson', says: 'from a pipe' },
    ],
    load: () => import('./commands/ingest.js'),
  },
  {
    name: 'who',
    summary: 'who held or used a role, through which chain',
    about: `Then direct access without a role, refused attempts, and what the logs do not cover.\n${timeAbout}`,
    arguments: [],
    options: [account, role, ...time],
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
    options: [{ flags: '--raw', help: 'with the record as CloudTrail wrote it, read again from its file' }],
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
  {
    name: 'detect',
    summary: 'what should worry someone, and who was really behind it',
    about:
      'Compares every session, and everybody without a role, with the policy and with what is known of attacks.\n' +
      `What is about the same thing is one finding, kept in the store from run to run; a run looks at what is new\n` +
      `and at all that rests on it. ${timeAbout}`,
    arguments: [],
    options: [
      ...time,
      { flags: '--only <ids>', help: 'only these detectors, with commas', reads: 'list' },
      {
        flags: '--fail-on <severity>',
        help: 'exit 1 when a finding is at least so urgent',
        choices: [...severities, 'never'],
        default: 'high',
      },
      { flags: '--new', help: 'only findings that no earlier run has seen' },
      { flags: '--closed', help: 'findings that are explained or gone, with the reason' },
      { flags: '--full', help: 'look at everything again, not at what is new alone' },
      rules,
      ruleTimeout,
      ...alerts,
      {
        flags: '--asff-account <account>',
        help: 'account whose Security Hub shows all of it (default: of each finding)',
      },
      { flags: '--asff-region <region>', help: 'region of that Security Hub (default: us-east-1)' },
    ],
    formats: ['markdown', 'sarif', 'asff', 'ocsf'],
    examples: [
      { line: 'detect', says: 'everything in the store' },
      { line: 'detect --last 24h --fail-on medium', says: 'for a pipeline: exit 1 from medium up' },
      { line: 'detect --new --format ndjson', says: 'what the last ingest brought' },
      { line: 'detect --only sensitive-call,deep-chain --format ndjson', says: 'one object a line' },
      { line: 'detect --rules ./rules', says: 'with detectors of your own' },
      { line: 'detect --last 24h --format markdown', says: 'for a ticket, with what to do' },
      { line: 'detect --format sarif > rolecall.sarif', says: 'for GitHub code scanning' },
      { line: 'detect --format asff --asff-account 222222222222', says: 'for AWS Security Hub' },
      { line: 'detect --format ocsf', says: 'for a data lake, one Detection Finding a line' },
      { line: 'detect --alert slack:env:SLACK_URL', says: 'new findings to a channel, each once' },
    ],
    load: () => import('./commands/detect.js'),
  },
  {
    name: 'watch',
    summary: 'keep reading, looking and telling until stopped',
    about:
      'Reads what is new, looks at it and tells of new findings, again and again. A line on stderr for each round.\n' +
      'SIGTERM and Ctrl-C end it after what is being written; what was told once is not told again after a restart.',
    arguments: [{ name: 'source', help: 'where the logs are, as for ingest', many: true }],
    options: [
      { flags: '--every <length>', help: 'from one round to the next', default: '60s' },
      { flags: '--lookback <length>', help: 'only logs so long back from now: 2d (default: all)' },
      { flags: '--accounts <ids>', help: 'only these accounts: aliases or ids, with commas', reads: 'list' },
      { flags: '--regions <names>', help: 'only these regions, with commas', reads: 'list' },
      rules,
      ruleTimeout,
      ...alerts,
      {
        flags: '--metrics-file <path>',
        help: 'numbers for Prometheus (text format), written after each round',
      },
      {
        flags: '--metrics-listen <address>',
        help: 'the same at http://<address>/metrics, and /healthz: 127.0.0.1:9464',
      },
    ],
    examples: [
      { line: 'watch ./AWSLogs --alert slack:env:SLACK_URL', says: 'a folder that logs are copied to' },
      {
        line: 'watch ./AWSLogs --every 5m --lookback 2d --alert stdout',
        says: 'one finding a line, for a pipe',
      },
    ],
    load: () => import('./commands/watch.js'),
  },
  {
    name: 'ack',
    summary: 'acknowledge findings: somebody has looked into them',
    about: 'They are not shown again, and do not fail a pipeline, until the day given.',
    arguments: [{ name: 'finding', help: 'id of a finding, or a unique prefix', many: true }],
    options: [
      { flags: '--reason <text>', help: 'why it is no worry, for whoever reads this next' },
      { flags: '--until <day>', help: 'last day (2026-12-31) on which it is not shown; for good without' },
      { flags: '--undo', help: 'show them again' },
    ],
    examples: [
      {
        line: 'ack xq3vbd7e --reason "drill of the platform team" --until 2026-12-31',
        says: 'until the year ends',
      },
      { line: 'ack xq3vbd7e --undo', says: 'show it again' },
    ],
    load: () => import('./commands/ack.js'),
  },
  {
    name: 'alert-test',
    summary: 'send a made finding to where alerts go',
    about: 'One attempt for each target, marked as a test. Needs no store, and changes none.',
    arguments: [{ name: 'target', help: 'stdout, webhook:<url> or slack:<url>', many: true }],
    options: sending,
    examples: [
      { line: 'alert-test slack:env:SLACK_URL', says: 'the url is in the variable SLACK_URL' },
      { line: 'alert-test webhook:https://alerts.acme.example/hook', says: 'signed with your secret' },
    ],
    load: () => import('./commands/alert-test.js'),
  },
  {
    name: 'detectors',
    summary: 'the detectors there are, all about one, and tests of your own',
    about:
      '"list" names them all. "explain" tells all about one: what it cannot see, what to do.\n' +
      '"test" tries your own on their fixtures: each file in fixtures/<rule>/fires must give one finding, each in\n' +
      'fixtures/<rule>/silent none. "views" tells what a rule in SQL may ask.',
    arguments: [
      { name: 'what', help: '"list", "explain" and an id, "test" and a folder, or "views"', many: true },
    ],
    options: [rules, ruleTimeout],
    examples: [
      { line: 'detectors list', says: 'all of them' },
      { line: 'detectors explain deep-chain', says: 'one of them' },
      { line: 'detectors test ./rules', says: 'your own, each on its fixtures' },
      { line: 'detectors views', says: 'what a rule in SQL may ask' },
    ],
    load: () => import('./commands/detectors.js'),
  },
  {
    name: 'verify',
    summary: 'whether the promises of the policy were kept',
    about:
      'One line for each promise: PASS, FAIL, or NO EVIDENCE, with the events that show it. What was not tried is\n' +
      `never called refused. Ends with a review in six points. ${timeAbout}`,
    arguments: [],
    options: [...time],
    examples: [
      { line: 'verify', says: 'everything in the store' },
      { line: 'verify --on 2026-11 --format json', says: 'a month, for another program' },
    ],
    load: () => import('./commands/verify.js'),
  },
  {
    name: 'policy',
    summary: 'check rolecall.yaml against the store, or print its schema',
    about:
      '"check" reads the whole file and shows what each pattern means among the roles and users in the store.\n' +
      '"schema" prints a JSON Schema for editors.',
    arguments: [{ name: 'what', help: '"check" or "schema"', many: true }],
    options: [rules],
    examples: [
      { line: 'policy check', says: 'a pattern that means nothing may be misspelt' },
      { line: 'policy schema > rolecall.schema.json', says: 'for completion in an editor' },
    ],
    load: () => import('./commands/policy.js'),
  },
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
      'Reads the logs of a shop that does not exist into a new store, asks who had prod admin on a Tuesday, and\n' +
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
