import { severities } from '../model/finding.js';
import type { CommandRow } from './row.js';
import { alerts, aws, rules, ruleTimeout, sending, settle, time, timeAbout } from './shared-options.js';

/** Commands about promises, and about what should worry someone. */
export const promiseCommands: readonly CommandRow[] = [
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
      'SIGTERM and Ctrl-C end it after what is being written; what was told once is not told again after a restart.\n' +
      'The policy is read again for every round.',
    arguments: [{ name: 'source', help: 'where the logs are, as for ingest', many: true }],
    options: [
      { flags: '--every <length>', help: 'from one round to the next', default: '60s' },
      {
        flags: '--lookback <length>',
        help: 'read only logs and tell only findings so long back from now: 2d (default: all)',
      },
      {
        flags: '--hold <length>',
        help: 'tell a finding so long after it began: a late log may still explain it',
        default: '0s',
      },
      { flags: '--accounts <ids>', help: 'only these accounts: aliases or ids, with commas', reads: 'list' },
      { flags: '--regions <names>', help: 'only these regions, with commas', reads: 'list' },
      ...aws,
      settle,
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
      {
        line: 'watch s3://acme-trail --lookback 2d --alert slack:env:SLACK_URL',
        says: 'the log-archive bucket',
      },
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
      '"test" tries your own on their fixtures: each file in fixtures/<rule>/fires must give one finding, each in ' +
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
    formats: ['markdown', 'html'],
    summary: 'whether the promises of the policy were kept',
    about:
      'One line for each promise: PASS, FAIL, or NO EVIDENCE, with the events that show it. What was not tried is ' +
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
    summary: 'start rolecall.yaml, check it against the store, or print its schema',
    about:
      '"init" prints a commented starter made of what the store has seen: accounts, roles, who took them and what ' +
      'they did. "check" reads the whole file and shows what each pattern means among the roles and users there.\n' +
      '"schema" prints a JSON Schema for editors.',
    arguments: [{ name: 'what', help: '"init", "check" or "schema"', many: true }],
    options: [
      rules,
      {
        flags: '--iam <files>',
        help: 'for init: output of `aws iam get-account-authorization-details`, with commas',
        reads: 'list',
      },
      { flags: '--accounts-file <file>', help: 'for init: output of `aws organizations list-accounts`' },
    ],
    examples: [
      { line: 'policy init > rolecall.yaml', says: 'a first policy' },
      { line: 'policy init --accounts-file accounts.json', says: 'with the names of the accounts' },
      { line: 'policy check', says: 'a pattern that means nothing may be misspelt' },
      { line: 'policy schema > rolecall.schema.json', says: 'for completion in an editor' },
    ],
    load: () => import('./commands/policy.js'),
  },
];
